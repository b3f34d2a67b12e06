import pytest

from core.comparison.facts import changed, facts
from tests.core.comparison.made import version


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("A B C", "A B C", "the same 3"),
        ("A B", "B C D", "+2: C, D; −1: A"),
        ("A", "A " + " ".join(f"B{i}" for i in range(10)),
         "+10: B0, B1, B2, B3, B4, B5, B6, B7 and 2 more"),
        ("–", "A B", "2 stocks"),
        ("A", "–", "–"),
    ],
)  # fmt: skip
def test_lists_are_told_as_their_difference(before, after, said):
    assert changed(before, after) == said


def test_a_list_that_may_be_cut_off_says_so():
    long = " ".join(["AAAA"] * 1000)
    assert "of long lists" in changed(long, "AAAA")


def test_only_what_differs_is_marked():
    one = version(1, stage="Production", params={"seed": "7", "symbols": "A B", "end": "None"})
    two = version(2, params={"seed": "7", "symbols": "A C", "own_idea": "yes"})
    table = facts([one, two], one).set_index("parameter")
    assert table.loc["Seed"].tolist() == ["7", "7", False]
    assert table.loc["Stocks"].tolist() == ["2 stocks", "+1: C; −1: B", True]
    assert table.loc["Stage"].tolist() == ["Production", "not promoted", True]
    assert table.loc["own idea"].tolist() == ["–", "yes", True]
    assert "Last day asked for" not in table.index


def test_hashes_and_long_numbers_are_short():
    one = version(1, params={"data_sha256": "ab" * 32, "chosen_alpha": "316227.7660168379"})
    table = facts([one], one).set_index("parameter")["v1"]
    assert table["Fingerprint of the prices"] == "abababababab"
    assert table["Ridge penalty used"] == "316228"
