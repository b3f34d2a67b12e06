"""Every page is read by axe-core, in light and in dark, and walked through by the keyboard."""

from importlib.resources import files

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.helpers import goto
from tests.core import trained as trainings
from tools.screenshots import THEMES, shots

AXE = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
GRAVE = ["serious", "critical"]
IN_DARK = ("home", "market", "stock", "training", "models", "forecast")
"""Pages whose elements all others are made of; a theme changes their colours, not their markup."""
ALLOWED = {
    # Streamlit 1.67 puts the sections of the menu as <div> between its <ul> and their <li>.
    "list": "ul[data-testid=stSidebarNavItems]",
    "listitem": "ul[data-testid=stSidebarNavItems] > div > li",
    # The line in st.metric is Vega's: an empty group for the point under the mouse, without a
    # name. The value and its change stand as text beside it.
    "svg-img-alt": "[data-testid=stMetricChart] g.role-mark:empty",
}
"""What is left alone, by rule: the selector of elements whose markup is Streamlit's own."""
FIND = """
async ([rules, grave, allowed]) => {
  const found = await axe.run(document, {runOnly: rules, resultTypes: ['violations']});
  return found.violations.flatMap(rule => rule.nodes
    .filter(node => grave.includes(node.impact))
    .filter(node => {
      const element = document.querySelector(node.target.flat().at(-1));
      return !(allowed[rule.id] && element?.matches(allowed[rule.id]));
    })
    .map(node => `${rule.id}: ${node.html.slice(0, 200)}: ` +
      [...node.any, ...node.all, ...node.none].map(check => check.message).join(' ')));
}
"""
PALE = """
() => {
  const parts = colour => (colour.match(/[0-9.]+/g) ?? [0, 0, 0, 0]).map(Number);
  const light = colour => {
    const [r, g, b] = parts(colour).map(v => v / 255)
      .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const paper = getComputedStyle(document.querySelector('.stApp')).backgroundColor;
  const pale = [];
  for (const text of document.querySelectorAll('.js-plotly-plot svg text')) {
    const style = getComputedStyle(text);
    const shown = text.getClientRects().length && style.opacity !== '0';
    if (!text.textContent.trim() || !shown) continue;
    const box = text.closest('.slice')?.querySelector('path.surface');
    const under = light(box ? getComputedStyle(box).fill : paper);
    const [r, g, b, share = 1] = parts(style.fill);
    const ground = parts(paper);
    const ink = light(`rgb(${[r, g, b].map((v, i) => v * share + ground[i] * (1 - share))})`);
    const ratio = (Math.max(ink, under) + 0.05) / (Math.min(ink, under) + 0.05);
    const size = parseFloat(style.fontSize);
    if (ratio < (size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5))
      pale.push(`${text.textContent}: ${style.fill}, ${ratio.toFixed(2)} to 1`);
  }
  return [...new Set(pale)];
}
"""
"""Text of charts that is paler than 4.5 to 1 (large: 3 to 1); axe leaves SVG text out."""
FOCUSED = """
() => {
  const at = document.activeElement;
  const label = at.labels?.[0]?.innerText ?? '';
  return (at.getAttribute('aria-label') || label || at.innerText || '').trim();
}
"""


@pytest.fixture(scope="module")
def app(world, server, tmp_path_factory):
    folder = tmp_path_factory.mktemp("accessibility") / "data"
    trainings.copy(world, folder)
    return server(folder, WEEKLENS_TRAIN_SAMPLE="false")


@pytest.fixture(scope="module")
def themed(request, app, chromium: Browser):
    """A browser's page in one of the themes."""
    context = chromium.new_context(
        viewport={"width": 1280, "height": 900}, color_scheme=request.param
    )
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


def check(page: Page) -> list[str]:
    """What axe finds grave, and text of charts that is too pale."""
    page.evaluate(AXE)
    return page.evaluate(FIND, [RULES, GRAVE, ALLOWED]) + page.evaluate(PALE)


def grave(app, page: Page, *, unless: tuple[str, ...] = (), only: tuple[str, ...] = ()) -> dict:
    """What is grave on the pages, by their names."""
    found = {}
    for shot in shots(app.data_dir, "VN"):
        if shot.name in unless or (only and shot.name not in only):
            continue
        goto(page, app.url, shot.path, **shot.query)
        if wrong := check(page):
            found[shot.name] = wrong
    return found


@pytest.mark.parametrize("themed", ["light"], indirect=True)
def test_no_page_has_a_grave_violation(app, themed):
    assert grave(app, themed) == {}


@pytest.mark.parametrize("themed", ["dark"], indirect=True)
def test_charts_tables_forms_and_cards_have_none_in_dark(app, themed):
    assert grave(app, themed, only=IN_DARK) == {}


@pytest.mark.long
@pytest.mark.parametrize("themed", ["dark"], indirect=True)
def test_no_other_page_has_one_in_dark(app, themed):
    assert grave(app, themed, unless=IN_DARK) == {}


@pytest.mark.parametrize("themed", THEMES, indirect=True)
def test_the_heat_map_is_readable(app, themed):
    goto(themed, app.url, "market", market="VN")
    themed.get_by_text("Heat map", exact=True).click()
    themed.locator(".js-plotly-plot .treemaplayer text").first.wait_for()
    assert check(themed) == []


@pytest.mark.parametrize(
    ("path", "controls"),
    [
        ("market", ("Screener", "Filter", "Table", "All columns", "Colour-blind-safe")),
        ("stock", ("◀", "Stock", "▶", "3 years", "Share", "The 20 indicators")),
    ],
)
def test_the_tab_key_reaches_the_main_controls(app, page, path, controls):
    goto(page, app.url, path, market="VN", symbol="AAA")
    reached = []
    for _ in range(90):
        page.keyboard.press("Tab")
        reached.append(page.evaluate(FOCUSED))
    missing = [name for name in controls if not any(name in one for one in reached)]
    assert missing == [], reached
