"""The districts, and the streets of places.csv: where their centres lie, how large they are, what they are called."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

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


def read_streets() -> tuple[Street, ...]:
    """Read the table of streets; they are numbered in its order, in zones from 401."""
    counted: Counter[str] = Counter()
    streets = []
    with Path(__file__).with_name("places.csv").open(encoding="utf-8", newline="") as table:
        for district, name, x, y, communities, core_k, radius in list(csv.reader(table))[1:]:
            counted[district] += 1
            code = f"{district}{counted[district] + (400 if district in ZONES else 0):03d}"
            streets.append(Street(code, name, float(x), float(y), int(communities), float(core_k), float(radius)))
    return tuple(streets)


STREETS = read_streets()
ISLAND_STREET = "鹿屿镇"
CORE_DISTRICTS = ("379902", "379903")


def street_named(name: str) -> Street:
    """Look up a street by its name."""
    return next(street for street in STREETS if street.name == name)
