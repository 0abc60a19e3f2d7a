"""Records of the invented city: teams, referrals, visits, ambulances, enrolment, reserved capacity, insurance, indicators."""

from __future__ import annotations

import numpy as np
import pandas as pd

YEARS = (2023, 2024)
OUTSIDE = "省立医院"
GROUPS = {"65岁及以上": 0.165, "孕产妇": 0.006, "0–6岁儿童": 0.055, "高血压患者": 0.115, "糖尿病患者": 0.042}
SIGNED = {"65岁及以上": 0.83, "孕产妇": 0.91, "0–6岁儿童": 0.88, "高血压患者": 0.86, "糖尿病患者": 0.84}
"""Key groups: share of residents, share of them signed with a family doctor."""
INSURED = {"职工医保": 0.36, "城乡居民医保": 0.60}
COST = {"职工医保": 3020.0, "城乡居民医保": 985.0}
"""Kinds of insurance: share of residents, yuan that the fund pays for one of them in a year."""
HOSPITALS = ("综合医院", "中医医院", "妇产医院")
CENTRES = ("社区卫生服务中心", "乡镇卫生院")


def build_records(
    communities: pd.DataFrame, facilities: pd.DataFrame, baseline: pd.DataFrame, rng: np.random.Generator
) -> dict[str, pd.DataFrame]:
    """Return the sheets of the records workbook, with Chinese headers."""
    lead = baseline.set_index("社区代码")["牵头医院代码"]
    centre = _centre_of(communities, facilities)
    visits = _visits(facilities, rng)
    return {
        "家庭医生团队": _teams(communities),
        "转诊": _referrals(facilities, centre, lead, rng),
        "诊疗人次": visits,
        "急救车": _ambulances(facilities),
        "家庭医生签约": _signed(communities, centre, rng),
        "号源床位": _capacity(facilities, rng),
        "参保": _insured(communities, rng),
        "基金支出": _spending(communities, centre, lead, rng),
        "监测指标": _observations(facilities, visits),
    }


def _centre_of(communities: pd.DataFrame, facilities: pd.DataFrame) -> pd.Series:
    """Code of the centre of each community's street or town, by community code."""
    centres = facilities[facilities["类别"].isin(CENTRES)]
    stem = communities["street_name"].str.removesuffix("街道")
    name = communities["district_name"] + stem
    urban = communities["street_name"].str.endswith("街道")
    name += urban.map({True: "社区卫生服务中心", False: "卫生院"})
    return pd.Series(name.map(centres.set_index("机构名称")["机构代码"]).to_numpy(), index=communities["code"])


def _teams(communities: pd.DataFrame) -> pd.DataFrame:
    """A team a community, but none on the outer islets."""
    served = communities[communities["resident"] >= 600]
    return pd.DataFrame({"社区代码": served["code"], "团队": served["name"] + "家庭医生团队"})


def _referrals(facilities: pd.DataFrame, centre: pd.Series, lead: pd.Series, rng: np.random.Generator) -> pd.DataFrame:
    """Up from each centre to its group's lead and elsewhere, down again from the leads; one lead sends nobody elsewhere."""
    closed = sorted(set(lead))[-1]
    pairs = pd.DataFrame({"centre": centre, "lead": lead.reindex(centre.index)}).drop_duplicates("centre")
    rows = []
    for own, group in zip(pairs["centre"], pairs["lead"], strict=True):
        up = int(rng.integers(120, 900))
        rows += [(own, group, up), (group, own, int(up * rng.uniform(0.5, 1.3)))]
        if group != closed:
            rows.append((own, OUTSIDE if rng.random() < 0.4 else "BH001", int(up * rng.uniform(0.05, 0.2))))
    return pd.DataFrame(rows, columns=["转出机构", "转入机构", "人次"]).query("转出机构 != 转入机构")


def _visits(facilities: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Outpatient and emergency visits by year; primary care grows by 3% on average, hospitals by 1%."""
    rate = {**dict.fromkeys(HOSPITALS, 2100), **dict.fromkeys(CENTRES, 6300), "社区卫生服务站": 5200, "村卫生室": 3000}
    usual = facilities[facilities["类别"].isin(rate)]
    first = usual["执业医师数"] * usual["类别"].map(rate) * rng.lognormal(0, 0.1, len(usual))
    growth = np.where(usual["类别"].isin(HOSPITALS), 1.01, 1.03) * rng.lognormal(0, 0.02, len(usual))
    years = [
        pd.DataFrame(
            {"机构代码": usual["机构代码"], "年份": year, "诊疗人次": (first * growth**step).round(-1).astype(int)}
        )
        for step, year in enumerate(YEARS)
    ]
    return pd.concat(years, ignore_index=True)


def _ambulances(facilities: pd.DataFrame) -> pd.DataFrame:
    """Ambulances of the city's emergency centre and of its stations."""
    stations = facilities[facilities["类别"] == "急救中心"]
    return pd.DataFrame({"机构代码": stations["机构代码"], "急救车数": [22, *[8] * (len(stations) - 1)]})


def _signed(communities: pd.DataFrame, centre: pd.Series, rng: np.random.Generator) -> pd.DataFrame:
    """Residents by centre, and key groups of the whole city."""
    people = communities.set_index("code")["resident"].groupby(centre).sum()
    rows = [("all", int(n), int(n * rng.uniform(0.62, 0.86)), own) for own, n in people.items()]
    total = int(people.sum())
    rows += [(name, int(total * part), int(total * part * SIGNED[name]), "") for name, part in GROUPS.items()]
    return pd.DataFrame(rows, columns=["签约人群", "人数", "签约人数", "机构代码"])


def _capacity(facilities: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Appointment slots a month and beds of tertiary hospitals, and what they reserve for primary care."""
    large = facilities[facilities["类别"].isin(HOSPITALS) & facilities["等级"].str.startswith("三级")]
    slots = (large["执业医师数"] * 160).astype(int)
    beds = large["开放床位"].astype(int)
    return pd.DataFrame(
        {
            "机构代码": large["机构代码"],
            "号源总数": slots,
            "预留号源": (slots * rng.uniform(0.26, 0.42, len(large))).astype(int),
            "开放床位": beds,
            "预留床位": (beds * rng.uniform(0.18, 0.33, len(large))).astype(int),
        }
    )


def _insured(communities: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Insured people by community and kind of insurance."""
    kinds = [
        pd.DataFrame(
            {
                "社区代码": communities["code"],
                "参保类别": kind,
                "参保人数": (communities["resident"] * part * rng.uniform(0.9, 1.02, len(communities))).astype(int),
            }
        )
        for kind, part in INSURED.items()
    ]
    return pd.concat(kinds, ignore_index=True).sort_values(["社区代码", "参保类别"], ignore_index=True)


def _spending(communities: pd.DataFrame, centre: pd.Series, lead: pd.Series, rng: np.random.Generator) -> pd.DataFrame:
    """What the fund pays for the people of a community: at their centre, at their group's lead, at the first hospital, outside."""
    a_head = sum(INSURED[kind] * COST[kind] for kind in INSURED)
    rows = []
    for code, people in zip(communities["code"], communities["resident"], strict=True):
        total = people * a_head * rng.uniform(0.9, 1.1)
        parts = rng.dirichlet([16, 24, 7, 4])
        for place, part in zip((centre[code], lead[code], "BH001", OUTSIDE), parts, strict=True):
            rows.append((code, place, round(float(total * part), 2)))
    table = pd.DataFrame(rows, columns=["参保地单元代码", "就诊机构编号", "基金支付（元）"])
    return table.groupby(["参保地单元代码", "就诊机构编号"], as_index=False, sort=True)["基金支付（元）"].sum().round(2)


def _observations(facilities: pd.DataFrame, visits: pd.DataFrame) -> pd.DataFrame:
    """Indicators of the city in two years, some of them of its leads."""
    kind = visits["机构代码"].map(facilities.set_index("机构代码")["类别"])
    primary = visits[~kind.isin(HOSPITALS)].groupby("年份")["诊疗人次"].sum()
    every = visits.groupby("年份")["诊疗人次"].sum()
    rows = [("全市", str(year), "M-04", int(primary[year]), int(every[year])) for year in YEARS]
    told = {
        "M-05": ((118_300, 161_200), (126_900, 164_800)),
        "M-12c": ((13_400, 21_800), (17_900, 22_600)),
        "M-16a": ((96, 119), (104, 119)),
        "M-16b": ((14, 119), (19, 119)),
        "M-19a": ((1_068_000, 1_498_000), (1_104_000, 1_502_600)),
    }
    rows += [
        ("全市", str(year), name, *pair)
        for name, pairs in told.items()
        for year, pair in zip(YEARS, pairs, strict=True)
    ]
    surgery = {"BH001": ((17_900, 39_700), (19_400, 41_100)), "BH005": ((5_100, 14_800), (5_000, 15_300))}
    rows += [
        (name, str(year), "M-06", *pair)
        for name, pairs in surgery.items()
        for year, pair in zip(YEARS, pairs, strict=True)
    ]
    return pd.DataFrame(rows, columns=["地区", "时期", "指标", "分子", "分母"])
