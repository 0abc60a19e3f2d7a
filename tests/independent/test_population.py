"""Population: census sums by grid and total, or residents modelled onto residences, both from the raw layers."""

import numpy as np
import pytest
import shapely

from tests.independent.runs import ONLY_BINHAI, ONLY_WUHAN


@ONLY_BINHAI
def test_units_grids_and_total_are_the_census(city, output):
    """Every unit has its census count; grids and total are their sums, to the resident."""
    census = city.census.reindex(output.units.index)
    assert np.abs(output.units["population"] - census).max() < 1e-6
    by_grid = census.groupby(output.units["grid_id"]).sum()
    assert np.abs(output.grids["population"] - by_grid).max() < 1e-6
    assert output.tree["scores"]["plan"]["population"] == pytest.approx(census.sum(), abs=1e-6)


@ONLY_WUHAN
def test_modelled_population_is_recomputed(city, output, people):
    """District totals shared alike over residence squares; those inside the area count, the others are told."""
    own = people.groupby("unit_id")["people"].sum().reindex(output.units.index, fill_value=0.0)
    assert np.abs(output.units["population"] - own).max() < 1e-3
    total = output.tree["scores"]["plan"]["population"]
    assert total == pytest.approx(own.sum(), abs=1e-3)
    inside = shapely.intersects(shapely.union_all(output.units.geometry.array), shapely.points(city.places[["x", "y"]]))
    assert total == pytest.approx(city.places["people"][inside].sum(), rel=1e-9)
    left_out = city.districts["population"].sum() - total
    said = output.tree["modelled"][0]["en"]
    assert f"{total:,.0f} people inside" in said
    assert f"{left_out:,.0f} people outside" in said


@ONLY_WUHAN
def test_built_units_have_the_stated_sizes(city, output):
    """At least 90% of the built units hold 20 to 40 thousand people, and none more."""
    size = output.units["population"]
    assert size.between(20_000, 40_000).mean() >= 0.9
    assert size.max() <= 40_000


@ONLY_WUHAN
def test_small_units_are_told(city, output):
    """Every unit below the stated least is named in the notes."""
    size = output.units["population"]
    small = set(size.index[size < output.rules["units"]["min_population"]])
    assert small == {unit for note in output.tree["input_notes"] if note["field"] == "units" for unit in note["values"]}
