"""What a console and a notebook show of a proposal: its grids with leads and numbers, what stands against it, a small picture."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from gridplan.case.case import Case
from gridplan.checks.finding import Finding
from gridplan.proposal.palette import TINTS
from gridplan.words.cards import Card
from gridplan.words.numbers import people, share
from gridplan.words.pictures import Ink, draw_svg
from gridplan.words.text import Text
from gridplan.words.vocabulary import SEVERITIES

if TYPE_CHECKING:
    import geopandas as gpd

_HEAD = (
    Text(zh="网格", en="grid"),
    Text(zh="牵头医院", en="lead"),
    Text(zh="人口", en="residents"),
    Text(zh="偏差", en="deviation"),
    Text(zh="平均分钟", en="minutes"),
    Text(zh="限时内", en="within limit"),
)


def proposal_card(case: Case, grids: gpd.GeoDataFrame, findings: Iterable[Finding], *, picture: str = "") -> Card:
    """Return the card of a proposal.

    Parameters
    ----------
    case
        Names the place.
    grids
        As a proposal has them.
    findings
        Counted where they are violated, by severity.
    picture
        Of `proposal_picture`.
    """
    return Card(
        kind="Proposal",
        title=case.place.name if case.language == "zh" else case.place.name_en or case.place.name,
        facts=(
            (Text(zh="网格", en="grids"), f"{len(grids)}"),
            (Text(zh="人口", en="residents"), people(float(grids["population"].sum()))),
            (Text(zh="不符合", en="not met"), _violated(findings)),
        ),
        head=_HEAD,
        rows=[
            (
                str(grid),
                str(row["lead_name"]),
                f"{row['population']:,.0f}",
                f"{row['deviation']:+.0%}",
                f"{row['mean_minutes']:.1f}",
                share(row["share_within"], digits=0),
            )
            for grid, row in grids.iterrows()
        ],
        picture=picture,
    )


def proposal_picture(grids: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame, *, title: str) -> str:
    """Return the grids as tinted areas with a dot for each lead, as SVG."""
    areas = [
        Ink([shape], fill=TINTS[number % len(TINTS)], line="#16191d", width=0.7)
        for number, shape in enumerate(grids.geometry)
    ]
    leads = facilities.geometry[facilities["role"] == "lead"].to_numpy()
    return draw_svg([*areas, Ink(leads, fill="#16191d", radius=3.0)], title=title)


def _violated(findings: Iterable[Finding]) -> Text:
    stands = [finding.severity for finding in findings if finding.status == "violated"]
    told = [(SEVERITIES.label(key), stands.count(key)) for key in ("must", "should", "note")]
    return Text(
        zh="，".join(f"{label.zh} {count}" for label, count in told),
        en=", ".join(f"{label.en} {count}" for label, count in told),
    )
