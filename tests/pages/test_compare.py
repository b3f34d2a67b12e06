"""The page that compares versions: the choice, the address, and what lacks something."""

import pytest

from core import registry
from core.language import using
from core.registry import PATTERN, PRICE
from core.tracking import client
from tests.pages.conftest import words
from tests.pages.spoken import left_in_english


def chosen(at):
    return at.multiselect(key="_compare_versions").value


@pytest.fixture
def by_hand(trained, tmp_path):
    """``by_hand(n, run_id)``: versions of the price model that somebody registered in MLflow."""
    (tmp_path / "model.onnx").write_bytes(b"not ours")

    def make(count, run_id=None):
        for _ in range(count):
            client().create_model_version(PRICE, source=tmp_path.as_uri(), run_id=run_id)

    return make


def test_before_the_first_training_the_page_leads_to_it(show, data_dir):
    at = show("compare")
    assert not at.exception
    assert "No version is registered yet" in words(at)


def test_production_and_the_newest_other_are_compared_by_themselves(show, trained):
    at = show("compare")
    assert not at.exception
    assert chosen(at) == [1, 2]
    assert at.query_params == {"model": PRICE, "versions": "1,2"}
    text = words(at)
    assert "**Against v1** (it is in production)" in text
    assert "By MAPE v2" in text


def test_scores_stand_beside_the_baseline_and_the_difference(show, trained):
    scores, gaps = (frame.value for frame in show("compare").dataframe[:2])
    assert scores.columns.tolist() == ["score", "baseline", "v1", "v2"]
    assert gaps.columns.tolist() == ["score", "better", "v2"]
    assert scores["score"].tolist() == gaps["score"].tolist()


def test_the_address_opens_a_comparison(show, trained):
    at = show("compare", model=PATTERN, versions="2,1")
    assert not at.exception
    assert at.segmented_control(key="_compare_model").value == PATTERN
    assert chosen(at) == [2, 1]
    assert "By log loss v2" in words(at)
    assert at.query_params == {"model": PATTERN, "versions": "2,1"}


def test_a_choice_goes_into_the_address_and_is_kept_on_the_next_run(show, trained):
    at = show("compare", model=PATTERN, versions="1,2")
    at.multiselect(key="_compare_versions").set_value([2]).run()
    assert at.query_params["versions"] == "2"
    assert "Choose at least two versions" in words(at)
    at.multiselect(key="_compare_versions").set_value([2, 1]).run()
    assert at.query_params["versions"] == "2,1"
    assert chosen(at.run()) == [2, 1]


def test_the_other_model_begins_with_its_own_versions(show, trained):
    at = show("compare", model=PRICE, versions="1,2")
    at.segmented_control(key="_compare_model").set_value(PATTERN).run()
    assert not at.exception
    assert at.query_params == {"model": PATTERN, "versions": "1,2"}
    assert "By log loss" in words(at)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ({"versions": "1,99"}, "There is no version v99 of this model; left out."),
        ({"versions": "<script>,1,2"}, "No version number, so left out: '<script>'."),
        ({"versions": "💥" * 3000}, "No version number, so left out:"),
        ({"model": "../../etc/passwd", "versions": "1,2"}, "There is no model '../../etc/passwd'"),
        ({"model": PATTERN, "versions": ""}, "Choose at least two versions"),
        ({"model": "'; DROP TABLE runs;--"}, "There is no model"),
    ],
)
def test_nonsense_in_the_address_is_a_sentence(show, trained, address, said):
    at = show("compare", **address)
    assert not at.exception
    assert said in words(at).replace("\\", "")


def test_seven_versions_in_the_address_are_cut_to_six(show, trained, by_hand):
    by_hand(5, registry.get(PRICE, 1).run_id)
    at = show("compare", model=PRICE, versions="1,2,3,4,5,6,7")
    assert not at.exception
    assert chosen(at) == [1, 2, 3, 4, 5, 6]
    assert "At most 6 versions fit side by side; left out: v7." in words(at).replace("\\", "")


def test_a_version_made_by_hand_is_named_and_left_out(show, trained, by_hand):
    by_hand(1)
    at = show("compare", model=PRICE, versions="1,2,3")
    assert not at.exception
    text = words(at).replace("\\", "")
    assert "price_target_model v3 has no out-of-sample forecasts on record" in text
    assert "By MAPE v2" in text
    assert at.dataframe[0].value.columns.tolist() == ["score", "baseline", "v1", "v2"]


def test_a_deleted_run_leaves_a_sentence_and_the_parameters(show, trained):
    run_id = registry.get(PRICE, 2).run_id
    store = client()._tracking_client.store
    store.delete_run(run_id)
    store._hard_delete_run(run_id)
    at = show("compare", model=PRICE, versions="1,2")
    assert not at.exception
    text = words(at).replace("\\", "")
    assert "Only price_target_model v1 has forecasts to compare" in text
    assert "Parameters and data" in text


def test_versions_of_another_band_are_refused_with_what_to_choose(show, trained):
    client().set_model_version_tag(PRICE, "2", "band", "0.05")
    at = show("compare", model=PRICE, versions="1,2")
    assert not at.exception
    assert "differ in SIDEWAYS band (v1: ±0.01; v2: ±0.05)" in words(at).replace("\\", "")


def test_only_what_differs_is_shown_until_asked_for_all(show, trained):
    at = show("compare", model=PRICE, versions="1,2")

    def parameters():
        return next(
            set(frame.value["parameter"]) for frame in at.dataframe if "parameter" in frame.value
        )

    assert "Fingerprint of the prices" in parameters()
    assert "Seed" not in parameters()
    at.toggle(key="compare-differs").set_value(False).run()
    assert "Seed" in parameters()


def test_before_any_month_has_passed_live_weeks_are_none_yet(show, trained):
    assert "None yet: no forecast" in words(show("compare"))


def test_a_promotion_elsewhere_changes_what_the_others_are_measured_by(show, trained):
    at = show("compare", model=PRICE, versions="1,2")
    assert "**Against v1**" in words(at)
    registry.give_stage(PRICE, 2, "production", by="tests")
    assert "**Against v2**" in words(at.run())


SPOKEN = (
    *("pages/compare.py", "pages/parts/comparing.py", "pages/parts/comparing_charts.py"),
    *("pages/parts/choosing_versions.py", "core/charts/comparison.py"),
    *(f"core/comparison/{name}.py" for name in ("choosing", "facts", "metrics", "result")),
    *(f"core/comparison/{name}.py" for name in ("scores", "tables", "over")),
)


@pytest.mark.parametrize("model", [PRICE, PATTERN])
def test_a_comparison_is_told_in_vietnamese(show, trained, model):
    assert len(left_in_english(show("compare", model=model, versions="1,2"), SPOKEN)) > 50
    at = show("compare", model=model, versions="1,2", lang="vi")
    assert not at.exception
    with using("vi"):  # the tester finds options by their names, in its own language
        at.toggle(key="compare-differs").set_value(False).run()
    assert not at.exception
    assert left_in_english(at, SPOKEN) == []
    assert "**So với v1** (đang vận hành)" in words(at)


def test_the_model_is_changed_and_the_language_kept(show, trained):
    at = show("compare", model=PRICE, versions="1,2", lang="vi")
    with using("vi"):  # the tester finds options by their names, in its own language
        at.segmented_control(key="_compare_model").set_value(PATTERN).run()
        assert not at.exception
        assert at.query_params == {"model": PATTERN, "versions": "1,2", "lang": "vi"}
        at.multiselect(key="_compare_versions").set_value([2]).run()
    assert at.query_params == {"model": PATTERN, "versions": "2", "lang": "vi"}
    assert "Chọn ít nhất hai phiên bản" in words(at)


def test_a_refusal_follows_the_language(show, trained):
    client().set_model_version_tag(PRICE, "2", "band", "0.05")
    assert "differ in SIDEWAYS band" in words(show("compare", model=PRICE, versions="1,2"))
    at = show("compare", model=PRICE, versions="1,2", lang="vi")
    assert "(v1: ±0,01; v2: ±0,05)" in words(at).replace("\\", "")
