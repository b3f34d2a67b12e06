import contextlib
import threading

from core.market.sources.pacing import Pace


class Enough(Exception):
    pass


def stop(seconds):
    raise Enough(seconds)


def may_go(pace):
    """Whether a request may go now."""
    try:
        pace.wait(stop)
    except Enough:
        return False
    return True


def test_as_many_go_as_are_allowed_in_a_minute(tmp_path):
    pace = Pace(tmp_path, "there", 3)
    assert [may_go(pace) for _ in range(5)] == [True, True, True, False, False]


def test_another_process_of_ours_begins_with_no_fresh_allowance(tmp_path):
    first = Pace(tmp_path, "there", 2)
    assert may_go(first)
    first.close()
    second = Pace(tmp_path, "there", 2)
    assert [may_go(second), may_go(second)] == [True, False]


def test_sources_do_not_count_each_others_requests(tmp_path):
    assert may_go(Pace(tmp_path, "there", 1))
    assert may_go(Pace(tmp_path, "elsewhere", 1))


def test_the_seconds_to_wait_are_told(tmp_path):
    pace = Pace(tmp_path, "there", 1)
    pace.wait()
    told = []

    def tell(seconds):
        told.append(seconds)
        raise Enough

    with contextlib.suppress(Enough):
        pace.wait(tell)
    assert 50 < told[0] < 61


def test_two_at_once_get_no_more_than_one_alone(tmp_path):
    went = []

    def work():
        pace = Pace(tmp_path, "there", 10)
        went.extend(may_go(pace) for _ in range(10))
        pace.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert went.count(True) == 10
