"""The command line: `gridplan check`, `plan`, `assess`, `export`, `demo`.

Exit status: 0 done; 1 done, but a violated must-rule stands; 2 bad input or usage.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from gridplan.errors import GridplanError, InputProblem
from gridplan.text import Language, Text

if TYPE_CHECKING:
    from gridplan.case import Case
    from gridplan.proposal import Proposal

app = typer.Typer(
    name="gridplan",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="医联体网格化布局规划 · Plan health-service grids: layers in, checked proposals and an offline map out.",
)

CasePath = Annotated[Path, typer.Argument(metavar="CASE.toml", help="方案文件 · the case file")]
Out = Annotated[Path | None, typer.Option("-o", "--out", help="结果文件夹 · folder for the results")]
_N_STAGES = 6
Lang = Annotated[Literal["zh", "en"] | None, typer.Option("--lang", help="语言 · language (default: the case's)")]


def main() -> None:
    """Run the command line."""
    app()


def _say_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"gridplan {version('gridplan')}")
        raise typer.Exit


@app.callback()
def _start(
    version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="版本 · version")
    ] = False,
) -> None:
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")


@app.command()
def init(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="放有图层文件的文件夹 · folder with the layer files")
    ],
    lang: Lang = None,
) -> None:
    """查看文件夹里的文件，写出带注释的 case.toml。 · Look at the files of a folder and write a commented case.toml."""
    language = lang or "zh"
    with _told(language):
        from gridplan.starter import start_case

        for line in start_case(folder, language):
            typer.echo(line)


@app.command()
def check(case: CasePath, lang: Lang = None) -> None:
    """只检查输入，一次列出所有问题。 · Check the inputs only: every problem, with what to do."""
    language: Language = lang or "zh"
    with _told(language):
        from gridplan.pipeline import survey

        read = _read(case, lang)
        language = read.language
        with _progress(language) as progress:
            place = survey(read, progress=progress)
        _print_problems(place.layers.problems, language)
        facts = Text(
            zh="可以规划：{u} 个单元，{p:,.0f} 人，{f} 家机构，{h} 家医院（院区）可牵头。",
            en="Ready to plan: {u} units, {p:,.0f} people, {f} facilities, {h} hospital sites that may lead.",
        )
        able = int((place.leads["tier"] != "").sum())
        inside = int((place.layers.facilities["unit_id"] != "").sum())
        typer.echo(
            facts.format(
                u=len(place.layers.units), p=place.layers.units["population"].sum(), f=inside, h=able
            ).in_language(language)
        )


@app.command()
def plan(
    case: CasePath,
    out: Out = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="随机种子 · random seed")] = None,
    lang: Lang = None,
) -> None:
    """从图层到方案文件夹（默认 maps/<方案名>）。 · From the layers to a proposal folder (default maps/<case name>)."""
    _plan(case, out, seed, lang)


@app.command()
def demo(out: Out = None, lang: Lang = None) -> None:
    """规划自带的合成城市。 · Plan the bundled synthetic city."""
    bundled = Path(__file__).parent.parent / "data" / "binhai" / "case.toml"
    if not bundled.exists():
        _fail(
            InputProblem(
                "error",
                Text(zh="自带的示例城市", en="the bundled city"),
                Text(zh="安装包不带数据", en="an installed package, which has no data"),
                Text(
                    zh="克隆项目仓库后在其中运行 gridplan demo。", en="Clone the project and run gridplan demo there."
                ),
            ),
            lang or "zh",
        )
    _plan(bundled, out, None, lang)


@app.command()
def assess(
    case: CasePath,
    assignment: Annotated[
        Path, typer.Option("--assignment", metavar="FILE", help="已有分组：csv、xlsx 或面图层 · given plan: csv, xlsx or polygons")
    ],
    out: Out = None,
    lang: Lang = None,
) -> None:
    """为已有的分组评分并检查。 · Score and check a plan that already exists."""
    with _told(lang or "zh"):
        from gridplan.pipeline import assess as assess_plan

        read = _read(case, lang)
        with _progress(read.language) as progress:
            proposal = assess_plan(read, assignment.resolve(), progress=progress)
            folder = _save(proposal, case, out or Path("maps") / f"{_name(case)}-{assignment.stem}", progress)
        _finish(proposal, folder, read.language)


@app.command()
def export(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="方案文件夹 · proposal folder")],
    to: Annotated[str, typer.Option("--to", metavar="FORMAT", help="geojson, geoparquet")],
    target: Annotated[Path | None, typer.Option("--target", metavar="PATH", help="写到哪里 · where to write")] = None,
    lang: Lang = None,
) -> None:
    """导出方案。 · Export a proposal to other systems."""
    with _told(lang or "zh"):
        from gridplan.exports import export as write_export
        from gridplan.proposal import read_proposal

        for path in write_export(read_proposal(out), to, target or out / "export"):
            typer.echo(str(path))


def _plan(case: Path, out: Path | None, seed: int | None, lang: Language | None) -> None:
    with _told(lang or "zh"):
        from gridplan.pipeline import plan as make_plan

        read = _read(case, lang)
        if seed is not None:
            read = read.changed(solver={"seed": seed})
        with _progress(read.language) as progress:
            proposal = make_plan(read, progress=progress)
            folder = _save(proposal, case, out or Path("maps") / _name(case), progress)
        _finish(proposal, folder, read.language)


def _read(path: Path, lang: Language | None) -> Case:
    from gridplan.case import read_case

    case = read_case(path)
    return case if lang is None else case.with_language(lang)


def _name(case: Path) -> str:
    resolved = case.resolve()
    return resolved.parent.name if resolved.stem == "case" else resolved.stem


def _save(proposal: Proposal, case: Path, folder: Path, progress: _Stages) -> Path:
    progress(Text(zh="写出方案和地图", en="Writing the proposal and its map"))
    return proposal.save(folder, log=progress.log(case))


def _finish(proposal: Proposal, folder: Path, language: Language) -> None:
    from gridplan.summary import print_summary

    print_summary(proposal, folder, language)
    if proposal.must_stands:
        raise typer.Exit(1)


@contextmanager
def _told(language: Language) -> Iterator[None]:
    """Turn errors of the user's input into words on stderr and exit status 2."""
    try:
        yield
    except GridplanError as error:
        _print_problems(error.problems, language)
        raise typer.Exit(2) from None


def _fail(problem: InputProblem, language: Language) -> None:
    _print_problems((problem,), language)
    raise typer.Exit(2)


def _print_problems(problems: tuple[InputProblem, ...], language: Language) -> None:
    from gridplan.problem_report import print_problems

    print_problems(problems, language)


class _Stages:
    """Remembers when each stage began; shows it as a bar with the time spent, on stderr and only on a terminal."""

    def __init__(self, language: Language, bar: Any = None) -> None:
        self._language = language
        self._bar = bar
        self._task = bar.add_task("", total=_N_STAGES) if bar is not None else None
        self._begun: list[tuple[str, float]] = []

    def __call__(self, stage: Text) -> None:
        self._begun.append((stage.in_language(self._language), time.perf_counter()))
        if self._bar is not None:
            self._bar.update(self._task, description=self._begun[-1][0], completed=len(self._begun) - 1)

    def log(self, case: Path) -> str:
        """Return what run.log says: when, which case, which version, and how long each stage took."""
        ends = [at for _, at in self._begun[1:]]
        lines = [
            f"{datetime.now().astimezone().isoformat(timespec='seconds')}  gridplan {version('gridplan')}  {case.resolve()}"
        ]
        lines += [f"{end - at:8.2f} s  {name}" for (name, at), end in zip(self._begun, ends, strict=False)]
        return "\n".join(lines) + "\n"


@contextmanager
def _progress(language: Language) -> Iterator[_Stages]:
    if not sys.stderr.isatty():
        yield _Stages(language)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = [SpinnerColumn(), TextColumn("{task.description}"), BarColumn(bar_width=24), TimeElapsedColumn()]
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        yield _Stages(language, bar)


if __name__ == "__main__":
    main()
