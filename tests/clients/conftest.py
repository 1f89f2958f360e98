"""What the tests that look at pages share."""

import shutil

import pytest


@pytest.fixture(scope="module")
def browser():
    """Debian's Chromium, without a window."""
    # imported here, since the environment with the oldest DuckDB has no browser
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium")
    assert chromium, "Chromium is not there: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()
