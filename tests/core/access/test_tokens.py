import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from core import db
from core.__main__ import main
from core.access import Actor, Forbidden, Role, acting, tokens
from core.errors import UserError


def every_byte(folder):
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_a_token_opens_with_its_name_and_role(data_dir):
    made, token = tokens.create(data_dir, "desk-report", Role.ANALYST)
    kept, who = tokens.identify(data_dir, token)
    assert kept == made
    assert who == Actor("desk-report", Role.ANALYST, "token")


def test_nothing_of_the_secret_is_in_the_data_folder(data_dir):
    __, token = tokens.create(data_dir, "desk", Role.VIEWER)
    stored = every_byte(data_dir)
    assert b"desk" in stored
    assert token.rpartition("_")[2].encode() not in stored
    assert token.encode() not in stored


def test_tokens_differ_and_hold_256_bits(data_dir):
    made = {tokens.create(data_dir, f"n{n}", Role.VIEWER)[1] for n in range(20)}
    assert len(made) == 20
    assert {len(token) for token in made} == {len("wl_12345678_") + 43}


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t[:-1] + "x",
        lambda t: "",
        lambda t: t[3:],
        lambda t: t + "é",
        lambda t: t.replace("wl_", "WL_"),
    ],
)
def test_another_text_opens_nothing(data_dir, change):
    __, token = tokens.create(data_dir, "desk", Role.VIEWER)
    token = token[:-1] + "y" if token.endswith("x") else token
    with pytest.raises(tokens.BadToken, match="not known here"):
        tokens.identify(data_dir, change(token))


def test_a_revoked_token_opens_nothing_at_once(data_dir):
    made, token = tokens.create(data_dir, "desk", Role.OWNER)
    tokens.identify(data_dir, token)
    assert tokens.revoke(data_dir, "desk").state == "revoked"
    with pytest.raises(tokens.BadToken):
        tokens.identify(data_dir, token)
    assert [t.id for t in tokens.listed(data_dir)] == [made.id]


def test_a_token_past_its_end_opens_nothing_and_says_so(data_dir):
    __, token = tokens.create(data_dir, "desk", Role.VIEWER, days=1)
    tokens.identify(data_dir, token)
    with db.connect(data_dir) as connection:
        past = (datetime.now(UTC) - timedelta(seconds=1)).isoformat(timespec="milliseconds")
        connection.execute("UPDATE tokens SET expires = ?", (past,))
    with pytest.raises(tokens.BadToken, match="has ended"):
        tokens.identify(data_dir, token)


def test_the_last_use_is_kept(data_dir):
    __, token = tokens.create(data_dir, "desk", Role.VIEWER)
    kept, __ = tokens.identify(data_dir, token)
    assert not tokens.use_is_noted(kept)
    tokens.note_use(data_dir, kept)
    kept, __ = tokens.identify(data_dir, token)
    assert tokens.use_is_noted(kept)


def test_a_use_that_cannot_be_noted_keeps_nobody_out(data_dir, monkeypatch):
    made, token = tokens.create(data_dir, "desk", Role.VIEWER)

    def full(*_):
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(tokens, "connect", full)
        tokens.note_use(data_dir, made)
    kept, __ = tokens.identify(data_dir, token)
    assert not tokens.use_is_noted(kept)


def test_a_name_is_one_of_those_in_force(data_dir):
    tokens.create(data_dir, "desk", Role.VIEWER)
    with pytest.raises(UserError, match="revoke it first"):
        tokens.create(data_dir, "desk", Role.OWNER)
    tokens.revoke(data_dir, "desk")
    tokens.create(data_dir, "desk", Role.OWNER)


@pytest.mark.parametrize("name", ["", "a b", "system", "x" * 41, "weekly schedule, VN", "a\nb"])
def test_a_name_that_records_are_told_by_is_refused(data_dir, name):
    with pytest.raises(UserError, match="name is 1 to 40"):
        tokens.create(data_dir, name, Role.VIEWER)


@pytest.mark.parametrize("days", [0, -1, 4000, float("nan")])
def test_an_end_must_lie_ahead(data_dir, days):
    with pytest.raises(UserError, match="ends after"):
        tokens.create(data_dir, "desk", Role.VIEWER, days=days)


@pytest.mark.parametrize(
    "todo",
    [
        lambda d: tokens.create(d, "mine", Role.OWNER),
        lambda d: tokens.listed(d),
        lambda d: tokens.revoke(d, "desk"),
    ],
)
def test_tokens_are_the_owners_matter(data_dir, todo):
    tokens.create(data_dir, "desk", Role.VIEWER)
    with acting(Actor("an", Role.ANALYST, "token")), pytest.raises(Forbidden):
        todo(data_dir)
    assert [(t.name, t.state) for t in tokens.listed(data_dir)] == [("desk", "in force")]


def test_on_the_command_line_a_token_is_shown_once(data_dir, capsys):
    assert main(["tokens", "create", "desk", "--role", "analyst", "--days", "30"]) == 0
    token, said = capsys.readouterr().out.splitlines()
    assert "desk (analyst, until" in said
    assert tokens.identify(data_dir, token)[1].role is Role.ANALYST
    assert main(["tokens", "list"]) == 0
    listed = capsys.readouterr().out
    assert "desk" in listed
    assert token.rpartition("_")[2] not in listed
    assert main(["tokens", "revoke", "desk"]) == 0
    assert main(["tokens", "revoke", "desk"]) == 2
    assert "no token 'desk' in force" in capsys.readouterr().err
