"""Sphinx settings of both trees: `docs/build.py` builds docs/zh with the tag zh and docs/en with the tag en."""

import sys
from importlib.metadata import version as installed_version
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE / "extensions"), str(HERE.parent)]
LANGUAGE = "zh" if tags.has("zh") else "en"  # noqa: F821  (Sphinx hands in `tags`)

project = "gridplan"
author = "The gridplan authors"
version = release = installed_version("gridplan")
language = {"zh": "zh_CN", "en": "en"}[LANGUAGE]
extensions = [
    "myst_nb",
    "sphinx_design",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.napoleon",
    "exported",
    "han_lines",
    "han_search",
    "other_language",
]
smartquotes = False  # curly quotes are as wide as a Han sign in many Chinese fonts
locale_dirs = [str(HERE / "locale")]
gettext_compact = False
exclude_patterns = ["**/_*"]
nitpicky = True
nitpick_ignore_regex = [
    # Other projects' names are not linked (that would need their inventories, from the network), nor are the types
    # of this one that `import gridplan` does not export.
    (r"py:.*", r"(?!gridplan\.[A-Za-z_]+$).*"),
]

myst_enable_extensions = ["attrs_block", "attrs_inline", "colon_fence", "deflist", "fieldlist"]
myst_heading_anchors = 3
nb_execution_mode = "cache"  # cells are the same in both trees, and run once
nb_execution_raise_on_error = True
nb_execution_timeout = 300
nb_merge_streams = True

autodoc_default_options = {"exclude-members": "model_config, model_post_init"}
autodoc_preserve_defaults = True
autodoc_typehints = "description"
autodoc_typehints_format = "short"
autodoc_member_order = "groupwise"
autosummary_generate = False
default_role = "code"  # as docstrings use single backticks
napoleon_google_docstring = False
napoleon_use_rtype = False
toc_object_entries_show_parents = "hide"

html_theme = "furo"
html_title = "gridplan"
html_search_language = "han"
html_search_scorer = str(HERE / "extensions" / "scorer.js")
html_static_path = [str(HERE / "static")]
templates_path = [str(HERE / "templates")]
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_copy_source = False
html_show_sourcelink = False
html_show_copyright = False
html_show_sphinx = False
pygments_style = "friendly"
html_sidebars = {
    "**": [
        "sidebar/brand.html",
        "sidebar/other-language.html",
        "sidebar/search.html",
        "sidebar/scroll-start.html",
        "sidebar/navigation.html",
        "sidebar/scroll-end.html",
    ]
}
_HAN = '"PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC"'
_STACKS = {
    "font-stack": f'-apple-system, "Segoe UI", "Helvetica Neue", Arial, "Noto Sans", "Liberation Sans", {_HAN}, sans-serif',
    "font-stack--monospace": f'ui-monospace, Consolas, Menlo, "DejaVu Sans Mono", {_HAN}, monospace',
}
html_theme_options = {
    "light_css_variables": {
        **_STACKS,
        "color-brand-primary": "#1d6b57",
        "color-brand-content": "#1d6b57",
        "color-brand-visited": "#1d6b57",
    },
    "dark_css_variables": {
        "color-brand-primary": "#84c7b0",
        "color-brand-content": "#84c7b0",
        "color-brand-visited": "#84c7b0",
    },
}
