"""Claims of an ID token give what the settings name, and nothing more."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.access import Actor, Role
from core.access.claims import NoRole, NotSignedIn, Rules, SessionEnded, actor_of, name_of, values

NOW = 1_800_000_000.0
HOUR = 3600
NAMED = {
    Role.OWNER: frozenset({"desk-owners", "olga@desk.example"}),
    Role.ANALYST: frozenset({"desk-analysts"}),
    Role.VIEWER: frozenset({"desk-viewers"}),
}
RULES = Rules("groups", NAMED, None, 12)
ANNA = {"iss": "https://id.example", "sub": "anna", "iat": NOW - HOUR}


def who(rules=RULES, **claims):
    return actor_of(ANNA | claims, rules, NOW)


@pytest.mark.parametrize(
    ("groups", "role"),
    [
        (["desk-viewers"], Role.VIEWER),
        (["other", "desk-analysts"], Role.ANALYST),
        (["desk-viewers", "desk-owners"], Role.OWNER),
        ("desk-analysts", Role.ANALYST),
        ("openid desk-owners", Role.OWNER),
    ],
)
def test_a_group_gives_its_role_and_the_highest_counts(groups, role):
    assert who(groups=groups).role is role


@pytest.mark.parametrize(
    "groups",
    [
        None,
        [],
        ["Desk-Owners"],
        ["desk-owners-not"],
        [["desk-owners"]],
        [{"desk-owners": True}],
        {"desk-owners": True},
        "desk-owners-not",
        7,
        True,
        ["olga@desk.example"],  # an address counts as one only where the provider checked it
    ],
)
def test_what_is_no_group_of_ours_gives_no_role(groups):
    with pytest.raises(NoRole):
        who(groups=groups)


def test_the_refusal_names_who_was_turned_away():
    with pytest.raises(NoRole, match=r"anna@desk\.example is signed in, but has no role here"):
        who(email="anna@desk.example")


def test_others_get_the_role_of_others():
    open_to_read = Rules("groups", NAMED, Role.VIEWER, 12)
    assert who(open_to_read).role is Role.VIEWER
    assert who(open_to_read, groups=["desk-owners"]).role is Role.OWNER


@pytest.mark.parametrize("verified", [True, "true"])
def test_a_checked_address_gives_the_role_of_the_address(verified):
    olga = who(email="Olga@Desk.example", email_verified=verified)
    assert olga == Actor("olga@desk.example", Role.OWNER, "oidc")


@pytest.mark.parametrize("verified", [None, False, "false", 1, "yes", [True]])
def test_an_address_that_was_not_checked_gives_none(verified):
    with pytest.raises(NoRole):
        who(email="olga@desk.example", email_verified=verified)


@pytest.mark.parametrize(
    ("claims", "path", "found"),
    [
        ({"realm_access": {"roles": ["a", "b"]}}, "realm_access.roles", {"a", "b"}),
        ({"https://desk.example/roles": ["a"]}, "https://desk.example/roles", {"a"}),
        ({"a": "b"}, "a.b.c", set()),
        ({"a": {"b": None}}, "a.b", set()),
        ({}, "a", set()),
        ({"a": ["x" * 10_000, "", 3, None, "y"]}, "a", {"y"}),
    ],
)
def test_the_claim_is_found_by_its_name_or_its_path(claims, path, found):
    assert values(claims, path) == found


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"email": "anna@desk.example"}, "anna@desk.example"),
        ({"email": "Anna@Desk.Example", "email_verified": True}, "anna@desk.example"),
        ({"email": "anna@desk.example", "email_verified": False}, "sub-anna"),
        ({"email": "аnna@desk.example"}, "sub-anna"),  # a Cyrillic а
        ({"email": "anna@desk.example, resumed"}, "sub-anna"),
        ({"email": "anna@desk.example\n"}, "sub-anna"),
        ({"email": ["anna@desk.example"]}, "sub-anna"),
        ({"email": "a" * 400 + "@desk.example"}, "sub-anna"),
        ({"sub": "system"}, "sub-system"),
        ({"name": "Olga", "preferred_username": "olga"}, "sub-anna"),
    ],
)
def test_the_name_is_one_that_nobody_else_can_choose(claims, name):
    assert name_of(ANNA | claims) == name


@pytest.mark.parametrize("subject", ["olga@desk.example", "weekly, resumed", "о", "x" * 900])
def test_a_subject_that_is_no_name_becomes_one_of_its_own(subject):
    name, other = (name_of(ANNA | {"sub": each}) for each in (subject, subject + " "))
    assert re.fullmatch("id-[0-9a-f]{16}", name)
    assert name != other


@pytest.mark.parametrize("missing", ["iss", "sub"])
@pytest.mark.parametrize("value", [None, "", 7, ["x"]])
def test_without_issuer_and_subject_nobody_is_signed_in(missing, value):
    with pytest.raises(NotSignedIn):
        who(groups=["desk-owners"], **{missing: value})


@pytest.mark.parametrize(
    "began",
    [
        NOW - 12 * HOUR,
        NOW + HOUR,
        None,
        True,
        "1800000000",
        float("nan"),
        float("inf"),
        10**400,
        -(10**400),
        [NOW],
    ],
)
def test_a_session_ends_and_one_of_unknown_age_never_began(began):
    with pytest.raises(SessionEnded):
        who(groups=["desk-owners"], iat=began)


def test_the_providers_clock_may_be_a_little_ahead():
    assert who(groups=["desk-owners"], iat=NOW + 60).role is Role.OWNER
    assert who(groups=["desk-owners"], iat=NOW - 12 * HOUR + 1).role is Role.OWNER


LETTERS = st.text("ab@. ,\0\n\u0430", max_size=8)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | LETTERS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(LETTERS, inner, max_size=4),
    max_leaves=8,
)
TELLING = st.sampled_from(["desk-viewers", "an@desk.example", "true", True, NOW - 60])
ANY_CLAIMS = st.dictionaries(
    st.sampled_from(["iss", "sub", "iat", "email", "email_verified", "groups", "name", "a"]),
    ANYTHING | TELLING,
)
VIEWERS_ALONE = {Role.OWNER: frozenset({"nobody's"}), Role.VIEWER: frozenset({"desk-viewers"})}


@given(ANY_CLAIMS, st.sampled_from(["groups", "a.b", "", "a..b"]))
@example(ANNA | {"groups": ["desk-viewers"]}, "groups")
@example(ANNA | {"email": "a" * 64 + "@" + "b" * 64, "groups": "desk-viewers"}, "groups")
def test_no_claims_give_more_than_is_mapped(claims, path):
    try:
        found = actor_of(claims, Rules(path, VIEWERS_ALONE, None, 12), NOW)
    except NotSignedIn:
        return
    assert found.role is Role.VIEWER
    assert found.name.isascii()
    assert found.name.isprintable()
    assert not {" ", ","} & set(found.name)
    assert len(found.name) <= 129
