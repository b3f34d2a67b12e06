import numpy as np
import pandas as pd
import pytest

from core.evaluation import scoring
from core.evaluation.candidates import SHRUNKEN
from core.evaluation.out_of_fold import OutOfFold
from core.evaluation.report import evaluate, in_years
from core.evaluation.scoring import flat
from tests.core.evaluation import made

LISTING = pd.DataFrame(
    {
        "symbol": ["S0", "S1", "S2", "S3", "S4"],  # S5 is in no listing
        "sector": ["Banks", "Banks", "Steel", "Steel", "Steel"],
        "exchange": ["A", "B", "A", "B", "A"],
    }
)


@pytest.fixture(scope="module")
def whole(inputs, folds, out):
    """The quick candidates, and a pattern blend to call from."""
    candidate = made.called()
    blend = sum(weight * out.told[name] for name, weight in candidate.parts.items())
    told = OutOfFold(out.rows, out.fold, {**out.told, "blend_pattern": blend})
    candidates = [*made.quick(), candidate]
    scored = in_years(inputs, told, 2019, 2020)
    return evaluate(inputs, folds, told, candidates, scored, LISTING)


def test_only_the_reported_years_are_scored(inputs, out, whole):
    year = inputs.week[out.rows].astype("datetime64[Y]").astype(int) + 1970
    assert whole.rows == (year >= 2019).sum() < len(out.rows)
    assert whole.stocks == 6
    assert sorted(whole.groups["blend"]["year"]) == ["2019", "2020"]


def test_every_row_stands_beside_its_baseline(whole):
    assert set(whole.scores) >= {"no_change", "drift", "blend", SHRUNKEN, "prior", "persistence"}
    assert whole.scores["no_change"]["MAE_ratio"].value == 1.0
    assert whole.scores["drift"]["R2_drift"].value == 0.0
    assert whole.scores["prior"]["log_loss_skill"].value == 0.0
    assert {"no_change", "prior"}.isdisjoint(whole.verdicts)
    assert set(whole.tests) == set(whole.verdicts)


def test_splits_by_sector_exchange_and_volatility_hold_every_row(inputs, whole):
    groups = whole.groups["blend"]
    assert sorted(groups["sector"]) == ["Banks", "Steel", "unknown"]
    assert sorted(groups["exchange"]) == ["A", "B", "unknown"]
    assert sorted(groups["volatility"]) == ["calm", "middle", "wild"]
    assert set(groups["year"]["2019"]) == set(scoring.GROUP_SCORES["price"])


def test_terciles_are_cut_within_the_week(inputs, out):
    rows = out.rows[-60:]
    given = (inputs.week[rows], inputs.symbol[rows], inputs.move[rows])
    found = scoring.splits(*given, None)["volatility"]
    for week in np.unique(inputs.week[rows]):
        at = inputs.week[rows] == week
        move, group = inputs.move[rows][at], found[at]
        assert move[group == "calm"].max() < move[group == "wild"].min()
        assert (group == "calm").sum() == (group == "wild").sum() == at.sum() // 3


def test_without_a_listing_there_are_no_sectors(inputs, folds, out):
    some = [c for c in made.quick() if c.name in ("no_change", "drift")]
    found = evaluate(inputs, folds, out, some, in_years(inputs, out, 2019, 2020))
    assert sorted(found.groups["drift"]) == ["volatility", "year"]
    assert found.calls == {}


def test_calls_have_a_share_and_a_hit_rate_if_any_was_given(whole):
    assert 0 <= whole.calls["share"] <= 1
    assert ("hit_rate" in whole.calls) == (whole.calls["share"] > 0)
    assert len(whole.curve) == 10
    assert sum(count for _, _, count in whole.bins) == whole.rows


def test_flat_keys_are_figures_or_sentences(whole):
    keys = flat(whole)
    assert keys["blend.MAE_ratio"] == whole.scores["blend"]["MAE_ratio"].value
    low, high = whole.scores["blend"]["IC"].intervals[26]
    assert (keys["blend.IC.low_26"], keys["blend.IC.high_26"]) == (low, high)
    assert keys["blend.IC.low"] < keys["blend.IC"] < keys["blend.IC.high"]
    assert "blend.year.2019.coverage_80" in keys
    assert "blend_pattern.sector.Banks.log_loss_skill" in keys
    assert any(key.startswith(f"{SHRUNKEN}.refit.") for key in keys)
    assert keys["blend_pattern.verdict"].startswith("blend_pattern ")
    assert all(isinstance(v, str) or np.isfinite(v) for v in keys.values())
    assert "no_change.IC" not in keys  # not defined
