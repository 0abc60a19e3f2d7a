"""Chromium without network, and the pages that the tests open in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from gridplan.outputs.map.page import write_map
from tests.outputs.map.sample_city import build_city

PATIENCE_MS = 30_000
"""So long a page may take on a machine that is busy; how fast it is is measured elsewhere."""


def watch(context, path: Path, link: str = ""):
    """Open a file, at a view that a link names, with `requests` and `complaints` gathered on the page."""
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.requests, page.complaints = [], []
    page.on("request", lambda request: page.requests.append(request.url))
    page.on("console", lambda message: page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    return load(page, path.as_uri() + link)


def load(page, address: str):
    page.goto(address)
    wait_until(page, "Boolean(window.gridplan && window.gridplan.drawnUnits > 0)")
    return page


def wait_until(page, expression):
    """Wait until `expression` is true; playwright's own wait_for_function would eval inside the page, which its policy forbids."""
    for _ in range(PATIENCE_MS // 20):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(20)
    pytest.fail(f"never true: {expression}")


SCREEN = {"viewport": {"width": 1366, "height": 768}}


@pytest.fixture
def open_page(chromium, tmp_path):
    """Return a function that opens a proposal's map in a context of its own."""
    contexts = []

    def open_it(proposal, **options):
        path = tmp_path / "map.html"
        write_map(proposal, path)
        contexts.append(chromium.new_context(offline=True, **{**SCREEN, **options}))
        return watch(contexts[-1], path)

    yield open_it
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def city():
    return build_city()


@pytest.fixture(scope="session")
def city_map(city, tmp_path_factory):
    path = tmp_path_factory.mktemp("review") / "map.html"
    write_map(city, path)
    return path


@pytest.fixture(scope="session")
def screen(chromium):
    context = chromium.new_context(offline=True, **SCREEN)
    yield context
    context.close()


@pytest.fixture(scope="session")
def one_tab(screen, city_map):
    page = watch(screen, city_map)
    yield page
    page.close()


@pytest.fixture
def page(one_tab, city_map):
    """The city's map, freshly loaded on a screen of 1366x768; one tab for all tests, as a new one costs more than the page."""
    one_tab.evaluate("window.gridplan.edit.state.isSaved = true")  # or the browser asks before it leaves
    one_tab.goto("about:blank")
    one_tab.set_viewport_size(SCREEN["viewport"])
    one_tab.emulate_media(media="null")
    one_tab.requests.clear()
    one_tab.complaints.clear()
    return load(one_tab, city_map.as_uri())
