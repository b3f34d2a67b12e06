import getpass
import threading

from core.access import SYSTEM, Actor, Role, acting, actor, as_system, ask

AN = Actor("an", Role.VIEWER, "token")


def test_the_single_user_of_a_local_install_is_its_owner():
    assert actor() == Actor(getpass.getuser(), Role.OWNER, "local")


def test_somebody_acts_inside_a_block_and_not_after_it():
    with acting(AN):
        assert actor() == AN
    assert actor().how == "local"


def test_who_is_asked_for_the_actor_knows_better_than_the_usual(monkeypatch):
    monkeypatch.setattr("core.access.who._asked", [])
    ask(lambda: AN)
    assert actor() == AN


def test_a_thread_begins_with_nobody_and_may_be_the_system():
    seen = []
    with acting(AN):
        for work in (lambda: seen.append(actor()), as_system(lambda: seen.append(actor()))):
            thread = threading.Thread(target=work)
            thread.start()
            thread.join()
    assert [one.how for one in seen] == ["local", "system"]
    assert seen[1] == SYSTEM
