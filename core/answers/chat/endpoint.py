"""One request to an OpenAI-compatible endpoint; its failures as sentences."""

import json
import time

from core.errors import UserError
from core.language import _
from core.settings import settings

LARGEST = 1_000_000
"""Bytes of an answer."""


def ask_model(messages: list[dict], tools: list[dict], until: float) -> dict:
    """The next message of the model.

    Parameters
    ----------
    messages, tools : list of dict
        As the protocol has them.
    until : float
        ``time.monotonic()`` at which the question's time is over.

    Raises
    ------
    UserError
        If it does not answer in time, refuses, or answers what is no message; the key stands
        in no sentence.
    """
    import httpx2  # for this alone: the app starts without it

    chosen = settings()
    body: dict = {"model": chosen.chat_model, "messages": messages, "temperature": 0}
    if tools:
        body["tools"] = tools
    headers = {}
    if key := chosen.chat_key.get_secret_value():
        headers["Authorization"] = f"Bearer {key}"
    url = chosen.chat_url.rstrip("/") + "/chat/completions"
    try:
        # A redirect could carry prices and question elsewhere: it is not followed.
        with (
            httpx2.Client(timeout=_left(until), follow_redirects=False) as client,
            client.stream("POST", url, json=body, headers=headers) as response,
        ):
            if response.status_code != 200:
                raise UserError(
                    _(
                        "The language model's endpoint refused (status {status}): check "
                        "WEEKLENS_CHAT_URL, WEEKLENS_CHAT_MODEL and WEEKLENS_CHAT_KEY."
                    ).format(status=response.status_code)
                )
            text = b""
            for part in response.iter_bytes():
                text += part
                _left(until)  # one that trickles is over time as well
                if len(text) > LARGEST:
                    raise UserError(_("The language model's answer is too long."))
    except httpx2.TimeoutException:
        raise _late() from None
    except (httpx2.HTTPError, httpx2.InvalidURL):
        raise UserError(
            _("The language model's endpoint cannot be reached: check WEEKLENS_CHAT_URL.")
        ) from None
    return _message(text)


def _message(text: bytes) -> dict:
    try:
        message = json.loads(text)["choices"][0]["message"]
        if not isinstance(message, dict):
            raise TypeError
    except (ValueError, KeyError, IndexError, TypeError):
        raise UserError(
            _("The language model's endpoint answered what is no message of its protocol.")
        ) from None
    return message


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise _late()
    return left


def _late() -> UserError:
    return UserError(
        _("The language model did not answer within {seconds} s (WEEKLENS_CHAT_SECONDS).").format(
            seconds=f"{settings().chat_seconds:g}"
        )
    )
