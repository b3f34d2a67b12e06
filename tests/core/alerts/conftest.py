"""Receivers that end with their test, and a data folder with calls that flipped."""

import pytest

from tests.core.alerts.receivers import Mail, Webhook
from tests.core.records import two_weeks


@pytest.fixture
def webhook():
    """A web server."""
    running = Webhook()
    yield running
    running.close()


@pytest.fixture
def mail():
    """A mail server."""
    running = Mail()
    yield running
    running.close()


@pytest.fixture
def flipped(store):
    """Four stocks with forecasts of two weeks; the call of AAA went from UP to DOWN."""
    two_weeks(store)
    return store.data_dir
