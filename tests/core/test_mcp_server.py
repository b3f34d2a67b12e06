"""The MCP server, asked by the SDK's own client over a pipe and over HTTP."""

import json
import os
import socket
import subprocess
import sys
import time

import anyio
import httpx2
import pytest
from mcp import Client, StdioServerParameters

from core import forecasts
from core.__main__ import main
from core.jobs.store import JobStore
from core.settings import PROJECT
from tests.core.access.signing_in import switch_on
from tests.core.records import two_weeks

READ = {
    *("find_symbol", "forecast", "indicators", "screen", "compare", "version_report"),
    *("backtest", "market_summary", "attention"),
}


def environment(data_dir, **more):
    return {**os.environ, "WEEKLENS_DATA_DIR": str(data_dir), **more}


def over_stdio(data_dir, talk, **more):
    """What ``talk`` returns of a client whose server is a process of its own."""
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "core", "mcp"],
        cwd=str(PROJECT),
        env=environment(data_dir, **more),
    )

    async def go():
        async with Client(server) as client:
            return await talk(client)

    return anyio.run(go)


@pytest.fixture(scope="module")
def asked_over_stdio(world):
    """One process asked many things: it takes seconds to start."""

    async def talk(client):
        tools = (await client.list_tools()).tools
        forecast = await client.call_tool("forecast", {"symbol": "AAA"})
        unknown = await client.call_tool("forecast", {"symbol": "NOTHERE"})
        wrong = await client.call_tool("screen", {"top": 1000})
        training = await client.call_tool("start_training", {})
        promote = await client.call_tool("promote", {"version": 2})
        return tools, forecast, unknown, wrong, training, promote

    return over_stdio(world.folder, talk)


def test_the_tools_are_those_that_read(asked_over_stdio):
    tools = asked_over_stdio[0]
    assert {tool.name for tool in tools} == READ
    assert all(tool.annotations.read_only_hint for tool in tools)
    schema = next(tool.input_schema for tool in tools if tool.name == "forecast")
    assert schema["required"] == ["symbol"]


def test_a_forecast_comes_with_its_baseline_versions_and_page(asked_over_stdio, world):
    told = asked_over_stdio[1].structured_content
    (record,) = forecasts.latest(world.folder, "VN").query("symbol == 'AAA'").to_dict("records")
    by_name = {figure["name"]: figure for figure in told["figures"]}
    assert by_name["Forecast price"]["value"] == round(record["price"], 2)
    assert by_name["No change (the close)"]["value"] == round(record["close"], 2)
    assert by_name["Forecast price"]["version"] == "price_target_model v1"
    assert by_name["Forecast price"]["data_date"] == "2022-06-03"
    assert told["pages"][0]["address"] == "/stock?market=VN&symbol=AAA"
    assert json.loads(asked_over_stdio[1].content[0].text) == told


def test_what_cannot_be_answered_is_a_sentence(asked_over_stdio):
    __, __, unknown, wrong, __, __ = asked_over_stdio
    assert unknown.is_error
    assert "No stock here fits 'NOTHERE'" in unknown.content[0].text
    assert wrong.is_error
    assert "top does not fit" in wrong.content[0].text


def test_nothing_is_started_nor_promoted_where_no_setting_allows_it(asked_over_stdio, world):
    training, promote = asked_over_stdio[4:]
    assert training.is_error
    assert "There is no tool 'start_training'" in training.content[0].text
    assert promote.is_error
    assert "There is no tool 'promote'" in promote.content[0].text
    assert JobStore(world.folder).active() == []


def test_a_setting_lets_a_program_ask_for_a_training(trained):
    async def talk(client):
        names = {tool.name for tool in (await client.list_tools()).tools}
        return names, await client.call_tool("start_training", {"market": "VN"})

    names, answer = over_stdio(trained, talk, WEEKLENS_CHAT_JOBS="true")
    assert names == {*READ, "start_training", "start_refresh"}
    (job,) = JobStore(trained).active()
    assert job.kind == "train"
    assert job.params["promote"] is False
    assert job.id in answer.structured_content["facts"][0]


@pytest.fixture
def listening(data_dir, store):
    """A server on the loopback, with stored records of one market."""
    two_weeks(store)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "core", "mcp", "--http", "--port", str(port)],
        cwd=PROJECT,
        env=environment(data_dir),
    )
    url = f"http://127.0.0.1:{port}/mcp"
    try:
        for __ in range(600):
            try:
                httpx2.get(url)
                break
            except httpx2.TransportError:
                assert process.poll() is None
                time.sleep(0.05)
        yield url
    finally:
        process.terminate()
        process.wait()


def test_over_http_the_same_is_answered_and_foreign_pages_are_not(listening):
    async def talk():
        async with Client(listening) as client:
            return {tool.name for tool in (await client.list_tools()).tools}

    assert anyio.run(talk) == READ
    hello = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    wanted = {"Accept": "application/json, text/event-stream"}
    rebound = httpx2.post(listening, json=hello, headers={**wanted, "Host": "evil.example"})
    foreign = httpx2.post(
        listening, json=hello, headers={**wanted, "Origin": "http://evil.example"}
    )
    assert (rebound.status_code, foreign.status_code) == (421, 403)
    large = httpx2.post(listening, json={**hello, "params": "x" * 100_000}, headers=wanted)
    assert large.status_code == 413


def test_where_people_sign_in_nobody_is_answered_over_http(data_dir, monkeypatch, capsys):
    switch_on(monkeypatch)
    assert main(["mcp", "--http"]) == 2
    assert "nobody is answered unknown" in capsys.readouterr().err
