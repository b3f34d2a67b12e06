"""Streams of events end when the server is told to: else it would wait for their clients."""

import signal
import threading

_closing = threading.Event()


def closing() -> bool:
    """Whether the server is ending."""
    return _closing.is_set()


def end_streams_on_a_signal() -> None:
    """Note the signal that ends the server, then do what was to be done with it.

    Called once the server has set its own handlers: in its lifespan. In a thread that
    may not handle signals (a test's server), nothing is done.
    """
    _closing.clear()
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGINT, signal.SIGTERM):
        before = signal.getsignal(number)
        if callable(before):

            def noted(received, frame, then=before) -> None:
                _closing.set()
                then(received, frame)

            signal.signal(number, noted)
