"""A loopback server that speaks Yahoo's chart format, and a session that leads there."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

import pandas as pd
from curl_cffi.requests import Session
from curl_cffi.requests.exceptions import ConnectionError as Refused


class YahooServer:
    """The running server.

    Attributes
    ----------
    bars : dict of str to DataFrame
        By Yahoo's symbol: date, open, high, low, close, adj_close, volume in Yahoo's unit.
    splits : dict of str to dict of str to (int, int)
        By symbol and day: new shares for old ones.
    fault : str
    """

    def __init__(self):
        self.bars: dict[str, pd.DataFrame] = {}
        self.splits: dict[str, dict[str, tuple[int, int]]] = {}
        self.zone = "America/New_York"
        self.fault = ""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def chart(self, symbol: str, query: dict) -> dict | None:
        if symbol not in self.bars:
            return None
        bars = self.bars[symbol]
        stamps = bars["date"].dt.tz_localize(self.zone)
        seconds = stamps.map(lambda moment: int(moment.timestamp()) + 9 * 3600 + 1800)
        if "period1" in query:
            inside = (seconds >= int(query["period1"][0])) & (seconds < int(query["period2"][0]))
        else:
            inside = seconds >= seconds.iloc[-1]
        bars, seconds = bars[inside], seconds[inside]
        if self.fault == "empty":
            bars, seconds = bars.iloc[:0], seconds.iloc[:0]
        events = {}
        for day, (new, old) in self.splits.get(symbol, {}).items():
            moment = int(pd.Timestamp(day, tz=self.zone).timestamp()) + 9 * 3600 + 1800
            if len(seconds) and seconds.iloc[0] <= moment <= seconds.iloc[-1]:
                events[str(moment)] = {
                    "date": moment,
                    "numerator": new,
                    "denominator": old,
                    "splitRatio": f"{new}:{old}",
                }
        quote = {n: bars[n].tolist() for n in ("open", "high", "low", "close", "volume")}
        meta = {
            "currency": "USD",
            "symbol": symbol,
            "exchangeName": "NMS",
            "instrumentType": "EQUITY",
            "exchangeTimezoneName": self.zone,
            "gmtoffset": -18000,
            "timezone": "EST",
            "regularMarketTime": 0,
            "priceHint": 2,
            "dataGranularity": "1d",
            "validRanges": ["1d", "max"],
            "firstTradeDate": 0,
            "currentTradingPeriod": {
                name: {"timezone": "EST", "start": 0, "end": 0, "gmtoffset": -18000}
                for name in ("pre", "regular", "post")
            },
        }
        result = {"meta": meta, "indicators": {"quote": [{}], "adjclose": [{}]}}
        if len(bars):
            adjusted = [{"adjclose": bars["adj_close"].tolist()}]
            result["indicators"] = {"quote": [quote], "adjclose": adjusted}
            result["timestamp"] = seconds.tolist()
        if events:
            result["events"] = {"splits": events}
        return {"chart": {"result": [result], "error": None}}

    def _handler(self):
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *args) -> None:
                pass

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                if "getcrumb" in parts.path:
                    return self.say("crumb")
                if "/chart/" not in parts.path:
                    return self.say("", headers={"set-cookie": "A3=x; Path=/"})
                match server.fault:
                    case "429" | "500" | "403":
                        return self.say("no", int(server.fault))
                    case "html":
                        return self.say("<html>maintenance</html>")
                    case "columns":
                        return self.say(json.dumps({"chart": {"result": [{}], "error": None}}))
                found = server.chart(unquote(parts.path.split("/")[-1]), parse_qs(parts.query))
                if found is None:
                    error = {"code": "Not Found", "description": "No data found, symbol delisted"}
                    return self.say(json.dumps({"chart": {"result": None, "error": error}}), 404)
                return self.say(json.dumps(found))

            def say(self, text: str, status: int = 200, headers: dict | None = None) -> None:
                body = text.encode()
                self.send_response(status)
                for name, value in (headers or {}).items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        return Handler


class Led(Session):
    """Yahoo's hosts lead to the loopback server, every other host is refused and noted."""

    def __init__(self, target: str):
        super().__init__()
        self.target = target
        self.refused: list[str] = []
        self.last_status = 0

    def request(self, method, url, **options):
        host = urlsplit(url).hostname
        if not host.endswith("yahoo.com"):
            self.refused.append(host)
            raise Refused(f"refused: {host}")
        rest = url.split(host, 1)[1]
        response = super().request(method, self.target + rest, **options)
        self.last_status = response.status_code
        return response
