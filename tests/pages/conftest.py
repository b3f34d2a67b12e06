"""Pages run by Streamlit's own tester, on a data folder of the test's own."""

from collections.abc import Callable
from functools import cache

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.scriptrunner import script_runner
from streamlit.testing.v1 import AppTest

from tests.browser.helpers import PROJECT


@pytest.fixture(autouse=True)
def keras_left_alone(monkeypatch):
    """Streamlit clears keras's session after every run of a process that has loaded it: the app
    never has, but a test's process may have trained before, and each run then takes seconds."""
    monkeypatch.setattr(script_runner, "_clean_problem_modules", lambda: None)


@pytest.fixture(autouse=True, scope="session")
def looked_for_components_once():
    """Each tester reads what every installed package says of itself, a fifth of a second."""
    with pytest.MonkeyPatch.context() as patch:
        found = cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", found)
        yield


@pytest.fixture
def show(data_dir) -> Callable[..., AppTest]:
    """``show("stock", symbol="AAA")``: run a page with an address, as a browser would ask."""

    def run(page: str = "market", **address: str) -> AppTest:
        at = AppTest.from_file(str(PROJECT / "navigation.py"), default_timeout=60)
        if page != "home":
            if "lang" in address:
                # The navigation, not the page, takes the language from the address.
                at.query_params["lang"] = address["lang"]
                at.run()
            # Before its first run the tester names a page by its file, as our addresses do, and
            # draws it alone; after one, it goes through the navigation and draws Home as well.
            at.switch_page(f"pages/{page}.py")
        for name, value in address.items():
            at.query_params[name] = value
        return at.run()

    return run


def words(at: AppTest) -> str:
    """Everything a reader can read as text on a page."""
    kinds = (at.title, at.header, at.subheader, at.markdown, at.caption, at.info, at.warning)
    texts = [element.value for kind in (*kinds, at.error) for element in kind]
    return "\n".join(texts).replace("\N{NO-BREAK SPACE}", " ")
