"""Search that finds Chinese words without a dictionary.

Sphinx's own Chinese index needs jieba to cut sentences into words, and its page looks a query up whole: 牵头医院 is found
only where jieba happened to make the same cut. Here Han text is indexed by its signs and by its pairs of neighbouring signs, and the page
cuts a query into the same pairs, all of which a page must have. Other words are indexed as Sphinx does in English.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sphinx.search.en import SearchEnglish

if TYPE_CHECKING:
    from sphinx.application import Sphinx

HAN = "\u3400-\u9fff"
_RUNS = re.compile(f"[{HAN}]+|[^{HAN}]+")
_IS_HAN = re.compile(f"[{HAN}]")


class HanSearch(SearchEnglish):
    """Signs and pairs of signs for Han text, stemmed words for the rest."""

    lang = "han"
    language_name = "English"  # names the stemmer that the page loads
    js_splitter_code = r"""
var splitQuery = (query) => query
  .split(/[^\p{Letter}\p{Number}_]+/gu)
  .flatMap((word) => word.match(/[\u3400-\u9fff]+|[^\u3400-\u9fff]+/g) || [])
  .flatMap((run) => /[\u3400-\u9fff]/.test(run) && run.length > 2
    ? Array.from({ length: run.length - 1 }, (_, at) => run.slice(at, at + 2))
    : [run]);
"""

    def split(self, text: str) -> list[str]:
        """Cut a text into the words of the index."""
        words: list[str] = []
        for run in (run for word in self._word_re.findall(text) for run in _RUNS.findall(word)):
            if _IS_HAN.match(run):
                words += [*run, *(run[at : at + 2] for at in range(len(run) - 1))]
            else:
                words.append(run)
        return words


def setup(app: Sphinx) -> dict[str, Any]:
    """Add the search language `han`."""
    app.add_search_language(HanSearch)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
