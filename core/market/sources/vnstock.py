"""Vietnamese prices through vnstock, asked over a pipe: a neighbour that may hang or leave."""

import contextlib
import json
import queue
import subprocess
import threading
from datetime import date
from pathlib import Path
from typing import ClassVar

import pandas as pd

from core.errors import UserError
from core.language import N_, _
from core.market.parsing import clean_text
from core.market.schema import check_symbol
from core.market.sources.base import Listing, Promise, SourceError
from core.market.sources.sandbox import NOTICE, Sandbox
from core.settings import settings

WORKER = Path(__file__).with_name("vnstock_worker.py")
START_SECONDS = 120.0
"""Its import alone runs `pip list` five times."""
LONGEST_LINE = 64 * 2**20
EXCHANGES = {"HSX": "HOSE", "HOSE": "HOSE", "HNX": "HNX", "UPCOM": "UPCOM"}
SAYS = {
    "limited": N_("The broker behind vnstock, or vnstock itself, asks for fewer requests."),
    "blocked": N_("The broker behind vnstock refuses requests from here."),
    "unreachable": N_("The broker behind vnstock does not answer ({reason})."),
    "empty": N_("vnstock has no such prices."),
    "garbage": N_("The broker's answer is not prices, or vnstock cannot read it ({reason})."),
}
GUEST_PER_MINUTE, KEY_PER_MINUTE = 18, 55
"""A little below what vnstock allows (20 and 60), so that its own limiter never ends the worker."""


class VnstockSource:
    """One long-lived worker process in vnstock's own environment.

    It is started at the first question, killed and started anew when it hangs,
    and ends with this object or with our process.
    """

    name = "vnstock"
    title = N_("vnstock (Vietnamese brokers)")
    markets = ("VN",)
    indices: ClassVar[dict[str, tuple[str, ...]]] = {
        "VN": ("VNINDEX", "VN30", "HNXINDEX", "UPCOMINDEX")
    }
    promise = Promise(
        unit=N_("thousand VND"),
        adjusted=N_("back-adjusted by the broker; a new dividend rewrites history"),
        years_a_call=7,
        per_minute=GUEST_PER_MINUTE,
        needs=N_("an installation of its own: `make live`, or the button on the Data page"),
        terms=NOTICE,
    )

    def __init__(self, data_dir: Path):
        self.sandbox = Sandbox(data_dir)
        self._process: subprocess.Popen | None = None
        self._replies: queue.Queue[str] = queue.Queue()
        self._asked = 0
        if settings().vnstock_api_key.get_secret_value():
            self.promise = Promise(**{**vars(type(self).promise), "per_minute": KEY_PER_MINUTE})

    def listing(self, market: str) -> Listing:
        """Names, exchanges, sectors and the members of VN30, HNX30 and VN100."""
        reply = self._ask({"do": "listing"})
        rows = [row for row in reply.get("names", []) if row.get("type", "stock") == "stock"]
        if not rows:
            # On any error of its own the library answers with an empty market.
            raise SourceError(
                _("vnstock gave an empty list of symbols; try again later."), "garbage"
            )
        levels = {
            (row.get("symbol"), row.get("icb_level")): row.get("icb_name")
            for row in reply.get("industries", [])
        }
        names = []
        for row in rows:
            try:
                symbol = check_symbol(row.get("symbol"))
            except UserError:
                continue
            exchange = str(row.get("exchange") or "").upper()
            names.append(
                {
                    "symbol": symbol,
                    "name": clean_text(row.get("en_organ_name")) or clean_text(row["organ_name"]),
                    "name_vi": clean_text(row.get("organ_name")),
                    "exchange": EXCHANGES.get(exchange),
                    "sector": clean_text(levels.get((symbol, 1))),
                    "industry_group": clean_text(levels.get((symbol, 2))),
                    "industry": clean_text(levels.get((symbol, 4))),
                }
            )
        members = {
            group: [str(symbol).upper() for symbol in symbols]
            for group, symbols in reply.get("members", {}).items()
            if symbols
        }
        return Listing(pd.DataFrame(names).drop_duplicates("symbol"), members)

    def bars(self, market: str, symbol: str, kind: str, start: date, end: date) -> pd.DataFrame:
        """Daily bars; days outside the range, which one of its feeds adds, are left out."""
        reply = self._ask(
            {
                "do": "history",
                "feed": settings().vnstock_feed,
                "symbol": symbol,
                "start": start.isoformat(),
                "end": end.isoformat(),
            }
        )
        try:
            columns = dict(reply["bars"])
            days = [str(moment) for moment in columns.pop("time")]
            frame = pd.DataFrame({"date": days, **columns})
        except (KeyError, TypeError, ValueError):
            raise SourceError(
                _("vnstock's answer for {symbol} is not a table of prices.").format(symbol=symbol),
                "garbage",
            ) from None
        return frame[frame["date"].between(start.isoformat(), end.isoformat())]

    def close(self) -> None:
        """End the worker."""
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(OSError):
            process.stdin.close()
        try:
            process.wait(2)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        with contextlib.suppress(OSError):
            process.stdout.close()

    def _ask(self, request: dict) -> dict:
        self._start()
        self._asked += 1
        try:
            self._process.stdin.write(json.dumps({"id": self._asked, **request}) + "\n")
            self._process.stdin.flush()
        except OSError:
            self._kill()
            raise SourceError(
                _("vnstock's process ended; it is started anew."), "garbage"
            ) from None
        reply = self._wait(self._asked, settings().source_timeout)
        if reply["state"] == "ok":
            return reply
        state = reply["state"] if reply["state"] in SAYS else "garbage"
        reason = clean_text(reply.get("text"), 120) or _("no reason given")
        sentence = _(SAYS[state]).format(reason=reason)
        raise SourceError(sentence, state, float(reply.get("wait") or 0.0))

    def _start(self) -> None:
        if self._process is not None and self._process.poll() is None:
            return
        if not self.sandbox.installed:
            raise SourceError(
                _("vnstock is not installed: run `make live`, or use the button on the Data page."),
                "missing",
            )
        self._replies = replies = queue.Queue()
        environment = self.sandbox.environment()
        with self.sandbox.log.open("wb") as log:
            self._process = process = subprocess.Popen(
                [str(self.sandbox.python), "-I", "-B", str(WORKER)],
                cwd=self.sandbox.work,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                encoding="utf-8",
                errors="replace",
            )

        def read() -> None:
            while line := process.stdout.readline(LONGEST_LINE):
                replies.put(line)
            replies.put("")

        threading.Thread(target=read, name="vnstock-replies", daemon=True).start()
        ready = self._wait(0, START_SECONDS)
        if ready["state"] != "ready":
            self._kill()
            said = clean_text(ready.get("text"), 160)
            raise SourceError(
                _(
                    "vnstock is installed but does not start ({reason}): run `make live` again."
                ).format(reason=said),
                "missing",
            )

    def _wait(self, number: int, seconds: float) -> dict:
        try:
            line = self._replies.get(timeout=seconds)
        except queue.Empty:
            self._kill()
            raise SourceError(
                _(
                    "vnstock did not answer within {seconds} s; it was ended and is started anew."
                ).format(seconds=f"{seconds:.0f}"),
                "unreachable",
            ) from None
        try:
            reply = json.loads(line)
            if reply["id"] == number and isinstance(reply["state"], str):
                return reply
        except (ValueError, KeyError, TypeError):
            pass
        self._kill()
        raise SourceError(_("vnstock's process ended or lost its thread."), "garbage")

    def _kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            with contextlib.suppress(OSError):
                self._process.stdin.close()
            with contextlib.suppress(OSError):
                self._process.stdout.close()
            self._process = None
