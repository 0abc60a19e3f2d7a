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

from gridplan.case.mistakes import case_problem, explain_syntax, explain_value, section_of
from gridplan.case.sections import (
    Area,
    Basemap,
    Budget,
    County,
    Grids,
    Outputs,
    Place,
    Rules,
    Scenario,
    SolverSettings,
    Travel,
    UnitRules,
)
from gridplan.case.sources import LayerSources, Section, Source, expand_variables, refusal
from gridplan.words.errors import CaseError, InputProblem
from gridplan.words.text import Text


class Case(Section):
    """Everything a plan depends on, defaults filled in."""

    format: Literal["gridplan-case/1"] = "gridplan-case/1"
    language: Literal["zh", "en"] = Field("zh", description="Language of messages and of the page when it opens")
    data_folder: str = Field(".", description="Folder of the layers; ${NAME:-fallback} reads an environment variable")
    place: Place
    area: Area = Area()
    layers: LayerSources
    units: UnitRules = UnitRules()
    travel: Travel = Travel()
    grids: Grids = Grids()
    county: County = County()
    rules: Rules = Rules()
    budget: Budget = Budget()
    scenarios: tuple[Scenario, ...] = Field((), description="What-if scenarios, each [[scenarios]]")
    solver: SolverSettings = SolverSettings()
    outputs: Outputs = Outputs()
    basemap: Basemap = Basemap()
    _folder: Path = PrivateAttr(default_factory=Path)

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
        """Return what [county] says, as keys of the sections that it stands for."""
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

    @property
    def folder(self) -> Path:
        """Folder of the case file."""
        return self._folder

    def locate(self, source: Source) -> Path:
        """Return the path of a source's file."""
        return self._folder / expand_variables(self.data_folder) / source.path

    def resolved(self) -> dict[str, Any]:
        """Return the case with all defaults as plain values, as stored in a proposal."""
        return self.model_dump(mode="json", by_alias=True)

    def changed(self, **sections: dict[str, Any]) -> Case:
        """Return the case with some keys of some sections changed, checked again.

        >>> case.changed(solver={"seed": 7})  # doctest: +SKIP
        """
        tree = self.resolved()
        tree["basemap"]["key"] = self.basemap.key
        for name, keys in sections.items():
            tree[name] = {**tree[name], **keys}
        return parse_case(tree, folder=self._folder)

    def with_language(self, language: Literal["zh", "en"]) -> Case:
        """Return the case with another language."""
        return parse_case({**self.resolved(), "language": language}, folder=self._folder)


def read_case(path: str | Path) -> Case:
    """Read a case file.

    Parameters
    ----------
    path : the case.toml.

    Raises
    ------
    CaseError
        If the file cannot be read or any key or value is wrong; all problems are told together.
    """
    path = Path(path)
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise CaseError(
            case_problem(
                path.name,
                "",
                Text(zh="可以读取的方案文件", en="a case file that can be read"),
                str(error.strerror),
                _CREATE,
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
    case = parse_case(tree, folder=path.resolve().parent, file=path.name)
    _check_basemap(case, path.name)
    return case


def parse_case(tree: dict[str, Any], *, folder: Path, file: str = "case.toml") -> Case:
    """Return a checked `Case` from plain values; see `read_case`."""
    try:
        case = Case.model_validate(tree)
    except ValidationError as error:
        raise CaseError(dict.fromkeys(explain_value(details, file, Case) for details in error.errors())) from None
    case._folder = folder
    return case


def documented_fields(section: type[BaseModel] = Case, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield (dotted key, pydantic field) of every key of the case, for documentation and tests."""
    for name, field in section.model_fields.items():
        key = f"{prefix}{field.alias or name}"
        yield key, field
        inner = section_of(field.annotation)
        if inner is not None:
            yield from documented_fields(inner, f"{key}.")


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


_CREATE = Text(zh="用 gridplan init 生成一个。", en="Make one with gridplan init.")
