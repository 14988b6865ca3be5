"""Opens a report in Chromium: report_page.py CHROMIUM REPORT SCREENSHOTS. Prints what it finds as JSON."""
import json
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

VIEWS = {
    "light": {"color_scheme": "light", "viewport": {"width": 1200, "height": 900}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1200, "height": 900}},
    "phone": {"color_scheme": "light", "viewport": {"width": 360, "height": 740}, "is_mobile": True},
}
LOOK = """() => ({
  background: getComputedStyle(document.body).backgroundColor,
  ink: getComputedStyle(document.body).color,
  width: document.documentElement.scrollWidth,
  scripts: document.scripts.length,
  smallest: Math.min(...[...document.querySelectorAll('body *')].filter(e => e.innerText)
      .map(e => parseFloat(getComputedStyle(e).fontSize))),
  unnamed: [...document.querySelectorAll('svg:not([aria-hidden]), table, [role=region]')]
      .filter(e => !(e.getAttribute('aria-label') || e.querySelector(':scope > caption'))).length,
})"""

chromium, report, screenshots = sys.argv[1:]
found = {}
with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
    for name, view in VIEWS.items():
        page = browser.new_page(**view)
        said = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: (said.append("dialog"), dialog.dismiss()))
        page.on("requestfailed", lambda request: said.append("failed: " + request.url))
        page.goto(Path(report).absolute().as_uri())
        page.locator("summary").click()
        found[name] = page.evaluate(LOOK) | {"said": said, "aria": page.locator("body").aria_snapshot()}
        page.screenshot(path=str(Path(screenshots) / (name + ".png")), full_page=True)
        page.close()
    browser.close()
print(json.dumps(found))
