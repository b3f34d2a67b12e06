"""Browser tabs without a browser: what one tells Streamlit's server, and how long answers take."""

import threading
import time

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

PATIENCE = 120
CUT_SHORT = ForwardMsg.FINISHED_EARLY_FOR_RERUN
"""How a script ends that asks to be run anew: its end proper follows."""


class Tab:
    """One open page; drawing it is left out, so that twenty need no twenty browsers.

    Parameters
    ----------
    url : str
        Address of the server.
    page : str
        The page's name in the address; empty is the first page.
    query : str
        What follows the question mark in it.
    """

    def __init__(self, url: str, page: str = "", query: str = ""):
        address = url.replace("http", "ws", 1) + "/_stcore/stream"
        self._socket = connect(
            address, subprotocols=["streamlit"], origin=url, max_size=None, legacy=True
        )
        self.page, self.query = page, query
        self._again: dict[str, float] = {}
        self._closing = False
        self._thread: threading.Thread | None = None

    def rerun(self, fragment: str = "") -> float:
        """Seconds from asking for the page (or a part of it) until its script has run."""
        ask = BackMsg()
        ask.rerun_script.page_name = self.page
        ask.rerun_script.query_string = self.query
        ask.rerun_script.fragment_id = fragment
        ask.rerun_script.is_auto_rerun = bool(fragment)
        began = time.perf_counter()
        self._socket.send(ask.SerializeToString())
        while True:
            told = ForwardMsg()
            raw = self._socket.recv(timeout=PATIENCE)
            told.ParseFromString(raw)
            self.hear(told, raw)
            kind = told.WhichOneof("type")
            if kind == "auto_rerun":
                self._again[told.auto_rerun.fragment_id] = told.auto_rerun.interval
            elif kind == "stop_auto_rerun":
                self._again.pop(told.stop_auto_rerun.fragment_id, None)
            elif kind == "new_session" and not told.metadata.run.fragment_ids:
                self._again.clear()  # the parts of the page before live no longer
            elif kind == "script_finished" and told.script_finished != CUT_SHORT:
                return time.perf_counter() - began

    def hear(self, told: ForwardMsg, raw: bytes) -> None:
        """Take note of a message; here of none."""

    def watch(self) -> None:
        """Open the page and, in a thread, ask for its live parts as often as it says."""

        def go() -> None:
            try:
                self.rerun()
                while not self._closing:
                    time.sleep(min(self._again.values(), default=1.0))
                    for fragment in list(self._again):
                        self.rerun(fragment)
            except (ConnectionClosed, TimeoutError, OSError):
                if not self._closing:
                    raise

        self._thread = threading.Thread(target=go, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Close the tab."""
        self._closing = True
        self._socket.close()
        if self._thread is not None:
            self._thread.join(timeout=5)
