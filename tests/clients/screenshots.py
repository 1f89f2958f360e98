"""Take the picture of the page for the README, docs/img/page.png."""

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]

with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
    page = browser.new_page(viewport={"width": 1100, "height": 1000})
    page.goto((ROOT / "site" / "index.html").as_uri())
    page.click("#switch")
    page.wait_for_function('!document.querySelector("[data-rows]:not([data-drawn=en])")')
    page.screenshot(path=ROOT / "docs" / "img" / "page.png")
    browser.close()
