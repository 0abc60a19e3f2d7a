"""The API reference: what `import gridplan` exports, by its public name, wherever its module may live.

`.. exported:: solver` documents the names of a group, `.. exported-names:: solver` lists them. A name that no group claims
belongs to "planning", errors belong to "errors": whatever gridplan exports stands in the reference.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, ClassVar

from sphinx.util.docutils import SphinxDirective

import gridplan

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.addnodes import pending_xref
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

CLAIMED = {
    "solver": ("Problem", "solve", "improve", "Solution", "Assignment"),
    "travel": ("RoadNetwork",),
    "errors": ("InputProblem",),
}


def group_of(name: str) -> str:
    """Return the page of the reference that an exported name belongs to."""
    value = getattr(gridplan, name)
    if inspect.isclass(value) and issubclass(value, Exception):
        return "errors"
    return next((group for group, names in CLAIMED.items() if name in names), "planning")


def names_of(group: str) -> list[str]:
    """Return the exported names of a group: functions in their order, then classes, then the rest."""

    def rank(name: str) -> int:
        value = getattr(gridplan, name)
        return 1 if inspect.isclass(value) else 0 if callable(value) else 2

    return sorted((name for name in gridplan.__all__ if group_of(name) == group), key=rank)


def directive_for(name: str) -> str:
    """Return the lines that document one exported name."""
    value = getattr(gridplan, name)
    if inspect.isclass(value):
        return f".. autoclass:: gridplan.{name}\n   :members:\n"
    if callable(value):
        return f".. autofunction:: gridplan.{name}\n"
    return f".. autodata:: gridplan.{name}\n   :no-value:\n"


class Exported(SphinxDirective):
    """`.. exported:: GROUP`: the documentation of every name of the group."""

    required_arguments: ClassVar[int] = 1

    def run(self) -> list[nodes.Node]:
        """Return what autodoc makes of the names."""
        return self.parse_text_to_nodes("\n".join(map(directive_for, names_of(self.arguments[0]))))


class ExportedNames(SphinxDirective):
    """`.. exported-names:: GROUP`: a table of the names of the group and their first lines."""

    required_arguments: ClassVar[int] = 1

    def run(self) -> list[nodes.Node]:
        """Return what autosummary makes of the names."""
        rows = "\n".join(f"   ~gridplan.{name}" for name in names_of(self.arguments[0]))
        return self.parse_text_to_nodes(f".. autosummary::\n   :nosignatures:\n\n{rows}\n")


def _find_by_public_name(
    _app: Sphinx, env: BuildEnvironment, node: pending_xref, content: nodes.TextElement
) -> nodes.reference | None:
    """Link a type that a signature names by its module, such as gridplan.case.Case, to its public name."""
    name = node.get("reftarget", "").rpartition(".")[2]
    if node.get("refdomain") != "py" or name not in gridplan.__all__:
        return None
    domain = env.domains.python_domain
    builder = _app.builder
    return domain.resolve_xref(env, node["refdoc"], builder, "obj", f"gridplan.{name}", node, content)


def setup(app: Sphinx) -> dict[str, Any]:
    """Add both directives."""
    app.add_directive("exported", Exported)
    app.add_directive("exported-names", ExportedNames)
    app.connect("missing-reference", _find_by_public_name)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
