"""A data folder that this Weeklens must not touch."""

import sqlite3

import pytest
from playwright.sync_api import expect

from core.db import SCHEMA_VERSION, connect, path
from tests.browser.helpers import goto


@pytest.fixture(scope="module")
def app(server, tmp_path_factory):
    folder = tmp_path_factory.mktemp("newer") / "data"
    with connect(folder):
        pass
    db = sqlite3.connect(path(folder))
    db.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    db.close()
    return server(data_dir=folder)


@pytest.mark.parametrize("name", ["stock", "", "training", "data"])
def test_a_store_from_a_newer_weeklens_is_one_sentence(app, page, name):
    goto(page, app.url, name)
    expect(page.get_by_text("was written by a newer Weeklens")).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)
