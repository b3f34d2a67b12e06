from core.forecasts import save
from core.market.sample import ensure_sample
from core.tour import Tour, end_tour, tour
from tests.core.records import put_on_show, record


def test_the_steps_are_taken_one_by_one(store):
    assert tour(store.data_dir) == Tour(prices=False, model=False, over=False)
    ensure_sample(store)
    assert tour(store.data_dir) == Tour(prices=True, model=False, over=False)
    save(store.data_dir, [record("AAA", "2024-03-01", "UP", 0.0)])
    put_on_show(store.data_dir, "2024-03-01")
    assert tour(store.data_dir) == Tour(prices=True, model=True, over=False)


def test_what_was_put_away_stays_away(data_dir):
    end_tour(data_dir)
    end_tour(data_dir)
    assert tour(data_dir).over


def test_a_folder_in_use_needs_no_tour(data_dir):
    for week in ("2024-03-01", "2024-03-08"):
        save(data_dir, [record("AAA", week, "UP", 0.0)])
    assert tour(data_dir).over
