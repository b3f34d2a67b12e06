import pytest

from core import registry
from core.errors import UserError
from core.jobs.store import JobStore
from core.promotion import after_promotion, promote, request_forecasts
from core.registry import PATTERN, PRICE
from core.tracking import client


def waiting(data_dir):
    return [(job.kind, job.params) for job in JobStore(data_dir).active()]


def test_promotion_to_production_asks_for_forecasts_by_the_new_pair(trained):
    said = promote([(PRICE, 2)], "production", by="An", data_dir=trained)
    assert said == f"{PRICE} v2 is now in Production. Forecasts are being computed."
    assert waiting(trained) == [("forecast", {PRICE: 2, PATTERN: 1})]


def test_two_promotions_in_one_step_ask_once(trained):
    said = promote([(PRICE, 2), (PATTERN, 2)], "production", by="An", data_dir=trained)
    assert said.startswith(f"{PRICE} v2 and {PATTERN} v2 are now in Production.")
    assert waiting(trained) == [("forecast", {PRICE: 2, PATTERN: 2})]


def test_promotion_to_staging_asks_for_nothing(trained):
    said = promote([(PRICE, 2)], "staging", by="An", data_dir=trained)
    assert said == f"{PRICE} v2 is now in Staging."
    assert waiting(trained) == []


def test_promotion_that_leaves_no_pair_says_what_to_do(trained):
    client().delete_registered_model_alias(PATTERN, "production")
    said = promote([(PRICE, 2)], "production", by="An", data_dir=trained)
    assert said.endswith(f"No version of {PATTERN} is in production yet: promote one.")
    assert registry.production()[PRICE].version == 2
    assert waiting(trained) == []


def test_promotion_of_a_pair_that_does_not_agree_says_so(trained):
    client().set_model_version_tag(PRICE, "2", "horizon_weeks", "8")
    said = promote([(PRICE, 2)], "production", by="An", data_dir=trained)
    assert "promote two versions of the same training" in said
    assert waiting(trained) == []


def test_a_version_that_does_not_exist_changes_nothing(trained):
    with pytest.raises(UserError, match="There is no version 9"):
        promote([(PRICE, 9)], "production", by="An", data_dir=trained)
    assert registry.production()[PRICE].version == 1
    assert waiting(trained) == []


def test_forecasts_without_production_are_refused_with_what_to_do(data_dir):
    with pytest.raises(UserError, match="is in production yet: promote one"):
        request_forecasts(data_dir, by="An")
    assert "promote one" in after_promotion(data_dir, by="An")


def test_forecasts_of_an_earlier_week_are_asked_for_by_its_date(trained):
    job = request_forecasts(trained, by="An", as_of="1 March 2021")
    assert job.params == {PRICE: 1, PATTERN: 1, "as_of": "2021-03-01"}


@pytest.mark.parametrize("text", ["", "NaT", "yesterday's", "2024-13-01", "2024-01-01T00:00Z"])
def test_what_is_no_date_is_one_sentence_and_no_job(trained, text):
    with pytest.raises(UserError, match="is not a date: write it as 2024-06-28"):
        request_forecasts(trained, by="An", as_of=text)
    assert waiting(trained) == []
