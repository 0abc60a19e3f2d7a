"""The command line: one function a command, with its options and its help in both languages.

Exit status: 0 done; 1 done, but a violated must-rule stands; 2 bad input or usage.
"""

from __future__ import annotations

import gc
import logging
import sys
import traceback
import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from gridplan import __version__
from gridplan.words.errors import GridplanError, GridplanWarning, InputProblem
from gridplan.words.folders import place_of
from gridplan.words.hearing import heard_by
from gridplan.words.signs import shown_line
from gridplan.words.small_files import told_reason
from gridplan.words.streams import drop_broken, open_streams
from gridplan.words.text import Language, Text

if TYPE_CHECKING:
    from gridplan.batch.runner import Cluster, Processes
    from gridplan.case.case import Case
    from gridplan.proposal.comparison import Comparison
    from gridplan.proposal.edits import Edits
    from gridplan.proposal.proposal import Proposal

app = typer.Typer(
    name="gridplan",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="医联体网格化布局规划 · Plan health-service grids: layers in, checked proposals and an offline map out.",
)

CasePath = Annotated[Path, typer.Argument(metavar="CASE.toml", help="方案文件 · the case file")]


def _out_path(text: str) -> Path:
    if not text.strip():
        needed = "结果文件夹的名称 · the name of a folder for the results"
        raise typer.BadParameter(needed)
    return Path(text)


Out = Annotated[
    Path | None,
    typer.Option("-o", "--out", parser=_out_path, metavar="FOLDER", help="结果文件夹 · folder for the results"),
]
Scheduler = Annotated[
    str | None,
    typer.Option("--scheduler", metavar="ADDRESS", help="Dask 调度器地址 · address of a Dask scheduler"),
]
Workers = Annotated[int | None, typer.Option("--workers", min=1, help="本机工作进程数 · processes on this machine")]
Insecure = Annotated[
    bool, typer.Option("--insecure", help="允许不加密的远程调度器 · allow a remote scheduler without TLS")
]
_N_STAGES = 6
_N_FIRMNESS_STAGES = 9
_N_EXPLORE_STAGES = 7
_N_REPORT_STAGES = 3
Lang = Annotated[Literal["zh", "en"] | None, typer.Option("--lang", help="语言 · language (default: the case's)")]


def main() -> None:
    """Run the command line; what no command told in words itself is told here, and ends with 2: 1 means that a plan was made."""
    open_streams()
    _silence_libraries()
    # Tables and imported modules are what a command makes most of, and seldom lets go: Python looked through them for circles for a twentieth of a plan's time.
    gc.set_threshold(50_000, 20, 20)
    warnings.showwarning = _show_warning
    status: Any = 0
    try:
        try:
            app()
        except SystemExit as end:
            status = end.code
        sys.stdout.flush()
    except Exception as error:
        drop_broken()
        with suppress(OSError):
            _print_problems(_told_of(error), "en" if "en" in sys.argv else "zh")
        drop_broken()
        status = 2
    raise SystemExit(status)


def _show_warning(message: Warning | str, *_: Any, **__: Any) -> None:
    """Say a warning to people, who have no use for the line of code that gave it."""
    typer.echo(str(message), err=True)


def _told_of(error: Exception) -> tuple[InputProblem, ...]:
    """Return what an error that reached the end of the program says; a mistake of ours with its traceback, for a report."""
    if isinstance(error, GridplanError):
        return error.problems
    if isinstance(error, OSError | MemoryError):
        return (_interrupted(error),)
    traceback.print_exception(error)
    name = f"{type(error).__name__}: {error}"
    return (
        InputProblem(
            "error",
            Text(zh="程序能处理的输入", en="inputs that the program can handle"),
            Text(zh=f"程序的错误（{name}）", en=f"a mistake of the program ({name})"),
            Text(zh="请把以上内容连同命令反馈给我们。", en="Please report the lines above together with the command."),
        ),
    )


def _interrupted(error: OSError | MemoryError) -> InputProblem:
    full = Text(zh="内存不足", en="not enough memory")
    reason = full if isinstance(error, MemoryError) else told_reason(error)
    name = error.filename if isinstance(error, OSError) else None
    return InputProblem(
        "error",
        Text(zh="可以读写的文件和终端", en="files and a terminal that can be read and written"),
        reason,
        Text(zh="检查磁盘、权限和内存后重试。", en="Check disk, permissions and memory, and try again."),
        file=Path(name).name if isinstance(name, str) else "",
    )


def _say_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"gridplan {__version__}")
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


def _silence_libraries() -> None:
    """Keep warnings of libraries off the terminal: what planners have to know is told in words; -W shows them."""
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", GridplanWarning)
    logging.getLogger().addHandler(logging.NullHandler())


@app.command()
def init(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="放有图层文件的文件夹 · folder with the layer files")
    ],
    *,
    lang: Lang = None,
) -> None:
    """查看文件夹里的文件，写出带注释的 case.toml。 · Look at the files of a folder and write a commented case.toml."""
    language = lang or "zh"
    with _told(language):
        from gridplan.intake.new_case import start_case

        for line in start_case(folder, language):
            _say(line)


@app.command()
def check(
    case: CasePath,
    *,
    out: Out = None,
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 写出问题 · problems as JSON on stdout")] = False,
    lang: Lang = None,
) -> None:
    """只检查输入，一次列出所有问题；-o 另写 check.xlsx。 · Check the inputs only: every problem, with what to do."""
    from gridplan.intake.input_check import check_inputs, tell_checked

    with _progress(lang or _language_of(case)) as progress:
        checked = check_inputs(case, language=lang, progress=progress)
    with _told(checked.language):
        for line in tell_checked(checked, as_json=as_json, folder=out):
            typer.echo(line) if as_json else _say(line)
    _leave(2 if checked.ready is None else 0)


@app.command()
def plan(
    case: CasePath,
    *,
    out: Out = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="随机种子 · random seed")] = None,
    lang: Lang = None,
) -> None:
    """从图层到方案文件夹（默认 maps/<方案名>）。 · From the layers to a proposal folder (default maps/<case name>)."""
    _plan(case, out, seed, lang)


@app.command()
def demo(
    city: Annotated[
        Literal["binhai", "yunxiu"],
        typer.Argument(help="自带的城市 binhai 或县 yunxiu · the bundled city (binhai) or county (yunxiu)"),
    ] = "binhai",
    *,
    out: Out = None,
    lang: Lang = None,
) -> None:
    """规划自带的合成城市或县。 · Plan the bundled synthetic city or county."""
    from gridplan.case.examples import example_path

    _plan(example_path(city), out, None, lang)


@app.command()
def assess(
    case: CasePath,
    *,
    assignment: Annotated[
        Path,
        typer.Option(
            "--assignment", metavar="FILE", help="已有分组：csv、xlsx 或面图层 · given plan: csv, xlsx or polygons"
        ),
    ],
    out: Out = None,
    lang: Lang = None,
) -> None:
    """为已有的分组评分并检查。 · Score and check a plan that already exists."""
    with _told(lang or _language_of(case)):
        from gridplan.case.case import case_name
        from gridplan.pipeline import assess as assess_plan

        read, folder = _read(case, lang), out or Path("maps") / f"{case_name(case)}-{assignment.stem}"
        with _new_folder(folder) as new, _progress(read.language) as progress:
            proposal = assess_plan(read, assignment.resolve(), progress=progress)
            _fill(proposal, new, progress, source=case)
        _finish(proposal, folder, read.language)


@app.command()
def revise(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="原方案文件夹 · folder of the proposal")],
    *,
    edits: Annotated[
        Path, typer.Option("--edits", metavar="EDITS.json", help="地图中保存的修改 · edits saved from the map")
    ],
    repair: Annotated[
        bool, typer.Option("--repair", help="修复连片和均衡，少动居民 · reconnect and rebalance, moving few")
    ] = False,
    no_authors: Annotated[
        bool, typer.Option("--no-authors", help="意见不署名，供对外提供 · comments without names, to hand out")
    ] = False,
    result: Out = None,
    lang: Lang = None,
) -> None:
    """把地图上的修改变成新方案，重新检查并与原方案比较。 · Turn a reviewer's edits into a new proposal, checked and compared."""
    with _told(lang or "zh"):
        from gridplan.pipeline import revise as revise_plan
        from gridplan.proposal.comparison import compare_proposals
        from gridplan.proposal.edits import read_edits

        parent, folder = _read_proposal(out, lang), result or out.resolve().with_name(f"{out.resolve().name}-revised")
        if place_of(folder) == place_of(out):
            _fail(_SAME_FOLDER, parent.case.language)
        wanted = read_edits(edits, parent)
        if no_authors:
            wanted = wanted.without_authors()
        with _new_folder(folder) as new, _progress(parent.case.language) as progress:
            proposal = revise_plan(parent, wanted, repair=repair, progress=progress)
            comparison = compare_proposals(parent, proposal)
            _fill(proposal, new, progress, source=out, comparison=comparison)
        _print_comparison(comparison, parent.case.language)
        if repair:
            _tell_repair(parent, proposal, wanted, folder)
        _finish(proposal, folder, parent.case.language)


def _tell_repair(parent: Proposal, proposal: Proposal, wanted: Edits, folder: Path) -> None:
    """Say which moves a repair undid, with a file of edits in which they are locked, and which rules are worse than before."""
    from gridplan.outputs.summary import print_repair
    from gridplan.proposal.edits import undone_moves, write_edits

    undone, suggested = undone_moves(wanted, proposal), None
    if undone:
        suggested = folder.with_name(f"{folder.name}-edits.json")
        write_edits(replace(wanted, locks=tuple(dict.fromkeys((*wanted.locks, *undone)))), suggested)
    print_repair(parent, proposal, undone, suggested)


@app.command()
def batch(
    cases: Annotated[
        list[Path],
        typer.Argument(
            metavar="CASES...",
            help="方案文件，或方案表（csv、xlsx，每行一个） · case files, or tables of them (csv, xlsx; one row a run)",
        ),
    ],
    *,
    scheduler: Scheduler = None,
    workers: Workers = None,
    insecure: Insecure = False,
    out: Out = None,
    lang: Lang = None,
) -> None:
    """规划许多方案：一个省，或一张方案表（默认写到 maps/batch）。 · Plan many cases: a province, or a table of runs (default maps/batch)."""
    with _told(lang or "zh"):
        from gridplan.batch.case_list import list_jobs
        from gridplan.batch.many_cases import run_batch
        from gridplan.batch.told_batch import cancelling, shown_progress, tell_batch

        on = _workers(scheduler, workers, lang or "zh", insecure=insecure)
        jobs, folder = list_jobs(cases), out or Path("maps") / "batch"
        with cancelling() as cancel, shown_progress(lang or "zh") as listener:
            done = run_batch(jobs, folder, on=on, language=lang, listener=listener, cancel=cancel)
        for line in tell_batch(done, folder, lang or "zh"):
            _say(line)
    _leave(done.status)


def _workers(scheduler: str | None, workers: int | None, language: Language, *, insecure: bool) -> Processes | Cluster:
    """Return where many plans are made."""
    from gridplan.batch.runner import Cluster, Processes

    if scheduler is not None and workers is not None:
        _fail(_EITHER_WORKERS, language)
    return Processes(workers) if scheduler is None else Cluster(scheduler, insecure)


@app.command()
def adjust(
    case: CasePath,
    *,
    out: Out = None,
    lang: Lang = None,
) -> None:
    """从现有分组出发，少动居民：调整曲线，每一步一个方案。 · Least change from the grouping in force: the curve, each step a plan."""
    with _told(lang or _language_of(case)):
        from gridplan.batch.adjustment import adjust as adjust_case
        from gridplan.batch.curve_files import CURVE_FILES, fill_curve_folder, print_curve
        from gridplan.case.case import case_name
        from gridplan.words.folders import replaced_folder

        read, folder = _read(case, lang), out or Path("maps") / f"{case_name(case)}-adjust"
        with replaced_folder(folder, CURVE_FILES) as new, _progress(read.language) as progress:
            adjustment = adjust_case(read, progress=progress)
            progress(Text(zh="写出各步方案", en="Writing the plan of each step"))
            fill_curve_folder(adjustment, new, log=progress.log(case))
        _print_problems(adjustment.told, read.language)
        print_curve(adjustment, folder)


@app.command()
def calibrate(
    case: CasePath,
    *,
    out: Out = None,
    lang: Lang = None,
) -> None:
    """用实测行程推算车速：按道路等级、时段和路口延误，写成可放进方案的文本。 · Speeds from measured trips, as text for the case."""
    with _told(lang or _language_of(case)):
        from gridplan.case.case import case_name
        from gridplan.intake.measured_speeds import measure_speeds
        from gridplan.intake.speed_report import SPEED_FILES, fill_speed_folder, print_speeds
        from gridplan.words.folders import replaced_folder

        read, folder = _read(case, lang), out or Path("maps") / f"{case_name(case)}-speeds"
        with replaced_folder(folder, SPEED_FILES) as new, _progress(read.language) as progress:
            measured = measure_speeds(read, progress=progress)
            fill_speed_folder(measured, new, log=progress.log(case))
        _print_problems(measured.told, read.language)
        print_speeds(measured, folder)


@app.command()
def firmness(
    case: CasePath,
    *,
    plans: Annotated[
        int | None,
        typer.Option(
            "-n", "--plans", min=2, help="抽样方案数（默认 firmness.plans） · plans to draw (default firmness.plans)"
        ),
    ] = None,
    scheduler: Scheduler = None,
    workers: Workers = None,
    insecure: Insecure = False,
    out: Out = None,
    lang: Lang = None,
) -> None:
    """这条线有多稳固：车速、人口、需求和代价抽样，重新规划许多次。 · How firm each line is: speeds, residents, demand and prices drawn, planned many times."""
    with _told(lang or _language_of(case)):
        from gridplan.batch.firmness import measure_firmness
        from gridplan.batch.firmness_files import FIRMNESS_FILES, fill_firmness_folder, print_firmness
        from gridplan.case.case import case_name
        from gridplan.words.folders import replaced_folder

        read, folder = _read(case, lang), out or Path("maps") / f"{case_name(case)}-firmness"
        if plans is not None:
            read = read.changed(firmness={"plans": plans})
        on = _workers(scheduler, workers, read.language, insecure=insecure)
        with (
            replaced_folder(folder, FIRMNESS_FILES) as new,
            _progress(read.language, stages=_N_FIRMNESS_STAGES) as progress,
        ):
            measured = measure_firmness(read, progress=progress, on=on, listener=progress.heard)
            proposal = measured.proposal(progress)
            progress(Text(zh="写出方案和地图", en="Writing the proposal and its map"))
            fill_firmness_folder(measured, proposal, new, log=progress.log(case))
        print_firmness(measured, folder)


@app.command()
def explore(
    case: CasePath,
    *,
    scheduler: Scheduler = None,
    workers: Workers = None,
    insecure: Insecure = False,
    out: Out = None,
    lang: Lang = None,
) -> None:
    """还有哪些好方案：换网格数、牵头医院和代价，每个都是一个方案，一页看全。 · Which other plans are good: other numbers of grids, leads and prices, each a plan, all on one page."""
    with _told(lang or _language_of(case)):
        from gridplan.batch.exploration import explore as explore_case
        from gridplan.batch.explore_files import EXPLORE_FILES, fill_explore_folder, print_exploration
        from gridplan.case.case import case_name
        from gridplan.words.folders import replaced_folder

        read, folder = _read(case, lang), out or Path("maps") / f"{case_name(case)}-explore"
        on = _workers(scheduler, workers, read.language, insecure=insecure)
        with (
            replaced_folder(folder, EXPLORE_FILES) as new,
            _progress(read.language, stages=_N_EXPLORE_STAGES) as progress,
        ):
            exploration = explore_case(read, progress=progress, on=on, listener=progress.heard)
            progress(Text(zh="写出各个方案", en="Writing the plans"))
            fill_explore_folder(exploration, new, log=progress.log(case))
        print_exploration(exploration, folder)


@app.command()
def compare(
    first: Annotated[Path, typer.Argument(metavar="OUT_A", help="原方案文件夹 · folder of the first proposal")],
    second: Annotated[Path, typer.Argument(metavar="OUT_B", help="新方案文件夹 · folder of the second proposal")],
    *,
    out: Out = None,
    lang: Lang = None,
) -> None:
    """比较两个方案（默认写到 maps/<A>-<B>）。 · Compare two proposals (default folder maps/<A>-<B>)."""
    with _told(lang or "zh"):
        from gridplan.outputs.proposal_folder import write_comparison_folder
        from gridplan.proposal.comparison import compare_proposals

        before, after = _read_proposal(first, lang), _read_proposal(second, lang)
        comparison = compare_proposals(before, after)
        folder = out or Path("maps") / f"{first.resolve().name}-{second.resolve().name}"
        write_comparison_folder(comparison, after, folder)
        _print_comparison(comparison, after.case.language)
        _say(folder / "comparison.xlsx")


@app.command()
def export(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="方案文件夹 · proposal folder")],
    *,
    to: Annotated[str, typer.Option("--to", metavar="FORMAT|all", help="格式名，或 all · name of a format, or all")],
    target: Annotated[
        str | None, typer.Option("--target", metavar="PATH|URL", help="写到哪里 · where to write")
    ] = None,
    audience: Annotated[
        Literal["internal", "consultation", "public"],
        typer.Option(
            "--for",
            help="给谁：内部、征求意见、公示 · who gets it; what they must not see is left out",
        ),
    ] = "internal",
    lang: Lang = None,
) -> None:
    """导出方案给其他系统（默认写到 OUT/export）。 · Export a proposal to other systems (default OUT/export)."""
    from gridplan.outputs.exports.formats import FORMATS, export_into

    with _told(lang or "zh"), _progress(lang or "zh", stages=len(FORMATS)) as progress:
        written = export_into(
            out,
            to,
            target,
            audience=audience,
            read=lambda folder: _read_proposal(folder, lang),
            progress=progress,
        )
    for path in written:
        _say(path)


@app.command()
def report(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="方案文件夹 · proposal folder")],
    *,
    lang: Lang = None,
) -> None:
    """写出正式文件、附件、网格图和公示页，分内部、征求意见、公示三份。 · Write the document, annexes, plates and the page for residents, for three audiences."""
    with _told(lang or "zh"):
        from gridplan.outputs.report.report import report_into
        from gridplan.outputs.report.told import tell_report

        with _progress(lang or "zh", stages=_N_REPORT_STAGES) as progress:
            written = report_into(out, read=lambda folder: _read_proposal(folder, lang), progress=progress)
        for line in tell_report(written):
            _say(line)


@app.command(name="open")
def open_bench(
    folder: Annotated[
        Path,
        typer.Argument(metavar="[FOLDER]", help="放有文件的文件夹，可以是空的 · folder of the files, may be empty"),
    ] = Path(),
    *,
    port: Annotated[
        int | None, typer.Option("--port", min=1, max=65535, help="端口（默认自动） · port (default: any free one)")
    ] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="不打开浏览器 · do not open the browser")] = False,
    lang: Lang = None,
) -> None:
    """在浏览器里打开工作台：从文件到方案，只在这台电脑上。 · Open the workbench in the browser: from files to a plan, on this machine only."""

    def say(address: str) -> None:
        _say(address)
        sys.stdout.flush()

    with _told(lang or _language_of(folder / "case.toml")):
        from gridplan.app.opening import open_workbench

        open_workbench(folder, port=port, browser=not no_browser, say=say)


def _say(line: str | Path) -> None:
    typer.echo(shown_line(str(line)))


_EITHER_WORKERS = InputProblem(
    "error",
    Text(zh="--scheduler 或 --workers", en="--scheduler or --workers"),
    Text(zh="两个都写了", en="both"),
    Text(zh="集群的工作进程由集群自己启动。", en="A cluster starts its own workers."),
    field="--workers",
)
_SAME_FOLDER = InputProblem(
    "error",
    Text(zh="另一个结果文件夹", en="another folder for the result"),
    Text(zh="原方案自己的文件夹", en="the folder of the proposal itself"),
    Text(zh="用 -o 给出另一个文件夹，原方案会保留。", en="Name another one with -o; the proposal itself is kept."),
    field="-o",
)


def _read_proposal(folder: Path, lang: Language | None) -> Proposal:
    from gridplan.proposal.files import read_proposal
    from gridplan.proposal.manifest import changed_files
    from gridplan.words.folders import told_standing

    proposal = read_proposal(folder)
    _print_problems((*changed_files(folder), *told_standing(folder)), lang or proposal.case.language)
    return proposal if lang is None else replace(proposal, case=proposal.case.with_language(lang))


def _print_comparison(comparison: Comparison, language: Language) -> None:
    from gridplan.outputs.summary import print_comparison

    print_comparison(comparison, language)


def _language_of(case: Path) -> Language:
    from gridplan.case.spoken import stated_language

    return stated_language(case)


def _plan(case: Path, out: Path | None, seed: int | None, lang: Language | None) -> None:
    with _told(lang or _language_of(case)):
        from gridplan.case.case import case_name
        from gridplan.pipeline import plan as make_plan

        read = _read(case, lang)
        if seed is not None:
            read = read.changed(solver={"seed": seed})
        folder = out or Path("maps") / case_name(case)
        with _new_folder(folder) as new, _progress(read.language) as progress:
            proposal = make_plan(read, progress=progress)
            _fill(proposal, new, progress, source=case)
        _finish(proposal, folder, read.language)


def _read(path: Path, lang: Language | None) -> Case:
    from gridplan.case.case import read_case

    case = read_case(path)
    return case if lang is None else case.with_language(lang)


def _new_folder(folder: Path) -> AbstractContextManager[Path]:
    """Hold the folder of the results from now on: that it cannot be written is said before anything is computed."""
    from gridplan.outputs.proposal_folder import new_folder

    return new_folder(folder)


def _fill(
    proposal: Proposal, new: Path, progress: _Stages, *, source: Path, comparison: Comparison | None = None
) -> None:
    from gridplan.outputs.proposal_folder import fill_folder

    progress(Text(zh="写出方案和地图", en="Writing the proposal and its map"))
    fill_folder(proposal, new, log=progress.log(source), comparison=comparison)


def _finish(proposal: Proposal, folder: Path, language: Language) -> None:
    from gridplan.outputs.summary import print_summary

    print_summary(proposal, folder, language)
    _leave(1 if proposal.must_stands else 0)


def _leave(status: int) -> None:
    """End with an exit status that is not 0."""
    if status:
        raise typer.Exit(status)


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
    from gridplan.intake.problem_report import print_problems

    print_problems(problems, language)


class _Stages:
    """Notes when each stage begins; shows it as a bar with the time spent, on stderr and only on a terminal."""

    def __init__(self, language: Language, bar: Any = None, stages: int = _N_STAGES) -> None:
        from gridplan.words.run_log import StageLog

        self._bar = bar
        self._task = bar.add_task("", total=stages) if bar is not None else None
        self._log = StageLog(language)
        self.log = self._log.text

    def __call__(self, stage: Text) -> None:
        shown = self._log(stage)
        if self._bar is not None:
            self._bar.update(self._task, description=shown, completed=self._log.n_stages - 1)

    def heard(self, news: Any) -> None:
        """Show how many of many plans have been made; the log does not hold it."""
        if self._bar is not None and hasattr(news, "n_ended"):
            self._bar.update(self._task, description=f"{news.n_ended} / {news.n_tasks}")


@contextmanager
def _progress(language: Language, *, stages: int = _N_STAGES) -> Iterator[_Stages]:
    if sys.stderr is None or not sys.stderr.isatty():
        yield _Stages(language)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = [SpinnerColumn(), TextColumn("{task.description}"), BarColumn(bar_width=24), TimeElapsedColumn()]
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:

        def show(told: Any) -> None:
            if isinstance(told, Text):
                bar.console.print(told.in_language(language))

        with heard_by(show):
            yield _Stages(language, bar, stages)


if __name__ == "__main__":
    main()
