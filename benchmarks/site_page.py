"""Measure the site: how long `make site` takes after a build, how large its overview is, and when a browser first paints it."""

import shutil
import subprocess
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "site" / "nl" / "index.html"
RUNS = 5


def seconds_to_make() -> float:
    """Time one `make site` as a whole, after a build."""
    begun = time.perf_counter()
    subprocess.run(["make", "site"], cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - begun


def milliseconds_to_paint() -> float:
    """Time a fresh browser from opening the file to the first text or picture on the screen."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(PAGE.as_uri())
        page.wait_for_selector("svg")
        painted = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
        browser.close()
    return painted


def measure() -> dict[str, list[float]]:
    """Time the site and weigh its overview.

    Returns:
        Seconds of `make site`, milliseconds to the first paint, kilobytes of the overview; each run's.
    """
    return {
        "make site, after a build (s)": [seconds_to_make() for _ in range(RUNS)],
        "first contentful paint, from the disk (ms)": [milliseconds_to_paint() for _ in range(RUNS)],
        "nl/index.html (kB)": [PAGE.stat().st_size / 1e3],
    }
