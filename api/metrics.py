"""Figures for Prometheus: what is asked and how long it takes, jobs, data, production."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import data_dir
from core import trail
from core.jobs.store import JobStore
from core.market.store import BarStore

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Metrics:
    """The figures of one app."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "weeklens_requests",
            "Requests answered",
            ("method", "path", "status"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "weeklens_request_seconds",
            "Seconds from a request to the end of its answer; streams of events not counted",
            ("method", "path"),
            buckets=BUCKETS,
            registry=self.registry,
        )
        self.registry.register(Standing())

    def text(self) -> bytes:
        """All figures in Prometheus's text form."""
        return generate_latest(self.registry)


class Standing(Collector):
    """What is read from the records when it is asked for."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The gauges."""
        now = datetime.now(UTC)
        jobs = GaugeMetricFamily("weeklens_jobs", "Jobs on record", labels=["state"])
        for state, count in JobStore(data_dir()).counts().items():
            jobs.add_metric([state], count)
        yield jobs
        age = GaugeMetricFamily(
            "weeklens_data_age_days", "Days since the newest bar of a market", labels=["market"]
        )
        newest = BarStore(data_dir()).symbols(kind=None).groupby("market")["last"].max()
        for market, day in newest.items():
            age.add_metric([str(market)], (now.replace(tzinfo=None) - day).days)
        yield age
        version = GaugeMetricFamily(
            "weeklens_production_version", "Version in production", labels=["model"]
        )
        since = GaugeMetricFamily(
            "weeklens_production_age_seconds",
            "Seconds since production of a model last changed",
            labels=["model"],
        )
        # The trail, not MLflow: a scrape must not wait for a server that does not answer.
        rows = [e for e in trail.entries(data_dir()) if e.action in trail.PRODUCTION]
        for entry in {e.model: e for e in rows}.values():
            if entry.became is not None:
                version.add_metric([entry.model], entry.became)
                gone = (now - datetime.fromisoformat(entry.at)).total_seconds()
                since.add_metric([entry.model], max(0.0, gone))
        yield version
        yield since


class Measured:
    """ASGI middleware that counts requests and their time, by the route's pattern.

    Parameters
    ----------
    app : ASGI app
    metrics : Metrics
    """

    def __init__(self, app: ASGIApp, metrics: Metrics):
        self.app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and measure it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status, begun = "500", time.perf_counter()
        mount = scope.get("route")

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = str(message["status"])
            await send(message)

        try:
            await self.app(scope, receive, noting)
        finally:
            method = scope["method"] if scope["method"] in METHODS else "other"
            # Never the path itself: a stranger could make a million of them.
            route = scope.get("route")
            path = "none" if route is mount else getattr(route, "path", "none")
            self._metrics.requests.labels(method, path, status).inc()
            if not path.endswith("/events"):
                gone = time.perf_counter() - begun
                self._metrics.seconds.labels(method, path).observe(gone)
