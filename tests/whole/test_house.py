"""Imports run in no circle of files, those inside functions and for type checking counted."""

from __future__ import annotations

import grimp
import networkx as nx

EXEMPT = {("gridplan.proposal.proposal", "gridplan.outputs.proposal_folder")}
"""`Proposal.save` writes the folder; what else stands here is to go, and nothing new comes."""


def test_no_circle_of_files():
    modules = grimp.build_graph("gridplan", exclude_type_checking_imports=False, cache_dir=None)
    imports = {(a, b) for a in modules.modules for b in modules.find_modules_directly_imported_by(a)}
    assert len(imports) > 500, "too few imports: they were not read"
    assert imports >= EXEMPT, "an exemption that nothing needs"
    circles = nx.strongly_connected_components(nx.DiGraph(imports - EXEMPT))
    assert [sorted(files) for files in circles if len(files) > 1] == []
