"""The process that sends, against real receivers."""

import pytest

from core.alerts.child import masked, scrubbed
from core.alerts.post import LOST, SILENT, Message, Post
from core.errors import UserError

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100


def test_a_webhook_takes_words_and_picture(webhook):
    with Post(webhook.url) as post:
        assert post.send(Message("Title", "Words", PNG, "a.png")) == ""
        assert post.send(Message("Title", "More")) == ""
    assert webhook.words == ["Words", "More"]
    assert webhook.pictures() == [PNG]


def test_mail_arrives_with_words_and_picture(mail):
    with Post(mail.url) as post:
        assert post.send(Message("Subject é", "Words", PNG, "a.png")) == ""
    (taken,) = mail.taken
    parts = {part.get_content_type(): part.get_payload(decode=True) for part in taken.walk()}
    assert parts["image/png"] == PNG
    assert b"Words" in parts.get("text/plain", parts.get("text/html"))


def test_a_refusal_says_why_and_no_part_of_the_address(webhook):
    webhook.refuse()
    with Post(webhook.url.replace("/hook", "/tok3n-s3cret?key=s3cond")) as post:
        reason = post.send(Message("Title", "Words"))
    assert "500" in reason
    assert "s3c" not in reason
    assert "127" not in reason


def test_nobody_listening_is_a_reason(webhook):
    webhook.close()
    with Post(webhook.url) as post:
        assert post.send(Message("Title", "Words")) != ""
    webhook.__init__()  # the fixture closes it once more


def test_a_receiver_that_hangs_is_given_up(webhook):
    with Post(webhook.url, seconds=0.01) as post:
        assert post.send(Message("Title", "Words")) in (SILENT, LOST)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nothing://x", "This is no address of a channel that Apprise knows"),
        ("https://example.com/hook", "This is no address of a channel that Apprise knows"),
        ("mailto://", "This is no address of a channel that Apprise knows"),
        ("syslog://", "show something on the server itself or run a program"),
    ],
)
def test_an_address_that_cannot_be_used_is_one_sentence(url, said):
    with pytest.raises(UserError) as error, Post(url) as post:
        post.described()
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("url", "hidden"),
    [
        ("mailto://an:pa55word@gmail.com", ("pa55word",)),
        ("tgram://123456789:abcdefg_hijklmnopqrstuvwxyz/12315544/", ("abcdefg", "12315544")),
        (
            "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
            ("TIia",),
        ),
        ("jsons://an:pa55@example.com/tok3n?+Authorization=s3cret", ("pa55", "tok3n", "s3cret")),
        ("discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js", ("JHMHI8", "4174216298")),
    ],
)
def test_an_address_is_shown_without_its_secrets(url, hidden):
    with Post(url) as post:
        shown = post.described()["masked"]
    assert [secret for secret in hidden if secret in shown] == []
    assert "://" in shown


def test_what_is_masked_ends_with_the_host():
    assert masked("jsons://u:****@host:8080/path/token?a=b") == "jsons://u:****@host:8080/…"


def test_an_encoded_secret_is_scrubbed_too():
    said = scrubbed("login an with p@ss/word failed", "mailto://an:p%40ss%2Fword@example.com")
    assert said == "login an with **** failed"
