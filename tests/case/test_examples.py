"""The bundled examples are cases that everybody has."""

from __future__ import annotations

import pytest

from gridplan.case.examples import example_case, example_path
from gridplan.words.errors import CaseError


@pytest.mark.parametrize(("name", "mode"), [("binhai", "city"), ("yunxiu", "county")])
def test_an_example_is_a_case_whose_layers_are_there(name, mode):
    case = example_case(name)
    assert case.place.mode == mode
    assert case.place.synthetic
    assert all(case.locate(source).exists() for source in case.layers.facilities)
    assert example_path(name).samefile(case.folder / "case.toml")


def test_an_unknown_example_is_told_with_the_known_ones():
    with pytest.raises(CaseError, match="one of the bundled examples binhai, yunxiu; found 'wuhan'"):
        example_case("wuhan")
