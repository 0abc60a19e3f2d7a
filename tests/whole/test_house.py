"""Imports run in no circle of files, those inside functions and for type checking counted."""

from __future__ import annotations

from collections import Counter

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


def test_no_two_modules_have_one_name():
    """Of two files of one name a reader opens the wrong one."""
    graph = grimp.build_graph("gridplan", cache_dir=None)
    modules = [name.rsplit(".", 1)[1] for name in graph.modules if "." in name and not graph.find_children(name)]
    assert sorted(name for name, times in Counter(modules).items() if times > 1) == []
