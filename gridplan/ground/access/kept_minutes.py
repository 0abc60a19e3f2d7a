"""Minutes as they were measured last time, kept on disk by the layers they were measured on, the case and the program.

As with layers (`ground.kept_layers`) they are measured for a case that holds nothing but what they may depend on, so that what it leaves
out cannot change them: another k, balance or price needs no new search. Layers that are not those that were read are measured anew.
"""

from __future__ import annotations

from gridplan.case.case import Case
from gridplan.case.sections import Rules
from gridplan.ground.access.minutes import TravelTimes, measure_travel
from gridplan.ground.kept_layers import LAYER_SECTIONS, AsRead, depending_on, key_of
from gridplan.layers.layers import Layers
from gridplan.words.kept_files import load_kept_object, store_kept_object

KEPT_FILES = 24
_FOLDER = "minutes"
_VERSION = b"gridplan-minutes/1"
_SECTIONS = (*LAYER_SECTIONS, "county", "firmness")
"""Sections that minutes may depend on; of [rules] `choice_min` does too."""


def recall_travel(
    layers: Layers, case: Case, sites: list[str], *, as_read: AsRead | None, what_if: bool = True
) -> TravelTimes:
    """Return what `measure_travel` measures, as it was kept where the layers are those that were read (`as_read`)."""
    measured = depending_on(case, _SECTIONS)
    measured = measured.model_copy(update={"rules": Rules(choice_min=case.rules.choice_min)})
    if as_read is None or not as_read.key or not as_read.is_of(layers):
        return measure_travel(layers, measured, sites, what_if=what_if)
    key = key_of(measured, [as_read.key, sites, what_if])
    kept = load_kept_object(_FOLDER, key, _VERSION, TravelTimes)
    if kept is not None:
        return kept
    travel = measure_travel(layers, measured, sites, what_if=what_if)
    store_kept_object(_FOLDER, key, _VERSION, travel, most_files=KEPT_FILES)
    return travel
