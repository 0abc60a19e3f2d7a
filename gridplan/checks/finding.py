"""`Finding`: one rule's verdict on one subject, with its numbers and its words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gridplan.words.text import Language

FindingSeverity = Literal["must", "should", "note"]
Status = Literal["met", "violated", "waived", "not_evaluated"]
Cause = Literal["", "plan", "supply", "data", "operation", "not_applicable"]
SubjectKind = Literal["plan", "grid", "unit", "facility"]


@dataclass(frozen=True)
class Finding:
    """One rule's verdict on one subject.

    `measured` and `limit` are in `unit` ("grids", "residents", "min", "share", ...) and None where the rule measures
    nothing; `places` are the ids of the units where one should look; reason, author and date are those of a waiver.
    `topic` tells apart what one rule asks ("" where it asks one thing). `cause` ("plan": the lines, "supply": nothing there to
    assign, "data": not told, "operation": how it works; "not_applicable" where the rule does not concern the plan), `people`
    (residents of the units touched, see `tasks.touched_units`), a suggested `measure` and the kind of body that would be
    `responsible` are "" or None where they are not known. Where the trial of a rule finds two causes, each has its own finding.

    Examples
    --------
    >>> next((finding.rule, finding.status) for finding in proposal.findings)
    ('R-01', 'met')
    """

    rule: str
    severity: FindingSeverity
    status: Status
    subject_kind: SubjectKind
    subject_id: str
    measured: float | None
    limit: float | None
    unit: str
    provenance: str
    message_zh: str
    message_en: str
    reason: str = ""
    author: str = ""
    date: str = ""
    places: tuple[str, ...] = ()
    cause: Cause = ""
    people: float | None = None
    measure_zh: str = ""
    measure_en: str = ""
    responsible_zh: str = ""
    responsible_en: str = ""
    topic: str = ""

    def message(self, language: Language) -> str:
        """Return the message in one language.

        Parameters
        ----------
        language
            "zh" or "en".

        Returns
        -------
        str
            One sentence with the numbers in it.

        Examples
        --------
        >>> proposal.findings[0].message("en")
        '2 grids; at least 1 needed'
        """
        return self.message_zh if language == "zh" else self.message_en

    @property
    def stands(self) -> bool:
        """True if this is a must-rule that is violated and not waived."""
        return self.severity == "must" and self.status == "violated"
