"""The site: built without a warning, loads nothing from elsewhere, in both languages, with links that lead somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

import gridplan

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"
pytestmark = pytest.mark.site
LANGUAGES = ("zh", "en")
LOADS = {"link": "href", "script": "src", "img": "src", "iframe": "src", "source": "src", "object": "data"}
STYLE_LOADS = re.compile(r"""(?:url\(\s*|@import\s+)['"]?(?!url\()([^'")\s;]+)""")


@dataclass
class Page(HTMLParser):
    """What a page loads, what it links to, and the ids in it."""

    loads: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids += [given["id"]] if given.get("id") else []
        self.loads += [given[LOADS[tag]] or ""] if given.get(LOADS.get(tag, "")) else []
        self.loads += STYLE_LOADS.findall(given.get("style") or "")
        self.links += [given["href"] or ""] if tag == "a" and given.get("href") else []


def read_page(path: Path) -> Page:
    page = Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs") / "site"
    command = [sys.executable, str(DOCS / "build.py"), str(folder)]
    run = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert run.returncode == 0, run.stderr[-8_000:]
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    return {path: read_page(path) for path in sorted(site.rglob("*.html"))}


def sources(language: str) -> set[Path]:
    return {path.relative_to(DOCS / language) for path in (DOCS / language).rglob("*.md")}


def test_every_page_stands_in_both_languages(site: Path) -> None:
    assert sources("zh") == sources("en")
    for language in LANGUAGES:
        missing = [page for page in sources("zh") if not (site / language / page.with_suffix(".html")).exists()]
        assert missing == []


def is_remote(address: str) -> bool:
    return bool(urlsplit(address).netloc) or urlsplit(address).scheme in {"http", "https", "ftp"}


def test_nothing_is_loaded_from_elsewhere(site: Path, pages: dict[Path, Page]) -> None:
    remote = [(path.name, load) for path, page in pages.items() for load in page.loads if is_remote(load)]
    for style in [*site.rglob("*.css"), *site.rglob("*.html")]:
        text = style.read_text(encoding="utf-8")
        blocks = [text] if style.suffix == ".css" else re.findall(r"<style.*?</style>", text, flags=re.DOTALL)
        remote += [(style.name, load) for block in blocks for load in STYLE_LOADS.findall(block) if is_remote(load)]
    assert remote == []


def test_what_pages_load_is_there(pages: dict[Path, Page]) -> None:
    for path, page in pages.items():
        for load in (load for load in page.loads if not load.startswith("data:")):
            assert (path.parent / unquote(urlsplit(load).path)).exists(), f"{path.name} loads {load}"


def broken(path: Path, link: str, pages: dict[Path, Page]) -> bool:
    """Tell whether a link of the page at `path` leads to no page of the site, or to no place in it."""
    parts = urlsplit(link)
    if parts.scheme:
        return False
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if target not in pages:
        return not target.is_file()
    return bool(parts.fragment) and unquote(parts.fragment) not in pages[target].ids


def test_links_lead_somewhere(site: Path, pages: dict[Path, Page]) -> None:
    known = {path.resolve(): page for path, page in pages.items()}
    failing = [
        (str(path.relative_to(site.resolve())), link)
        for path, page in known.items()
        for link in page.links
        if broken(path, link, known)
    ]
    assert failing == []


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_of_the_front_pages_into_the_site_lead_somewhere(name: str) -> None:
    links = re.findall(r"\]\((docs/[^)#]+)", (ROOT / name).read_text(encoding="utf-8"))
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_page_leads_to_its_twin(language: str, site: Path, pages: dict[Path, Page]) -> None:
    other = {"zh": "en", "en": "zh"}[language]
    for source in sources(language):
        page = source.with_suffix(".html")
        up = "../" * len(page.parts)
        assert f"{up}{other}/{page.as_posix()}" in pages[site / language / page].links


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_reference_has_every_exported_name_once(language: str, site: Path, pages: dict[Path, Page]) -> None:
    described = [name for page in (site / language / "api").glob("*.html") for name in pages[page].ids]
    listed = {urlsplit(link).fragment for link in pages[site / language / "api" / "index.html"].links}
    for name in gridplan.__all__:
        assert described.count(f"gridplan.{name}") == 1, name
        assert f"gridplan.{name}" in listed, name


def cells(text: str) -> list[str]:
    return re.findall(r"```\{code-cell\}\n(.*?)```", text, flags=re.DOTALL)


@pytest.mark.parametrize("name", ["city.md", "arrays.md"])
def test_notebooks_have_the_same_cells_in_both_languages(name: str) -> None:
    chinese, english = (cells((DOCS / tree / "notebooks" / name).read_text(encoding="utf-8")) for tree in LANGUAGES)
    assert len(chinese) >= 6
    assert chinese == english


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("name", "results"), [("city", ("云岫县人民医院", "gap", "<img", "True")), ("arrays", ("144", "feasible", "<img"))]
)
def test_notebooks_ran_and_show_their_results(language: str, name: str, results: tuple[str, ...], site: Path) -> None:
    text = (site / language / "notebooks" / f"{name}.html").read_text(encoding="utf-8")
    outputs = "".join(
        re.findall(r'<div class="cell_output.*?(?=<div class="cell |<section|</article)', text, flags=re.DOTALL)
    )
    for result in results:
        assert result in outputs, result


def test_han_text_is_found_by_any_part_of_it() -> None:
    """A page is indexed by signs and pairs of signs; a query needs pairs that every text with the query has."""
    run = subprocess.run(
        [sys.executable, "-c", "from han_search import HanSearch; print(*HanSearch({}).split('设牵头医院 (lead), R-20'))"],
        cwd=DOCS / "extensions", capture_output=True, text=True, encoding="utf-8", check=True,
    )  # fmt: skip
    assert {"牵头", "头医", "医院", "院", "lead", "20"} <= set(run.stdout.split())


@pytest.fixture
def open_page(chromium, site: Path) -> Iterator:
    """Return a function that opens a page from its file, without network; errors of the page fail the test."""
    context = chromium.new_context(offline=True, viewport={"width": 390, "height": 844})
    wrong: list[str] = []

    def open_it(address: str):
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("requestfailed", lambda request: wrong.append(request.url))
        page.goto(f"{(site / 'index.html').as_uri().removesuffix('index.html')}{address}")
        return page

    yield open_it
    context.close()
    assert wrong == []


@pytest.mark.browser
@pytest.mark.parametrize(
    ("query", "first", "among"),
    [("牵头医院", "规则书 > 牵头医院|方法 > 牵头医院", "rules.html"), ("县域医共体", "", "guide/index.html"), ("台风停航", "", "guide/index.html"), ("RoadNetwork", "gridplan.RoadNetwork", "api/travel.html")],
)  # fmt: skip
def test_searching_finds_the_page(query: str, first: str, among: str, open_page) -> None:
    page = open_page("zh/search.html")
    page.evaluate("query => { location.search = `?q=${encodeURIComponent(query)}` }", query)
    page.wait_for_selector("#search-results ul.search li a")
    page.wait_for_function("document.querySelector('.search-summary')?.innerText.match(/\\d/)")
    found = page.eval_on_selector_all(
        "#search-results ul.search li a", "links => links.map(link => [link.innerText, link.href])"
    )
    assert any(among in address for _, address in found), found
    assert not first or found[0][0] in first.split("|"), found[:3]


@pytest.mark.browser
def test_typing_a_query_leads_to_the_results(open_page) -> None:
    page = open_page("index.html")
    page.wait_for_url("**/zh/index.html")
    page.set_viewport_size({"width": 1366, "height": 768})
    page.fill(".sidebar-search", "牵头医院")
    page.press(".sidebar-search", "Enter")
    page.wait_for_selector("#search-results ul.search li a")


@pytest.mark.browser
@pytest.mark.parametrize("address", ["zh/index.html", "en/index.html", "zh/rules.html", "zh/formats/columns.html", "en/api/planning.html", "zh/notebooks/arrays.html"])  # fmt: skip
def test_a_phone_needs_no_sideways_scrolling(address: str, open_page) -> None:
    page = open_page(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
