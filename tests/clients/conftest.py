"""Fixtures for the browser tests."""

import shutil

import pytest


@pytest.fixture(scope="module")
def browser():
    """A headless Chromium."""
    # imported here because the environment with the oldest DuckDB lacks playwright
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium")
    assert chromium, "Chromium is not installed: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()
