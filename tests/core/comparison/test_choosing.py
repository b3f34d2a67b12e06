import pytest

from core.comparison.choosing import first_choice, instead, read_versions, reference, unlike
from tests.core.comparison.made import version


@pytest.mark.parametrize(
    ("text", "numbers", "said"),
    [
        ("1,3", [1, 3], []),
        (" 3 ,1,3, 03", [3, 1], []),
        ("", [], []),
        ("1,99", [1], ["There is no version v99 of this model; left out."]),
        ("1;DROP,2", [2], ["No version number, so left out: '1;DROP'."]),
        ("-1,2.5,²,٣,1", [1], ["No version number, so left out: '-1', '2.5', '²' and 1 more."]),
        ("9" * 5000, [], ["No version number, so left out: '999999999999'."]),
        ("1,2,3,4,5,6,7", [1, 2, 3, 4, 5, 6],
         ["At most 6 versions fit side by side; left out: v7."]),
    ],
)  # fmt: skip
def test_what_an_address_asks_for(text, numbers, said):
    assert read_versions(text, range(1, 9)) == (numbers, said)


def test_a_flood_of_nonsense_stays_one_short_sentence():
    numbers, said = read_versions(",".join(f"<b>{i}" for i in range(5000)), [1])
    assert numbers == []
    assert len(said) == 1
    assert len(said[0]) < 120


def test_production_and_the_newest_other_come_first():
    versions = [version(3), version(2), version(1, stage="Production")]
    assert first_choice(versions) == [1, 3]
    assert first_choice(versions[:2]) == [3, 2]
    assert first_choice(versions[:1]) == [3]


def test_the_others_are_measured_by_production_else_by_the_first():
    assert reference([version(2), version(1, stage="Production")]).version == 1
    assert reference([version(2), version(1, stage="Staging")]).version == 2


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"market": "US"}, "differ in market (v1: VN; v2: US)"),
        ({"horizon_weeks": "8"}, "differ in horizon (v1: 4 weeks; v2: 8 weeks)"),
        ({"band": "0.02"}, "differ in SIDEWAYS band (v1: ±0.01; v2: ±0.02)"),
        ({"band": None}, "differ in SIDEWAYS band (v1: ±0.01; v2: ±unknown)"),
    ],
)
def test_versions_that_forecast_different_things_are_refused(changes, said):
    versions = [version(1), version(2, **changes)]
    known = [*versions, version(3), version(4)]
    sentence = unlike(versions, known)
    assert said in sentence
    assert sentence.endswith("With v1 choose one of v3, v4.")


def test_versions_alike_are_not_refused():
    assert unlike([version(1), version(2)], []) == ""


def test_a_version_without_tags_is_known_by_its_run():
    bare = version(2, market=None, horizon_weeks=None, band=None,
                   params={"market": "VN", "horizon_weeks": "4", "band": "0.01"})  # fmt: skip
    assert unlike([version(1), bare], []) == ""


def test_where_nothing_fits_training_is_what_is_left():
    lonely = version(1)
    assert instead(lonely, [lonely, version(2, market="US")]) == (
        "No other version is like v1 in these: train one."
    )
