"""A loopback server that speaks the wire formats of the brokers behind vnstock, with faults.

Formats: GET …/{stocks|index}/SYM/data_day (KBS) and POST …/gap-chart (VCI), prices in VND.
"""

import json
import socket
import threading
import time
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pandas as pd

SAIGON = ZoneInfo("Asia/Ho_Chi_Minh")


class Broker:
    """The running server.

    Attributes
    ----------
    bars : dict of str to DataFrame
        What it sells: daily bars in thousand VND (indices in points).
    fault : str
        What goes wrong at every question; empty for nothing.
    requests : list of str
        Paths asked for.
    """

    def __init__(self):
        self.bars: dict[str, pd.DataFrame] = {}
        self.names: list[dict] = []
        self.groups: dict[str, list[str]] = {}
        self.industries: list[dict] = []
        self.fault = ""
        self.only: set[str] = set()
        self.requests: list[str] = []
        self.gone = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.gone.set()
        self._server.shutdown()
        self._server.server_close()

    def rows(self, symbol: str, first: pd.Timestamp, last: pd.Timestamp) -> pd.DataFrame:
        bars = self.bars.get(symbol)
        if bars is None:
            return pd.DataFrame()
        bars = bars[bars["date"].between(first, last)]
        if self.fault == "half":
            bars = bars.iloc[len(bars) // 2 :]
        return bars

    def _handler(self):
        broker = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *args) -> None:
                pass

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                broker.requests.append(self.path)
                pieces = parts.path.strip("/").split("/")
                if parts.path.endswith("/stock/search/data"):
                    return self.say(broker.names)
                if pieces[-1] == "stocks":
                    group = {"30": "VN30", "HNX30": "HNX30", "100": "VN100"}[pieces[-2]]
                    return self.say({"status": 200, "data": broker.groups.get(group, [])})
                if parts.path.endswith("/company/search-bar"):
                    return self.say({"data": broker.industries})
                symbol = pieces[-2]
                if self.failed(symbol):
                    return None
                asked = parse_qs(parts.query)
                first, last = (
                    pd.to_datetime(asked[name][0], format="%d-%m-%Y") for name in ("sdate", "edate")
                )
                scale = 1 if "index" in pieces else 1000
                scale /= 1000 if broker.fault == "thousandth" else 1
                rows = broker.rows(symbol, first, last)
                if broker.fault == "empty":
                    rows = rows.iloc[:0]
                told = [
                    {
                        "t": f"{row.date:%Y-%m-%d} 07:00",
                        "o": row.open * scale,
                        "h": str(row.high * scale),
                        "l": row.low * scale,
                        "c": row.close * scale,
                        "v": str(float(row.volume)),
                    }
                    for row in rows.itertuples()
                ]
                return self.say({"symbol": symbol, "data_day": told[::-1]})

            def do_POST(self) -> None:
                broker.requests.append(self.path)
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                if "symbols" not in body:
                    return self.say({"data": {}})
                symbol = body["symbols"][0]
                if self.failed(symbol):
                    return None
                until = datetime.fromtimestamp(int(body["to"]), SAIGON).replace(tzinfo=None)
                rows = broker.rows(symbol, pd.Timestamp(0), pd.Timestamp(until))
                rows = rows.tail(int(body["countBack"]))
                stamps = [
                    str(int(day.to_pydatetime().replace(tzinfo=ZoneInfo("UTC")).timestamp()))
                    for day in rows["date"]
                ]
                columns = {
                    short: (rows[name] * 1000).tolist()
                    for short, name in zip("ohlc", ("open", "high", "low", "close"), strict=True)
                }
                volume = [int(value) for value in rows["volume"]]
                return self.say([{"symbol": symbol, **columns, "v": volume, "t": stamps}])

            def failed(self, symbol: str) -> bool:
                if broker.only and symbol not in broker.only:
                    return False
                match broker.fault:
                    case "403 json":
                        self.say({"message": "forbidden"}, 403)
                    case "403 cdn":
                        page = "<html><title>Access denied</title>Error 1020 Ray ID: 1</html>"
                        self.say(page, 403, {"server": "cloudflare", "cf-ray": "1-HAN"})
                    case "429 wait":
                        self.say("slow down", 429, {"retry-after": "1"})
                    case "429":
                        self.say("slow down", 429)
                    case "500":
                        self.say("oops", 500)
                    case "html":
                        self.say("<!doctype html><html><body>maintenance</body></html>")
                    case "reset":
                        self.connection.shutdown(socket.SHUT_RDWR)
                        self.close_connection = True
                    case "hang":
                        broker.gone.wait(120)
                    case "nonsense":
                        self.say({"symbol": symbol, "data_day": [{"t": "yesterday", "o": []}]})
                    case "slow":
                        time.sleep(0.5)
                        return False
                    case _:
                        return False
                return True

            def say(self, what, status: int = 200, headers: dict | None = None) -> None:
                text = what if isinstance(what, str) else json.dumps(what)
                kind = "text/html" if isinstance(what, str) else "application/json"
                body = text.encode()
                self.send_response(status)
                for name, value in {"content-type": kind, **(headers or {})}.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        return Handler
