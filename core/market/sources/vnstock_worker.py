"""The one process that imports vnstock; it runs in vnstock's own environment, not in ours.

    VENV/bin/python -I -B vnstock_worker.py

It reads one JSON request a line from stdin and answers with one JSON line on what was stdout
when it began; what vnstock prints goes to stderr. It imports nothing of Weeklens. One process
serves many requests, because vnstock keeps its count of requests in memory.
"""

import json
import os
import sys
import threading
import time

UNUSED = ("matplotlib", "seaborn", "vnstock_ezchart", "mplfinance")
"""Charting that vnstock imports and nobody here needs; the first answer is faster without it."""
KEPT = ("time", "open", "high", "low", "close", "volume", "value")


def main() -> None:
    """Answer requests until stdin ends or the parent is gone."""
    _end_with_parent()
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    for name in UNUSED:
        sys.modules[name] = None
    if target := os.environ.get("WEEKLENS_TEST_REDIRECT"):
        _redirect(target)

    def answer(**payload) -> None:
        channel.write(json.dumps(payload, default=str) + "\n")
        channel.flush()

    try:
        import vnstock  # noqa: F401
    except BaseException as error:
        answer(id=0, state="missing", text=f"{type(error).__name__}: {error}"[:400])
        return
    answer(id=0, state="ready")
    for line in sys.stdin:
        request = json.loads(line)
        try:
            payload = ACTIONS[request["do"]](request)
            answer(id=request["id"], state="ok", **payload)
        # vnstock's own rate limiter raises SystemExit, which is no Exception.
        except BaseException as error:
            answer(id=request["id"], **_explain(error))


def history(request: dict) -> dict:
    """Daily bars of one symbol: lists by column."""
    from vnstock.api.quote import Quote

    feed = request["feed"]
    # Full precision: at two decimals a dividend of 0.1 % and a rounding look alike.
    more = {"get_all": True, "floating": 6} if feed == "kbs" else {"floating": 6}
    frame = Quote(source=feed, symbol=request["symbol"]).history(
        start=request["start"], end=request["end"], interval="1D", **more
    )
    columns = {name: frame[name].tolist() for name in KEPT if name in frame.columns}
    columns["time"] = [str(moment)[:10] for moment in columns["time"]]
    return {"bars": columns}


def listing(request: dict) -> dict:
    """Names, exchanges, industries and the members of VN30; what fails is left out."""
    from vnstock.api.listing import Listing

    names = Listing(source="kbs").symbols_by_exchange()
    answer = {"names": _records(names), "members": {}}
    for group in ("VN30", "HNX30", "VN100"):
        try:
            members = Listing(source="kbs").symbols_by_group(group=group)
            answer["members"][group] = [str(symbol) for symbol in members]
        except BaseException as error:
            answer.setdefault("left_out", []).append(f"{group}: {type(error).__name__}")
    try:
        answer["industries"] = _records(Listing(source="vci").symbols_by_industries(lang="en"))
    except BaseException as error:
        answer.setdefault("left_out", []).append(f"industries: {type(error).__name__}")
    return answer


def _records(frame) -> list[dict]:
    return json.loads(frame.to_json(orient="records", force_ascii=False))


ACTIONS = {"history": history, "listing": listing}


def _explain(error: BaseException) -> dict:
    """What went wrong as state, seconds to wait and the library's own words."""
    chain = []
    seen = error
    while seen is not None and len(chain) < 6:
        chain.append(seen)
        last = getattr(seen, "last_attempt", None)  # tenacity keeps the true reason there
        seen = last.exception() if last is not None else (seen.__cause__ or seen.__context__)
    names = {name for one in chain for name in (cls.__name__ for cls in type(one).__mro__)}
    waits = [
        getattr(one, name, None)
        for one in chain
        for name in ("retry_after", "remaining", "cooldown")
    ]
    wait = max((float(w) for w in waits if isinstance(w, int | float)), default=0.0)
    text = f"{type(error).__name__}: {error}".replace("\n", " ")[:400]
    if "RateLimitExceeded" in names or "RateLimitedError" in names or "SystemExit" in names:
        state = "limited"
    elif "CircuitOpenError" in names:
        state = "limited" if wait <= 60 else "blocked"
    elif "DataSourceBlockedError" in names:
        state = "blocked"
    elif "JSONDecodeError" in names:
        state = "garbage"
    elif names & {"ConnectionError", "Timeout", "ConnectTimeout", "ReadTimeout", "OSError"}:
        state = "unreachable"
    elif "ValueError" in names and type(error).__name__ in ("ValueError", "RetryError"):
        state = "empty"
    else:
        state = "garbage"
    return {"state": state, "wait": wait, "text": text}


def _end_with_parent() -> None:
    """Leave when the client dies, even by SIGKILL and in the middle of a hanging request."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(3)

    threading.Thread(target=watch, daemon=True).start()


def _redirect(target: str) -> None:
    """For tests alone: the brokers' hosts lead to a loopback server, every other is refused."""
    import requests
    from requests.adapters import HTTPAdapter

    brokers = {
        "kbbuddywts.kbsec.com.vn": "kbs",
        "trading.vietcap.com.vn": "vci",
        "iq.vietcap.com.vn": "vci",
    }
    send = HTTPAdapter.send

    def redirected(self, request, **options):
        parts = requests.compat.urlsplit(request.url)
        if parts.hostname not in brokers:
            raise requests.exceptions.ConnectionError(f"refused: {parts.hostname}")
        rest = f"?{parts.query}" if parts.query else ""
        request.url = f"{target}/{brokers[parts.hostname]}{parts.path}{rest}"
        return send(self, request, **options)

    HTTPAdapter.send = redirected


if __name__ == "__main__":
    main()
