"""The alerts page: empty, entered into, told of what became of each message, in Vietnamese."""

from datetime import UTC, datetime, timedelta

import pytest

from core.alerts import channels, kept, manners, outbox
from core.alerts.kinds import Event
from core.alerts.manners import Manners
from tests.core.alerts.receivers import Webhook
from tests.core.records import two_weeks
from tests.pages.conftest import words
from tests.pages.spoken import left_in_english, texts

SPOKEN = (
    "pages/alerts.py",
    *(f"pages/parts/alerts_{part}.py" for part in ("channels", "manners", "rules", "sent")),
    *(f"core/alerts/{part}.py" for part in ("rules", "outbox", "post", "sending")),
)
NOW = datetime.now(UTC)


@pytest.fixture
def webhook():
    """A web server."""
    running = Webhook()
    yield running
    running.close()


@pytest.fixture
def told(store, webhook):
    """A channel, a rule, and a message of each state."""
    two_weeks(store)
    folder = store.data_dir
    channels.add(folder, "hook", f"{webhook.url}/s3cret?token=s3cret")
    rule = kept.add(folder, "call", {"market": "VN"})
    for key in ("Sent.", "Given up.", "Waiting."):
        outbox.put(folder, rule, [Event(key, key)], "hook", NOW, timedelta(hours=1))
    outbox.taken(folder, outbox.claim(folder, NOW), NOW)
    outbox.refused(folder, outbox.claim(folder, NOW), "Broken for good.", NOW, forever=True)
    return folder


def test_before_the_first_channel_the_page_says_what_to_do(show, data_dir):
    at = show("alerts")
    assert not at.exception
    assert "Nothing is sent yet. 1. Add a channel" in words(at)
    assert not at.error


def test_a_channel_is_entered_and_its_address_never_shown(show, data_dir, webhook):
    at = show("alerts")
    at.text_input(key="channel-name-0").set_value("hook")
    at.text_input(key="channel-url-0").set_value(f"{webhook.url}/s3cret?token=s3cret")
    at.button(key="add-channel").click().run()
    assert not at.exception
    (channel,) = channels.channels(data_dir)
    assert channel.name == "hook"
    assert at.text_input(key="channel-url-1").value == ""
    assert [text for text in texts(at) if "s3cret" in text] == []
    assert "channel-url-0" not in at.session_state
    assert "**hook** json" in words(at)


def test_a_bad_address_is_one_sentence(show, data_dir):
    at = show("alerts")
    at.text_input(key="channel-name-0").set_value("hook")
    at.text_input(key="channel-url-0").set_value("nosuch://s3cret")
    at.button(key="add-channel").click().run()
    (error,) = at.error
    assert "no address of a channel" in error.value
    assert "s3cret" not in error.value
    assert channels.channels(data_dir) == []


def test_a_test_says_how_it_went(show, told, webhook):
    at = show("alerts")
    at.button(key="test-0").click().run()
    assert "took the test" in at.success[0].value
    assert webhook.words == ["This channel works: alerts will arrive here."]
    webhook.refuse()
    at.button(key="test-0").click().run()
    assert "500" in at.error[0].value
    assert "s3cret" not in at.error[0].value


def test_a_channel_is_deleted(show, told):
    at = show("alerts")
    at.button(key="delete-channel-0").click().run()
    assert not at.exception
    assert channels.channels(told) == []


def test_a_rule_of_every_kind_can_be_entered_with_its_defaults(show, told):
    at = show("alerts")
    for kind in ("stale", "failed", "old_production", "doubtful", "percentile", "level"):
        at.selectbox(key="rule-kind").set_value(kind).run()
        if kind == "level":
            at.number_input(key="level-level").set_value(21.5).run()
        at.button(key="add-rule").click().run()
        assert not at.exception
        assert not at.error
    rules = {rule.kind: rule.given for rule in kept.rules(told)}
    assert len(rules) == 7
    assert rules["level"] == {"market": "VN", "symbol": "AAA", "level": 21.5, "way": "both"}
    assert rules["percentile"]["percentile"] == 95


def test_what_a_rule_lacks_is_one_sentence(show, told):
    at = show("alerts")
    at.selectbox(key="rule-kind").set_value("level").run()
    at.button(key="add-rule").click().run()
    assert [error.value for error in at.error] == ["The rule needs\\: Level\\."]
    at.selectbox(key="rule-kind").set_value("call").run()
    at.button(key="add-rule").click().run()
    assert "There is such a rule already" in at.error[0].value


def test_a_rule_is_switched_off_and_deleted(show, told):
    (rule,) = kept.rules(told)
    at = show("alerts")
    at.toggle(key=f"rule-{rule.id}").set_value(False).run()
    assert not kept.rules(told)[0].active
    at.button(key=f"delete-rule-{rule.id}").click().run()
    assert not at.exception
    assert kept.rules(told) == []


def test_each_message_says_what_became_of_it(show, told):
    at = show("alerts")
    text = words(at)
    assert ":red-badge[undelivered] Given up" in text
    assert "tried 1 time. Broken for good" in text
    assert ":blue-badge[waiting] Waiting" in text
    assert at.dataframe[0].value["text"].tolist() == ["Sent."]


def test_an_undelivered_message_is_sent_again_or_dropped(show, told):
    (one,) = outbox.deliveries(told, outbox.UNDELIVERED)
    at = show("alerts")
    at.button(key=f"again-{one.id}").click().run()
    assert outbox.undelivered(told) == 0
    assert outbox.waiting(told) == 2
    at.button(key=f"drop-{one.id}").click().run()
    assert outbox.waiting(told) == 1


def test_what_waits_for_quiet_hours_says_until_when(show, told):
    manners.save(told, Manners(quiet=True, start="00:00", end="23:59"))
    assert "held until the quiet hours end, at 23:59" in words(show("alerts"))


def test_quiet_hours_and_the_repeat_time_are_kept(show, data_dir):
    at = show("alerts")
    at.toggle(key="alerts-quiet").set_value(True).run()
    at.number_input(key="alerts-repeat").set_value(48).run()
    at.selectbox(key="alerts-language").set_value("vi").run()
    at.button(key="save-alerts").click().run()
    assert not at.exception
    assert manners.read(data_dir) == Manners(quiet=True, repeat_hours=48, language="vi")
    at.time_input(key="alerts-end").set_value(datetime(2024, 1, 1, 22).time()).run()
    at.button(key="save-alerts").click().run()
    assert "two different times" in at.error[0].value


def test_home_says_that_alerts_were_not_delivered(show, told):
    at = show("home")
    assert not at.exception
    assert "1 alert could not be delivered" in words(at)


def test_it_is_told_in_vietnamese(show, told):
    at = show("alerts")
    assert len(left_in_english(at, SPOKEN)) > 25
    at = show("alerts", lang="vi")
    assert not at.exception
    assert left_in_english(at, SPOKEN) == []
