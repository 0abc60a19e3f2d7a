"""Sections of case.toml other than the layers: what is planned and by which rules, with the provenance of every default."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any, Literal

from pydantic import (
    Field,
    ValidationInfo,
    field_serializer,
    field_validator,
    model_validator,
)

from gridplan.case.sources import VARIABLE, Datum, Reason, Section, Source, Words, default, expand_variables, refusal
from gridplan.words.text import Text
from gridplan.words.vocabulary import ADMIN_LEVELS, KINDS, SERVICES, Vocabulary

MOST_KMH = 200.0
"""No road is faster (D): a higher number is another unit or a typing error."""
MOST_DELAY_S = 120.0
"""Nobody waits longer at an ordinary junction on average (D)."""
SpeedsByClass = dict[str, Annotated[float, Field(gt=0, le=MOST_KMH)]]
_MOST_ON_FOOT = 20.0
"""Nobody walks faster (D)."""
RuleSeverity = Literal["must", "should", "note", "off"]
CentreKind = Literal["lab", "imaging", "ecg", "pathology", "cssd", "logistics", "dispensing", "mobile_ct"]


class Place(Section):
    """What is planned."""

    name: Words = Field(description="Name of the city or county in Chinese")
    name_en: str = Field("", description="Name in English; empty: the Chinese name")
    mode: Literal["city", "county"] = Field("city", description="City grids or county communities")
    crs: str | None = Field(
        None, description="Metric CRS of all work, such as EPSG:4549; empty: the UTM zone of the area"
    )
    synthetic: bool = Field(False, description="True if the data are invented; said wherever they show")
    date: str = Field("", description="Date shown on the page and in the report, as written here")
    sources_zh: str = Field("", description="Where the layers come from, in Chinese; shown on the map")
    sources_en: str = Field("", description="The same in English")


class Area(Section):
    """The planning area."""

    source: Literal["units", "boundaries", "roads"] = Field(
        "units",
        alias="from",
        description="Union of the units or boundaries, or what the roads cover inside the boundaries",
    )
    close_km: float = default(1.5, "D", "Closing distance (out, then in) around the roads", gt=0, le=20)


class UnitRules(Section):
    """How planning units are built when none are given, and what becomes of given ones without land."""

    target_population: float = default(30_000, "D", "Residents a unit should have", gt=0)
    min_population: float = default(20_000, "D", "Residents a unit has at least, fragments apart", gt=0)
    max_population: float = default(40_000, "D", "Residents a unit has at most", gt=0)
    no_land: Literal["refuse", "join"] = Field(
        "refuse", description="Units of less than 100 m2: refuse, or join each with its people to the unit beside it"
    )

    @model_validator(mode="after")
    def _in_order(self) -> UnitRules:
        if not self.min_population <= self.target_population <= self.max_population:
            msg = "min_population <= target_population <= max_population"
            raise ValueError(msg)
        return self


class Travel(Section):
    """How access time is measured."""

    source: Literal["roads", "table", "straight_line"] = Field(
        "roads", description="Road network, given table, or straight line x detour"
    )
    limit_min: float = default(30.0, "none", "Minutes within which people should reach their own lead by car (T)", gt=0)
    walk_limit_min: float = default(
        15.0, "V", "Minutes on foot to primary care: the 15-minute circle (mode: L/D)", gt=0
    )
    bus_limit_min: float = default(
        60.0,
        "none",
        "Minutes without a car, walks and waits included, within which people should reach their own lead",
        gt=0,
    )
    period: Literal["off_peak", "peak"] = default(
        "off_peak", "D", "Whose speeds hold for all minutes by car: drive_kmh, or peak_kmh"
    )
    drive_kmh: SpeedsByClass = default(
        {}, "none", "Drive speed by road class, off-peak; replaces single defaults of the page Travel times"
    )
    peak_kmh: SpeedsByClass = default(
        {}, "none", "The same at peak hours; classes not named: drive_kmh times the default factor of the peak"
    )
    peak_hours: tuple[tuple[Annotated[float, Field(ge=0, le=24)], Annotated[float, Field(ge=0, le=24)]], ...] = default(
        ((7.0, 9.0), (17.0, 19.0)),
        "D",
        "Hours of the peak, from and to: by them measured trips and the departures of a GTFS feed are of peak or off-peak",
    )
    posted_limits: Literal["cap", "exact", "ignore"] = default(
        "cap",
        "D",
        "Posted speed limits of the road layer: cap the speed of the class, are driven exactly, or are ignored",
    )
    junction_delay_s: float = default(
        0.0, "none", "Seconds by car at each junction of three roads or more", ge=0, le=MOST_DELAY_S
    )
    peak_junction_delay_s: float | None = default(
        None, "none", "The same at peak hours; empty: as off-peak", ge=0, le=MOST_DELAY_S
    )
    speeds_from: str = Field(
        "",
        description="Where the speeds come from, shown beside the minutes: gridplan calibrate writes it; empty: planning assumptions",
    )
    emergency_by: Literal["drive", "ambulance"] = default(
        "drive", "D", "By what the nearest emergency department is reached: car, or ambulance (on roads only)"
    )
    ambulance_kmh: SpeedsByClass = default(
        {}, "none", "Ambulance speed by road class; classes not named: 1.25 times drive_kmh"
    )
    primary_by: Literal["walk", "bike", "ebike"] = default(
        "walk",
        "D",
        "By what primary care is reached within walk_limit_min: on foot, by bicycle or by e-bike (both on roads only)",
    )
    bike_kmh: SpeedsByClass = default({}, "none", "Bicycle speed on the level by road class; replaces single defaults")
    ebike_kmh: SpeedsByClass = default({}, "none", "E-bike speed by road class; replaces single defaults")
    walk_kmh: float = default(4.8, "none", "Walking speed on the level", gt=0, le=_MOST_ON_FOOT)
    access_kmh: float = default(15.0, "none", "Speed between a place and the road it is snapped to", gt=0, le=MOST_KMH)
    access_detour: float = default(1.3, "none", "Way over straight line between a place and its road", ge=1)
    snap_max_m: float = default(2_000.0, "D", "Places farther from a road are unreachable, and told", gt=0)
    ferry_wait_min: float = default(0.0, "none", "Boarding wait added to a ferry's own duration", ge=0)
    ferry_waits: dict[str, Annotated[float, Field(ge=0)]] = default(
        {}, "none", "The same of single ferries, by their name in the road layer"
    )
    detour_factor: float = default(
        1.3, "none", "Way over straight line when source is straight_line; 1.6 is conservative (L)", ge=1
    )
    straight_line_kmh: float = default(25.0, "none", "Speed when source is straight_line", gt=0, le=MOST_KMH)

    @model_validator(mode="after")
    def _modes_of_roads(self) -> Travel:
        """Refuse what only roads can tell where minutes are not those of roads."""
        stated = (self.period, self.emergency_by, self.primary_by)
        if self.source != "roads" and stated != ("off_peak", "drive", "walk"):
            raise refusal(
                Text(
                    zh='source = "roads"（高峰、救护车、自行车和电动自行车的时间只能按道路计算）',
                    en='source = "roads": minutes at peak, by ambulance, by bicycle and by e-bike are those of roads',
                )
            )
        return self

    @field_validator("peak_hours")
    @classmethod
    def _from_to(cls, value: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
        if any(start >= end for start, end in value):
            raise refusal(Text(zh="先后两个钟点，如 [7, 9]", en="two hours in order, such as [7, 9]"))
        return value


class ActivityLimit(Section):
    """What every grid has beside its residents: at least, at most, or in balance."""

    count: Words = Field(
        description="What is counted: a name of the record activities, insured, beds, doctors, secondary (general hospitals, R-21), a kind of facility or a service (R-25, R-34)"
    )
    minimum: float = default(0.0, "none", "Least of a grid; 1: each holds a provider", ge=0)
    maximum: float | None = Field(None, description="Most of a grid; empty: no limit", ge=0)
    balance: float | None = Field(None, description="Tolerated deviation from total / k; empty: none", gt=0)
    price_min: float | None = default(
        None, "none", "Resident-minutes a unit of amount beyond the limits; empty: they are hard", ge=0
    )

    @model_validator(mode="after")
    def _limits_something(self) -> ActivityLimit:
        if not self.minimum and self.maximum is None and self.balance is None:
            raise refusal(Text(zh="minimum、maximum 或 balance", en="minimum, maximum or balance"))
        if self.maximum is not None and self.minimum > self.maximum:
            raise refusal(Text(zh="minimum 不大于 maximum", en="a minimum at most the maximum"))
        return self


class Grids(Section):
    """What grids are wanted."""

    k: int | tuple[int, int] | None = Field(
        None, description="Number of grids, or a range; empty: 2..8 are tried, in counties what [county] says"
    )
    keep_whole: Literal["street", "district", "none"] = default("street", "D", "Areas that stay in one grid (R-09)")
    balance: float | None = default(0.25, "none", "Tolerated deviation from total / k", gt=0)
    balance_hard: bool = Field(False, description="True: a plan beyond the tolerance is not accepted")
    balance_price_min: float = default(30.0, "none", "Price of a resident beyond the tolerance, in minutes", ge=0)
    strength_price_min: float = default(
        5.0,
        "none",
        "Minutes a resident of an average grid that a lead of strength 0 is dearer than one of strength 1",
        ge=0,
    )
    habit_price_min: float | None = default(
        None,
        "none",
        "Price of a resident treated elsewhere than at the hospital of the own lead, by the record admissions, in minutes; empty: nothing",
        ge=0,
    )
    lead_admin_levels: tuple[str, ...] = default(
        ("city", "district"), "S1", "Affiliations that may lead (tier a: municipal or district)"
    )
    lead_min_level: Literal[2, 3] = default(3, "S1", "Lowest level that may lead: 3 tertiary, 2 secondary")
    required_leads: tuple[str, ...] = Field((), description="Facility ids that must lead a grid, even if not eligible")
    forbidden_leads: tuple[str, ...] = Field((), description="Facility ids that must not lead")
    activities: tuple[ActivityLimit, ...] = Field(
        (), description="What every grid has beside its residents, each [[grids.activities]]"
    )

    @field_validator("activities")
    @classmethod
    def _counted_once(cls, value: tuple[ActivityLimit, ...]) -> tuple[ActivityLimit, ...]:
        if len({limit.count for limit in value}) < len(value):
            raise refusal(Text(zh="各不相同的 count", en="a count of its own for each"))
        return value

    @field_validator("lead_admin_levels")
    @classmethod
    def _known_levels(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_word(name, ADMIN_LEVELS) for name in value)

    @field_validator("k")
    @classmethod
    def _sensible_k(cls, value: int | tuple[int, int] | None) -> int | tuple[int, int] | None:
        if value is not None:
            _require_ordered(value)
        return value


class ChangeRules(Section):
    """How much of the grouping in force (layers.baseline) may change. Empty keys leave a plan free of it."""

    price_min: float | None = default(
        None, "none", "Price of a resident who gets another lead, in minutes; empty: nothing", ge=0
    )
    most_share: float | None = default(
        None, "none", "Share of the residents of the grouping in force who may get another lead", ge=0, le=1
    )
    leads_stay: bool = Field(
        False,
        description="True: the hospitals that lead in force go on leading, and no others (grids.k does not count)",
    )
    locked_units: tuple[str, ...] = Field((), description="Unit ids that keep their lead in force")
    locked_streets: tuple[str, ...] = Field(
        (), description="Streets (codes or names) whose units keep their lead in force"
    )
    locked_facilities: tuple[str, ...] = Field(
        (), description="Facility ids whose group stays: the unit they stand in keeps its lead in force"
    )
    points: int = default(8, "D", "Plans on each curve of `gridplan adjust` at most", ge=2, le=40)

    @property
    def asked(self) -> bool:
        """Whether a plan depends on the grouping in force."""
        locks = self.locked_units or self.locked_streets or self.locked_facilities
        return self.price_min is not None or self.most_share is not None or self.leads_stay or bool(locks)


class MemberRules(Section):
    """Who belongs to a group, where the list of members and the place do not say, or say otherwise."""

    list_complete: bool = default(
        True,
        "D",
        "True: nobody else joins a group of which a list (a given plan's, layers.records.members) names a member",
    )
    join: tuple[str, ...] = default(
        (), "S0, S3", "Facility ids that join the group where they stand, by agreement (R-26)"
    )
    cooperating: tuple[str, ...] = default((), "S1", "Facility ids that cooperate with the group and stay outside it")
    outside: tuple[str, ...] = default((), "S0", "Facility ids that belong to no group")
    campuses: dict[str, Literal["cooperating", "enclave"]] = default(
        {},
        "D",
        "Campuses that stand in another grid than their hospital's group: facility id = cooperating (a cooperating site there) or enclave (with its hospital's group) (R-22)",
    )
    group_names: dict[str, Words] = default({}, "none", "Names of groups: id of the lead = name")

    @model_validator(mode="after")
    def _once(self) -> MemberRules:
        told = [*self.join, *self.cooperating, *self.outside, *self.campuses]
        if len(set(told)) < len(told):
            raise refusal(Text(zh="每家机构只写一次", en="each facility once"))
        return self


class County(Section):
    """What holds for county communities, in a county case or in the counties of a prefecture city."""

    districts: tuple[str, ...] = Field(
        (),
        description="District codes or names of the units that are counties, each planned apart from the city (R-54)",
    )
    k: int | tuple[int, int] = default((1, 2), "V", "Communities of a county (R-50), a number or a range")
    k_of: dict[str, int | tuple[int, int]] = default(
        {}, "V", "The same for single counties: district = number or range"
    )
    limit_min: float = default(60.0, "none, L", "Minutes by car within which people should reach their own lead", gt=0)
    lead_admin_levels: tuple[str, ...] = default(("district",), "S4", "Affiliations that may lead (R-52)")
    lead_min_level: Literal[2, 3] = default(2, "D", "Lowest level that may lead: 3 tertiary, 2 secondary")

    @field_validator("lead_admin_levels")
    @classmethod
    def _known_levels(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_word(name, ADMIN_LEVELS) for name in value)

    @field_validator("k", "k_of")
    @classmethod
    def _sensible_k(cls, value: Any) -> Any:
        for k in value.values() if isinstance(value, dict) else [value]:
            _require_ordered(k)
        return value


def _require_ordered(k: int | tuple[int, int]) -> None:
    low, high = k if isinstance(k, tuple) else (k, k)
    if not 1 <= low <= high:
        msg = "k >= 1 and k_min <= k_max"
        raise ValueError(msg)


class Waiver(Section):
    """A reasoned exception: the finding stays visible as waived."""

    rule: str = Field(description="Rule id, such as R-20", pattern=r"^R-\d\d[a-z]?$")
    subject: str = Field("", description="Grid, unit or facility id; empty: every subject of the rule")
    reason: Reason = Field(description="Why the exception is made")
    author: Reason = Field(description="Who decided it")
    date: Words = Field(description="When it was decided")

    @field_validator("date")
    @classmethod
    def _a_day(cls, value: str, info: ValidationInfo) -> str:
        return _require_day(value, info)


class Milestone(Section):
    """A step of the plan's timetable (R-28). Those of past programmes are history: only what is stated here is asked about."""

    what: Words = Field(description="What is to be done")
    due: Words = Field(description="Until when")
    done: str = Field("", description="When it was done; empty: not yet")

    @field_validator("due", "done")
    @classmethod
    def _a_day(cls, value: str, info: ValidationInfo) -> str:
        return _require_day(value, info) if value else value

    @property
    def late(self) -> bool | None:
        """Whether it was done after it was due; None if it is not done."""
        return _day(self.done) > _day(self.due) if self.done else None


class Rules(Section):
    """Limits and severities of the rule book."""

    min_grids: int = default(2, "S1", "Grids a city has at least (R-01)", ge=1)
    max_grids_per_lead: int = default(1, "D", "Grids a hospital may lead (R-04)", ge=1)
    contiguity: Literal["usual", "strict"] = default("usual", "D", "strict makes R-06 a must")
    grid_population_min: float = default(200_000.0, "none", "Residents of a grid at least (R-08)", ge=0)
    grid_population_max: float = default(1_500_000.0, "none", "Residents of a grid at most (R-08)", gt=0)
    lead_coverage: float = default(
        0.90, "none", "Share of residents whose own lead is within travel.limit_min (R-61)", ge=0, le=1
    )
    primary_coverage: float = default(
        0.90, "V", "Share of residents within walk_limit_min of primary care (R-61)", ge=0, le=1
    )
    detour_min: float = default(
        15.0,
        "none",
        "Minutes a member outside its grid may lie farther from its lead than from the nearest (R-24)",
        ge=0,
    )
    lead_centres: int = default(1, "D", "Chest-pain, stroke and trauma centres a lead has at least (R-25)", ge=0, le=3)
    lead_beds_ratio: float = default(
        0.5, "none", "Beds of a lead per resident, at least this share of the mean over all grids (R-25)", ge=0
    )
    moved_share: float = default(0.20, "none", "Residents moved against the baseline at most (R-27)", ge=0, le=1)
    choice_min: float = default(30.0, "none", "Minutes within which two groups should be reachable (R-42)", gt=0)
    concentration_rise: float = default(
        0.10, "none", "Rise of the concentration of beds against the baseline, relative to equal groups (R-41)", ge=0
    )
    chc_population_min: float = default(30_000.0, "M", "Residents a primary-care centre serves at least (R-62)", ge=0)
    chc_population_max: float = default(100_000.0, "M", "Residents a primary-care centre serves at most (R-62)", gt=0)
    ems_radius_urban_km: float = default(5.0, "V", "Service radius of an emergency station in towns (R-64)", gt=0)
    ems_radius_km: float = default(15.0, "V", "Service radius of an emergency station outside towns (R-64)", gt=0)
    ems_urban_density: float = default(
        1_500.0, "D", "Residents per km² from which a unit counts as town for R-64", gt=0
    )
    ems_coverage: float = default(0.90, "none", "Share of residents inside the radius (R-64)", ge=0, le=1)
    remote_min: float = default(
        60.0, "none", "Minutes to its own lead beyond which a place is remote, as are islands (R-37)", gt=0
    )
    telemedicine_coverage: float = default(
        1.0, "S2", "Share of members that are in a telemedicine network (R-37)", ge=0, le=1
    )
    centre_kinds: tuple[CentreKind, ...] = default(
        ("lab", "imaging", "ecg", "pathology", "cssd"),
        "S2, S3",
        "Shared centres that every grid has or is served by; logistics, dispensing and mobile_ct may be added (R-38)",
    )
    sample_min: float | None = default(
        None, "none", "Minutes within which samples reach their centre; empty: not judged (R-38)", gt=0
    )
    ambulance_residents: float = default(30_000.0, "M", "Residents an ambulance serves at most (R-64)", gt=0)
    fewest_shown: int = default(
        10,
        "D",
        "Cases of a record between two places that are fewer are shown nowhere, nor shares of them (R-43, R-44, R-46); nor are fewer persons in what is handed out",
        ge=1,
    )
    slots_one_in: int = default(3, "S2, V", "A lead reserves one of so many appointment slots (R-39): 3 is 1/3", ge=1)
    beds_one_in: int = default(4, "S2, V", "A lead reserves one of so many beds (R-39): 4 is 1/4", ge=1)
    signed_share: float = default(0.75, "V", "Residents signed with a family doctor by 2035 (R-66)", ge=0, le=1)
    signed_key_share: float = default(0.85, "V", "The same of key groups, by 2035 (R-66)", ge=0, le=1)
    tight: bool = Field(
        False, description="True: the plan says that its groups are tight, so loose ties are told (R-32)"
    )
    plan_version: str = Field("", description="Version of the plan (R-28)")
    plan_status: Literal["draft", "review", "published"] = Field("draft", description="Stage of the plan (R-28)")
    plan_valid_from: str = Field("", description="Date from which the plan is in force (R-28)")
    plan_parent: str = Field("", description="Version from which the plan was derived (R-28)")
    milestones: tuple[Milestone, ...] = Field((), description="The plan's own timetable (R-28)")
    severities: dict[str, RuleSeverity] = Field(default_factory=dict, description="rule id = must, should, note or off")
    waivers: tuple[Waiver, ...] = Field((), description="Reasoned exceptions")

    @field_validator("plan_valid_from")
    @classmethod
    def _a_day(cls, value: str, info: ValidationInfo) -> str:
        return _require_day(value, info) if value else value

    @field_validator("grid_population_max", "chc_population_max", "ems_radius_km")
    @classmethod
    def _in_order(cls, value: float, info: ValidationInfo) -> float:
        """Refuse a band whose lower end, said before it, lies above its upper end."""
        low = _LOWER_ENDS[str(info.field_name)]
        if low in info.data and info.data[low] > value:
            raise refusal(
                Text(
                    zh=f"不小于 {low} 的数（{info.data[low]:,.10g}）",
                    en=f"at least {low}, which is {info.data[low]:,.10g}",
                )
            )
        return value


_LOWER_ENDS = {
    "grid_population_max": "grid_population_min",
    "chc_population_max": "chc_population_min",
    "ems_radius_km": "ems_radius_urban_km",
}
"""Upper end of each band of `Rules` and its lower end."""
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")


STORED = "stored"
"""Key of the context of validation: whether the case is one that a proposal holds."""


def _require_day(value: str, info: ValidationInfo) -> str:
    """Return a day of the calendar as it is written; refuse what is none, unless a proposal holds it already."""
    if (info.context or {}).get(STORED):
        return value
    try:
        _day(value)
    except (TypeError, ValueError):
        raise refusal(Text(zh="日期，如 2026-03-01", en="a date such as 2026-03-01")) from None
    return value


def _day(value: str) -> dt.date:
    parts = _DAY.fullmatch(value.strip())
    return dt.date(*map(int, parts.groups() if parts else ()))


class BudgetRate(Section):
    """What the insurance fund plans to pay a year for one insured person of a category, in yuan."""

    category: Words = Field(description="Category of insured people, as in the table insured")
    outpatient: float = default(0.0, "none", "Yuan a head for outpatient care", ge=0)
    inpatient_drg: float = default(0.0, "none", "Yuan a head for inpatient care paid by DRG", ge=0)
    per_diem: float = default(0.0, "none", "Yuan a head for inpatient care paid per diem", ge=0)
    adjustment: float = default(1.0, "none", "Factor on the three: age, sickness, what was spent before", ge=0)
    growth: float = default(0.0, "none", "Rate of growth on the year that the yuan are of; 0.05 for 5 %", gt=-1, le=1)


class Assessment(Section):
    """Who is assessed by whom, a link of the chain by which a group answers for its budget (S4)."""

    by: Words = Field(description="Who assesses, such as the county's committee")
    of: Words = Field(description="Who is assessed, such as the lead hospital")
    on: str = Field("", description="What counts, in words")


class Budget(Section):
    """Capitated global budgets of the grids (R-45)."""

    total_yuan: float | None = default(
        None, "none", "The fund's total for the city, shared over the grids; empty: heads times rates", ge=0, le=1e13
    )
    retained_share: float = default(1.0, "none", "Share of a surplus that the group keeps", ge=0, le=1)
    overrun_share: float = default(1.0, "none", "Share of an overrun that the group bears", ge=0, le=1)
    advance_months: float = default(0.0, "none", "Months of the budget that the fund pays ahead", ge=0, le=12)
    assessment: tuple[Assessment, ...] = Field((), description="The chain of assessment, link by link")
    rates: tuple[BudgetRate, ...] = Field((), description="One rate a category of insured people")

    @field_validator("rates")
    @classmethod
    def _once_a_category(cls, value: tuple[BudgetRate, ...]) -> tuple[BudgetRate, ...]:
        names = [rate.category for rate in value]
        if len(set(names)) < len(names):
            msg = "one rate a category"
            raise ValueError(msg)
        return value


class FacilityChange(Section):
    """Another kind or other services of one facility."""

    facility: str = Field(description="Facility id")
    kind: str = Field("", description="Kind it would have; empty: as it is")
    services: tuple[str, ...] | None = Field(None, description="Services it would have; not written: as they are")

    @field_validator("kind")
    @classmethod
    def _known_kind(cls, value: str) -> str:
        return _word(value, KINDS) if value else ""

    @field_validator("services")
    @classmethod
    def _known_services(cls, value: tuple[str, ...] | None) -> tuple[str, ...] | None:
        return None if value is None else tuple(_word(name, SERVICES) for name in value)

    @model_validator(mode="after")
    def _changes_something(self) -> FacilityChange:
        if not self.kind and self.services is None:
            raise refusal(Text(zh="kind 或 services", en="kind or services"))
        return self


def _word(value: str, words: Vocabulary) -> str:
    key = words.find(value)
    if key is None:
        raise refusal(Text(zh="下列之一：{words}", en="one of {words}").format(words=words.choices))
    return key


class Scenario(Section):
    """What if: roads closed and facilities lost (R-67), or facilities changed (R-68)."""

    name: Words = Field(description="Name in Chinese, such as 台风")
    name_en: str = Field("", description="Name in English; empty: the Chinese name")
    closed: Source | None = Field(
        None, description="Lines that interrupt the roads they cross, or areas inside which every road is closed"
    )
    links: tuple[str, ...] = Field(
        (), description="Ferries, bridges and tunnels out of use, by their name in the road or the link layer"
    )
    facilities_lost: tuple[str, ...] = Field((), description="Ids of facilities out of use")
    changes: tuple[FacilityChange, ...] = Field((), description="Facilities with another kind or other services (R-68)")

    @property
    def closes_roads(self) -> bool:
        """True if roads are closed, by a layer or by name."""
        return self.closed is not None or bool(self.links)

    @property
    def title(self) -> Text:
        """The name in both languages."""
        return Text(zh=self.name, en=self.name_en or self.name)

    @model_validator(mode="after")
    def _one_thing(self) -> Scenario:
        if (self.closes_roads or bool(self.facilities_lost)) == bool(self.changes):
            raise refusal(
                Text(
                    zh="停用的道路、机构（closed、links、facilities_lost），或变更的机构（changes），二者取一",
                    en="what is out of use (closed, links, facilities_lost) or what is changed (changes), one of the two",
                )
            )
        return self


class FirmnessRules(Section):
    """What `gridplan firmness` draws, and how far: a range of 0.1 draws a factor between 1/1.1 and 1.1, all ratios alike.

    The ranges of speeds are also those within which every plan tells its shares of residents within the limits.
    """

    plans: int = default(
        100, "D", "Plans that are drawn, and as many with nothing drawn but another seed", ge=2, le=10_000
    )
    speed_range: float = default(0.10, "none", "Range of all drive speeds together", ge=0, le=10)
    class_range: float = default(
        0.10, "none", "Range of the speed of each road class by itself, a ramp with its road", ge=0, le=10
    )
    minutes_range: float = default(
        0.10,
        "none",
        "Range of the minutes from each district to each site, where minutes are not those of roads",
        ge=0,
        le=10,
    )
    area_range: float = default(
        0.05, "none", "Range of the residents of each district (street without districts)", ge=0, le=10
    )
    unit_range: float = default(0.05, "none", "Range of the residents of each unit by itself", ge=0, le=10)
    care_65: float = default(
        2.0, "none", "A resident aged 65 or over counts as up to so many others; drawn from 1 on", ge=1, le=10
    )
    price_range: float = default(
        0.50, "none", "Range of each price: beyond the tolerance, strength, change of lead", ge=0, le=10
    )

    def widest_factor(self, *, by_roads: bool) -> float:
        """Return by how much all speeds by car may be off at once: the range of all times that of each class, or of minutes not of roads."""
        return (1.0 + self.speed_range) * (1.0 + (self.class_range if by_roads else self.minutes_range))


class Forecast(Section):
    """Residents of coming years: by unit in layers.records.forecast, elsewhere by the growth of districts."""

    base_year: int | None = Field(
        None, description="Year of the residents of today, from which growth counts", ge=1949, le=2100
    )
    years: tuple[Annotated[int, Field(ge=1949, le=2100)], ...] = default(
        (), "none", "Coming years in which the plan is judged too; those of the record forecast are added"
    )
    growth: dict[str, Annotated[float, Field(gt=-0.5, le=0.5)]] = default(
        {}, "none", "Rate a year by district (code or name): 0.01 for 1 %; districts not named stay as they are"
    )
    plan_for: Literal["today", "mean", "worst"] = default(
        "today",
        "none",
        "For whom grids are drawn: residents of today, the mean of today and the coming years, or the worst of them",
    )

    @model_validator(mode="after")
    def _from_a_year(self) -> Forecast:
        if self.growth and (self.base_year is None or any(year < self.base_year for year in self.years)):
            raise refusal(Text(zh="写明 base_year，years 都不早于它", en="base_year, and years that are not before it"))
        return self


class ExploreRules(Section):
    """What `gridplan explore` tries beside the case: other numbers of grids, leads and prices, each by itself."""

    k: int | tuple[int, int] | None = default(
        None,
        "none",
        "Numbers of grids; empty: those of grids.k, and one fewer and one more where it is a single number",
    )
    price_factors: tuple[Annotated[float, Field(gt=0)], ...] = default(
        (0.25, 4.0), "none", "By which the prices beyond balance and of strength are multiplied"
    )
    change_prices_min: tuple[Annotated[float, Field(gt=0)], ...] = default(
        (5.0, 20.0, 80.0), "none", "Prices of a resident who gets another lead, in minutes; with layers.baseline only"
    )
    near: float = default(
        0.05,
        "none",
        "A plan is near-equal if its objective, at the prices of the case, lies at most so much above the least",
        ge=0,
        le=1,
    )
    different: float = default(
        0.9, "none", "Two near-equal plans are different if their adjusted Rand index lies below", gt=0, le=1
    )
    plans: int = default(16, "D", "Plans that are kept at most", ge=2, le=200)

    @field_validator("k")
    @classmethod
    def _sensible_k(cls, value: int | tuple[int, int] | None) -> int | tuple[int, int] | None:
        if value is not None:
            _require_ordered(value)
        return value


class SolverSettings(Section):
    """How long to search."""

    seed: int = Field(0, description="Same seed, same plan", ge=0)
    effort: float = default(1.0, "D", "Work budget: 2 searches twice as long", gt=0, le=1000)
    time_limit_s: float | None = Field(
        None,
        description="Ceiling in seconds for drawing a plan, and as much again for its reasons; if it bites the proposal says it is not reproducible",
        gt=0,
    )
    reasons: bool = Field(
        True,
        description="Find out why each unit is where it is, and what its nearest lead, moved borders and other leads would cost",
    )


class Outputs(Section):
    """How results are written."""

    crs: str | None = Field(None, description="CRS of the geometry written; empty: that of the work")


class Basemap(Section):
    """An online map under the grids; without it the page makes no request at all."""

    kind: Literal["none", "tianditu", "xyz"] = Field(
        "none", description="Map under the grids: none, Tianditu, or any tiles by address (Web Mercator)"
    )
    key: str = Field(
        "",
        description="Your own Tianditu key, or ${NAME} for an environment variable; it stands in map.html, never in proposal.json",
        repr=False,
    )
    url: str = Field("", description="Address of the tiles with {z}, {x}, {y}, for kind xyz")
    credit: str = Field("", description="Whose map it is, shown on the page, for kind xyz")
    datum: Datum = Field(
        "wgs84", description="Datum of the tiles; gcj02 tiles lie some hundred metres off, and the page says so"
    )

    @field_validator("url")
    @classmethod
    def _tiles(cls, value: str) -> str:
        if value and not (TILES.fullmatch(value) and all(part in value for part in ("{z}", "{x}", "{y}"))):
            msg = "https://…/{z}/{x}/{y}.png"
            raise ValueError(msg)
        return value

    @field_serializer("key")
    def _variable_only(self, key: str) -> str:
        """Keep the name of a variable; a key itself is never written."""
        return key if VARIABLE.fullmatch(key) else ""

    @property
    def own_key(self) -> str:
        """The key, read from the environment where it is a variable."""
        return expand_variables(self.key)


TILES = re.compile(r"https?://[A-Za-z0-9.-]+(:\d+)?/[^\s\"'<>;,\\`$]*")
