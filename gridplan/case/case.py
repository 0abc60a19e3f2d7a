"""case.toml -> a frozen `Case`: which layers to read and by which rules to plan.

Unknown keys are refused with the nearest known key; paths are relative to the case file; every default that stands
for a policy or planning number carries the provenance tag of the domain specification (`S0`..`S4`, `V`, `M`, `L`,
`D`, `none`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from pydantic import (
    BaseModel,
    Field,
    PrivateAttr,
    ValidationError,
    field_validator,
    model_validator,
)

from gridplan.case.mistakes import (
    explain_monsters,
    explain_syntax,
    explain_value,
    nesting_problem,
    section_of,
)
from gridplan.case.sections import (
    STORED,
    Area,
    Basemap,
    Budget,
    ChangeRules,
    County,
    ExploreRules,
    FirmnessRules,
    Forecast,
    Grids,
    MemberRules,
    Outputs,
    Place,
    Rules,
    Scenario,
    SolverSettings,
    Travel,
    UnitRules,
)
from gridplan.case.sources import LayerSources, Section, Source, expand_variables, refusal
from gridplan.words.cards import Card
from gridplan.words.errors import CaseError, InputProblem
from gridplan.words.kinds import need_path
from gridplan.words.signs import shown_values
from gridplan.words.small_files import read_whole, told_reason
from gridplan.words.text import Text
from gridplan.words.vocabulary import MODES


class Case(Section):
    """Everything a plan depends on, defaults filled in.

    Each section of the case file is an attribute, each key an attribute of it. Nothing changes in place; see `changed`.

    Examples
    --------
    >>> case = gp.example_case("yunxiu")
    >>> case.place.name, case.travel.limit_min
    ('云岫县', 60.0)
    """

    format: Literal["gridplan-case/1"] = "gridplan-case/1"
    language: Literal["zh", "en"] = Field("zh", description="Language of messages and of the page when it opens")
    data_folder: str = Field(".", description="Folder of the layers; ${NAME:-fallback} reads an environment variable")
    place: Place
    area: Area = Area()
    layers: LayerSources
    units: UnitRules = UnitRules()
    travel: Travel = Travel()
    grids: Grids = Grids()
    change: ChangeRules = ChangeRules()
    forecast: Forecast = Forecast()
    firmness: FirmnessRules = FirmnessRules()
    explore: ExploreRules = ExploreRules()
    members: MemberRules = MemberRules()
    county: County = County()
    rules: Rules = Rules()
    budget: Budget = Budget()
    scenarios: tuple[Scenario, ...] = Field((), description="What-if scenarios, each [[scenarios]]")
    solver: SolverSettings = SolverSettings()
    outputs: Outputs = Outputs()
    basemap: Basemap = Basemap()
    _folder: Path = PrivateAttr(default_factory=Path)
    _stored: bool = PrivateAttr(default=False)

    @model_validator(mode="after")
    def _county_defaults(self) -> Case:
        """Let [county] stand in a county case wherever [travel] and [grids] say nothing."""
        if self.place.mode == "county":
            for name, keys in self.county_keys().items():
                section = getattr(self, name)
                unsaid = {key: value for key, value in keys.items() if key not in section.model_fields_set}
                object.__setattr__(self, name, section.model_copy(update=unsaid))
        return self

    def county_keys(self) -> dict[str, dict[str, Any]]:
        """Return what [county] says, as keys of the sections that it stands for.

        Returns
        -------
        dict
            Section -> {key: value}.

        Examples
        --------
        >>> gp.example_case("yunxiu").county_keys()["travel"]
        {'limit_min': 60.0}
        """
        county = self.county
        names = ("k", "lead_min_level", "lead_admin_levels")
        return {
            "travel": {"limit_min": county.limit_min},
            "grids": {name: getattr(county, name) for name in names},
        }

    @field_validator("scenarios")
    @classmethod
    def _named_once(cls, value: tuple[Scenario, ...]) -> tuple[Scenario, ...]:
        names = [scenario.name for scenario in value]
        if len(set(names)) < len(names):
            raise refusal(Text(zh="各不相同的情景名称", en="a different name for each scenario"))
        return value

    def __repr__(self) -> str:
        return self._card().as_text()

    __str__ = __repr__

    def _repr_html_(self) -> str:
        return self._card().as_html(self.language)

    def _card(self) -> Card:
        place, named = self.place, self.layers.model_dump(exclude_none=True, exclude={"facilities", "records"})
        files = [source["path"] for source in named.values()] + [source.path for source in self.layers.facilities]
        return Card(
            kind="Case",
            title=place.name if self.language == "zh" else place.name_en or place.name,
            facts=(
                (Text(zh="类型", en="mode"), MODES.label(place.mode)),
                (Text(zh="图层", en="layers"), ", ".join(dict.fromkeys(files))),
                (Text(zh="记录", en="records"), ", ".join(self.layers.records) or "-"),
                (Text(zh="网格数", en="grids"), "-".join(map(str, _ends(self.grids.k)))),
                (Text(zh="限时（分钟）", en="limit (min)"), f"{self.travel.limit_min:g}"),
                (Text(zh="随机种子", en="seed"), str(self.solver.seed)),
            ),
        )

    @property
    def folder(self) -> Path:
        """Folder of the case file."""
        return self._folder

    def locate(self, source: Source) -> Path:
        """Return the path of a source's file.

        Parameters
        ----------
        source
            One of `layers`, such as `case.layers.population`.

        Returns
        -------
        Path
            Below the folder of the case, or where `data_folder` says.

        Examples
        --------
        >>> case = gp.example_case("yunxiu")
        >>> case.locate(case.layers.population).name
        'villages.csv'
        """
        return self._folder / expand_variables(self.data_folder) / source.path

    def resolved(self) -> dict[str, Any]:
        """Return the case with all defaults as plain values, as stored in a proposal.

        Returns
        -------
        dict
            Section -> {key: value}; a key of an online map is left out.

        Examples
        --------
        >>> gp.example_case("yunxiu").resolved()["solver"]["seed"]
        0
        """
        return self.model_dump(mode="json", by_alias=True)

    def changed(self, **sections: dict[str, Any]) -> Case:
        """Return the case with some keys of some sections changed, checked again.

        Parameters
        ----------
        **sections
            Section -> {key: value}, as in the case file.

        Returns
        -------
        Case
            The changed case; this one stays as it is.

        Raises
        ------
        CaseError
            If a section, key or value is wrong.

        Examples
        --------
        >>> gp.example_case("yunxiu").changed(solver={"seed": 7}).solver.seed
        7
        """
        tree = self._with_key()
        for name, keys in sections.items():
            tree[name] = {**tree.get(name, {}), **keys}
        return parse_case(tree, folder=self._folder, stored=self._stored)

    def with_language(self, language: Literal["zh", "en"]) -> Case:
        """Return the case with another language.

        Parameters
        ----------
        language
            "zh" or "en".

        Returns
        -------
        Case
            The same case; proposals made of it speak that language.

        Examples
        --------
        >>> gp.example_case("yunxiu").with_language("en").language
        'en'
        """
        return parse_case({**self._with_key(), "language": language}, folder=self._folder, stored=self._stored)

    def _with_key(self) -> dict[str, Any]:
        """Return all keys, the planner's own key of an online map among them, which no file may hold."""
        tree = self.resolved()
        tree["basemap"]["key"] = self.basemap.key
        return tree


def read_case(path: str | Path) -> Case:
    """Read a case file.

    Parameters
    ----------
    path
        The case.toml.

    Returns
    -------
    Case
        The case, defaults filled in; no layer is read yet.

    Raises
    ------
    ArgumentError
        If `path` is no path.
    CaseError
        If the file cannot be read or any key or value is wrong; all problems are told together.

    Examples
    --------
    >>> gp.read_case("nowhere/case.toml")
    Traceback (most recent call last):
    gridplan.words.errors.CaseError: case.toml: needs a case file that can be read; ...
    """
    need_path(path, "path", instead="gp.plan(case)" if isinstance(path, Case) else "")
    path = Path(path)
    _refuse_folder(path)
    try:
        text = read_whole(path, _MOST_BYTES).decode("utf-8-sig")
        tree = tomllib.loads(text.replace("\r\n", "\n").replace("\r", "\n"))
    except OSError as error:
        raise CaseError(
            InputProblem(
                "error",
                Text(zh="可以读取的方案文件", en="a case file that can be read"),
                told_reason(error),
                _CREATE,
                file=path.name,
            )
        ) from None
    except UnicodeDecodeError:
        raise CaseError(
            InputProblem(
                "error",
                Text(zh="UTF-8 编码的方案文件", en="a case file in UTF-8"),
                Text(zh="别的编码", en="another encoding"),
                Text(zh="用记事本“另存为”，编码选 UTF-8。", en="Save it as UTF-8 in your editor."),
                file=path.name,
            )
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise CaseError(explain_syntax(str(error), path.name)) from None
    except (RecursionError, ValueError):
        raise CaseError(nesting_problem(path.name)) from None
    case = parse_case(tree, folder=path.resolve().parent, file=path.name)
    _check_basemap(case, path.name)
    return case


def case_name(path: Path) -> str:
    """Return what a case is called after its file: the folder of a case.toml, or of a file without a name, else the stem."""
    resolved = path.resolve()
    return resolved.parent.name if resolved.stem.strip(".") in ("case", "") else resolved.stem


def _refuse_folder(path: Path) -> None:
    """Say which file of a folder is the case, or that the folder is a proposal."""
    if not path.is_dir():
        return
    inside = next((name for name in ("proposal.json", "case.toml") if (path / name).exists()), "")
    remedies = {
        "": _CREATE,
        "case.toml": Text(zh="写出文件：文件夹/case.toml。", en="Name the file: <folder>/case.toml."),
        "proposal.json": Text(
            zh="这是方案文件夹，用 gp.read_proposal(文件夹) 读取。",
            en="It holds a proposal: read it with gp.read_proposal(folder).",
        ),
    }
    needed, found = Text(zh="方案文件（case.toml）", en="a case file (case.toml)"), Text(zh="一个文件夹", en="a folder")
    raise CaseError(InputProblem("error", needed, found, remedies[inside], file=path.name))


def parse_case(tree: dict[str, Any], *, folder: Path, file: str = "case.toml", stored: bool = False) -> Case:
    """Return a checked `Case` from plain values; see `read_case`.

    A case that is `stored` in a proposal may hold dates that are none of the calendar: earlier releases took any words.

    Raises
    ------
    CaseError
        If any key or value is wrong; all problems are told together.
    """
    monsters = list(explain_monsters(tree, file))
    if monsters:
        raise CaseError(monsters)
    try:
        case = Case.model_validate(shown_values(tree), context={STORED: stored})
    except ValidationError as error:
        told = error.errors()[:_MOST_TOLD]
        raise CaseError(dict.fromkeys(explain_value(details, file, Case) for details in told)) from None
    case._folder, case._stored = folder, stored
    return case


def documented_fields(section: type[BaseModel] = Case, *, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield (dotted key, pydantic field) of every key of the case, for documentation and tests."""
    for name, field in section.model_fields.items():
        key = f"{prefix}{field.alias or name}"
        yield key, field
        inner = section_of(field.annotation)
        if inner is not None:
            yield from documented_fields(inner, prefix=f"{key}.")


def _ends(k: int | tuple[int, int] | None) -> tuple[int, ...]:
    """Return the numbers of grids that are tried: one, or the least and the most."""
    return (2, 8) if k is None else (k,) if isinstance(k, int) else tuple(dict.fromkeys(k))


def _check_basemap(case: Case, file: str) -> None:
    """Say what an online map lacks; a proposal read from its folder may lack the key and then has none."""
    wanted = {"tianditu": ("key", case.basemap.own_key), "xyz": ("url", case.basemap.url)}.get(case.basemap.kind)
    if wanted and not wanted[1]:
        needed = {
            "key": Text(zh="天地图密钥（在天地图官网申请）", en="your Tianditu key (from the Tianditu website)"),
            "url": Text(
                zh="瓦片地址，如 https://…/{z}/{x}/{y}.png",
                en="the address of the tiles, such as https://…/{z}/{x}/{y}.png",
            ),
        }[wanted[0]]
        remedy = Text(zh='补上，或写 kind = "none"。', en='Add it, or write kind = "none".')
        nothing = Text(zh="没有写", en="nothing")
        raise CaseError(InputProblem("error", needed, nothing, remedy, file=file, field=f"basemap.{wanted[0]}"))


_MOST_BYTES = 10_000_000
"""A case file is not larger."""
_MOST_TOLD = 100
"""Problems of a case file told at most."""
_CREATE = Text(zh="用 gridplan init 生成一个。", en="Make one with gridplan init.")
