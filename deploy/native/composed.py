"""What compose.yaml says of a service, made to fit this machine's loopback."""

import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

import yaml

PROJECT = Path(__file__).resolve().parents[2]
FILE = PROJECT / "compose.yaml"
VARIABLE = re.compile(r"\$\{(\w+)(?:(:?[-?])([^}]*))?\}")
ANYWHERE = "0.0.0.0"
LOOPBACK = "127.0.0.1"


@dataclass
class Places:
    """Where the services listen here.

    Attributes
    ----------
    ports : dict of str to (int, int)
        By service: its port in compose.yaml, and the one on this machine's loopback.
    """

    ports: dict[str, tuple[int, int]] = field(default_factory=dict)

    def put(self, text: str, own: str) -> str:
        """A value of compose.yaml with this machine's addresses for those of the containers."""
        for name, (inside, here) in self.ports.items():
            text = re.sub(rf"\b{name}:{inside}\b", f"{LOOPBACK}:{here}", text)
        if own in self.ports:
            inside, here = self.ports[own]
            text = re.sub(rf"\b{LOOPBACK}:{inside}\b", f"{LOOPBACK}:{here}", text)
            text = str(here) if text == str(inside) else text
        return LOOPBACK if text == ANYWHERE else text


def service(name: str, variables: dict[str, str], places: Places) -> tuple[list[str], dict]:
    """The command and the environment of a service.

    Parameters
    ----------
    name : str
        As in compose.yaml.
    variables : dict of str to str
        What ``.env`` would say.
    places : Places

    Raises
    ------
    KeyError
        If a variable without a default is not among them; the text is compose.yaml's own.
    """
    said = yaml.safe_load(FILE.read_text("utf-8"))["services"][name]
    environment = {
        key: places.put(substituted(str(value), variables), name)
        for key, value in said.get("environment", {}).items()
    }
    command = [
        places.put(substituted(str(part), variables), name) for part in said.get("command", [])
    ]
    if command[:1] == ["python"]:
        command[0] = sys.executable
    return command, environment


def substituted(text: str, variables: dict[str, str]) -> str:
    """A value with its ``${NAME}``, ``${NAME:-default}`` and ``${NAME:?sentence}`` filled in."""

    def fill(match: re.Match) -> str:
        name, how, rest = match.groups()
        value = variables.get(name)
        if value or (value is not None and not (how or "").startswith(":")):
            return value
        if how and how.endswith("-"):
            return substituted(rest, variables)
        raise KeyError(f"{name}: {rest or 'is not set'}")

    return VARIABLE.sub(fill, text)
