"""Take the picture of the site for the README, docs/img/site.png."""

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]

with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
    page = browser.new_page(viewport={"width": 1100, "height": 1000})
    page.goto((ROOT / "site" / "en" / "index.html").as_uri())
    page.screenshot(path=ROOT / "docs" / "img" / "site.png")
    browser.close()
