from core.preferences import preference
from pages.parts.jobs import person
from pages.parts.speaking import KEY


def switch(at):
    return next(b for b in at.sidebar.button_group if b.key == "_language")


def test_english_by_default(show, trained):
    at = show("home")
    assert at.session_state[KEY] == "en"
    assert "lang" not in at.query_params


def test_the_address_decides(show, trained):
    at = show("home", lang="vi")
    assert at.session_state[KEY] == "vi"
    assert at.query_params["lang"] == "vi"


def test_the_address_of_the_stocks_keeps_the_language(show, trained):
    at = show("market", lang="vi", symbols="AAA")
    assert at.query_params["symbols"] == "AAA"
    assert at.query_params["lang"] == "vi"


def test_nonsense_in_the_address_is_english(show, trained):
    assert show("home", lang="<script>").session_state[KEY] == "en"


def test_what_was_chosen_is_remembered(show, trained):
    at = show("home")
    switch(at).set_value("vi").run()
    assert not at.exception
    assert preference(trained, person(), KEY) == "vi"
    assert show("home").session_state[KEY] == "vi"


def test_back_to_english(show, trained):
    at = show("home", lang="vi")
    switch(at).set_value("en").run()
    assert at.session_state[KEY] == "en"
    at.run()
    assert at.session_state[KEY] == "en"
