"""The hand-made table of districts and streets: where their centres lie, how large they are, what they are called."""

from __future__ import annotations

from dataclasses import dataclass

CITY_CODE = "3799"
DISTRICTS = {
    "379902": "望海区",
    "379903": "澜南区",
    "379904": "北屿区",
    "379905": "青峦区",
    "379906": "南滩区",
    "379971": "滨海经济技术开发区",
    "379972": "月湾旅游度假区",
}
ZONES = ("379971", "379972")


@dataclass(frozen=True)
class Street:
    """A street, town or township: centre in km, residents of its built core in thousands, radius of that core in km."""

    code: str
    name: str
    x: float
    y: float
    communities: int
    core_k: float
    radius: float

    @property
    def district(self) -> str:
        """Six-digit code of the district."""
        return self.code[:6]

    @property
    def is_urban(self) -> bool:
        """Whether it is a street (街道) and not a town or township."""
        return self.name.endswith("街道")


# name, x, y, communities, thousands of residents in the built core, radius of the core
_TABLE = {
    "379902": (
        ("望海街道", 2.6, 2.3, 10, 40, 1.0), ("中山街道", -0.4, 1.9, 12, 62, 1.0), ("文昌街道", -3.2, 3.4, 12, 58, 1.1),
        ("海晏街道", 1.6, 4.7, 12, 54, 1.1), ("北关街道", -1.2, 5.5, 11, 48, 1.1), ("学苑街道", -4.8, 6.6, 8, 36, 1.2),
        ("澜北街道", -6.9, 3.9, 9, 36, 1.2), ("新城街道", 1.2, 7.9, 10, 40, 1.3), ("石桥镇", -12.0, 7.2, 6, 13, 0.75),
    ),
    "379903": (
        ("澜滨街道", 1.6, -1.9, 10, 46, 1.0), ("南关街道", -1.8, -2.6, 12, 60, 1.1), ("工农街道", -4.9, -1.2, 12, 52, 1.1),
        ("胜利街道", -3.4, -5.1, 11, 46, 1.1), ("铁西街道", -7.6, -2.6, 9, 34, 1.2), ("朝阳街道", 0.8, -5.0, 10, 44, 1.1),
        ("南苑街道", -1.2, -7.9, 8, 32, 1.2), ("临河镇", -13.0, -1.0, 6, 12, 0.75),
    ),
    "379904": (
        ("屿城街道", 0.2, 14.4, 11, 58, 1.3), ("北港街道", 9.4, 14.6, 7, 25, 0.9), ("白石镇", 8.2, 19.8, 5, 9, 0.7),
        ("柳营镇", -5.6, 13.0, 6, 12, 0.75), ("苇塘镇", -1.6, 20.6, 6, 10, 0.7), ("沙岭镇", 5.0, 24.2, 5, 9, 0.7),
        ("鹿屿镇", 19.4, 9.9, 6, 6, 0.6),
    ),
    "379905": (
        ("峦城街道", -18.6, 6.6, 10, 54, 1.2), ("青峰街道", -21.6, 8.9, 6, 20, 1.0), ("竹溪镇", -14.6, 13.2, 6, 9, 0.7),
        ("云岭镇", -20.8, 20.2, 5, 6, 0.6), ("龙潭镇", -29.2, 10.9, 5, 6, 0.6), ("清泉镇", -19.4, -0.9, 6, 12, 0.75),
        ("松岗镇", -27.4, -1.2, 5, 8, 0.7), ("石门镇", -21.2, -9.8, 5, 8, 0.7), ("枫林乡", -26.4, -13.9, 4, 4, 0.5),
    ),
    "379906": (
        ("南滩街道", 1.6, -15.4, 11, 56, 1.3), ("盐场街道", 3.2, -20.2, 6, 16, 0.9), ("沙河镇", -4.6, -15.6, 6, 13, 0.75),
        ("秀水镇", -4.2, -22.0, 6, 9, 0.7), ("黄泥镇", -11.8, -16.6, 6, 10, 0.7), ("大坪镇", -12.0, -22.4, 4, 5, 0.6),
    ),
    "379971": (
        ("港湾街道", 5.4, -4.3, 7, 30, 1.1), ("临港街道", 4.4, -8.8, 6, 22, 1.1), ("科创街道", -9.2, -9.0, 6, 24, 1.0),
    ),
    "379972": (("月湾街道", 5.2, 6.4, 5, 20, 1.0), ("金沙街道", 5.4, 11.0, 5, 12, 0.9)),
}  # fmt: skip

STREETS = tuple(
    Street(f"{district}{number:03d}", *row)
    for district, rows in _TABLE.items()
    for number, row in enumerate(rows, start=1 if district[-2] != "7" else 401)
)
ISLAND_STREET = "鹿屿镇"
SEATS = ("屿城街道", "峦城街道", "南滩街道")
CORE_DISTRICTS = ("379902", "379903")


def street_named(name: str) -> Street:
    """Look up a street by its name."""
    return next(street for street in STREETS if street.name == name)
