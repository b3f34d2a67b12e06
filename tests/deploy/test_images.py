"""The images: packages pinned by hash, the same as everywhere, and nothing copied but the app."""

import fnmatch
import re

import pytest
from packaging.utils import canonicalize_name

from core.market import brands, closures, sample
from core.market.sources import sandbox
from core.settings import PROJECT
from tests.test_setup import PINNED, requirements

LOCK = (PROJECT / "deploy" / "requirements.lock").read_text("utf-8")
DOCKERFILE = (PROJECT / "deploy" / "Dockerfile").read_text("utf-8")
LOCKED = re.findall(
    r"^([a-z0-9][\w.\[\],-]*)==([^\s;]+)(.*(?:\n    --hash.*)*)", LOCK, re.MULTILINE
)
SECRET = (".env", "deploy/tls/privkey.pem", ".streamlit/secrets.toml", ".weeklens/weeklens.db")


def name_of(listed: str) -> str:
    return canonicalize_name(listed.split("[")[0])


def copied(path: str) -> bool:
    """Whether .dockerignore lets a file into the image: the last line that fits decides."""
    inside = False
    for line in (PROJECT / ".dockerignore").read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        pattern = line.removeprefix("!").removeprefix("**/")
        parts = path.split("/")
        tried = ["/".join(parts[:end]) for end in range(1, len(parts) + 1)]
        if "**/" in line:
            tried = parts
        if any(fnmatch.fnmatchcase(part, pattern) for part in tried):
            inside = line.startswith("!")
    return inside


def test_the_lock_agrees_with_the_constraints():
    held = {}
    for pin in PINNED:
        held.setdefault(canonicalize_name(pin.name), set()).add(str(pin.specifier)[2:])
    elsewhere = {"httpx2-jsfetch"}  # for a Python inside a browser
    for name, version, _ in LOCKED:
        if name_of(name) not in elsewhere:
            assert version in held[name_of(name)], name


def test_the_lock_holds_all_that_is_required():
    asked = requirements("requirements.txt") + requirements("deploy/requirements.txt")
    have = {name_of(name) for name, _, _ in LOCKED}
    assert {canonicalize_name(each.name) for each in asked} <= have
    assert {"psycopg-binary", "botocore"} <= have


def test_every_package_has_its_hashes():
    assert len(LOCKED) > 150
    assert [name for name, _, more in LOCKED if "--hash=sha256:" not in more] == []
    assert not re.search(r"https?://|file:|--find-links|--index-url", LOCK)
    assert "--require-hashes --only-binary :all:" in DOCKERFILE


@pytest.mark.parametrize("listed", requirements("deploy/requirements.txt"), ids=str)
def test_what_a_server_needs_is_no_part_of_a_laptops_installation(listed):
    laptop = {canonicalize_name(each.name) for each in requirements("requirements.txt")}
    assert canonicalize_name(listed.name) not in laptop


@pytest.mark.parametrize("path", SECRET)
def test_no_secret_gets_into_an_image(path):
    assert not copied(path)


def test_what_the_app_reads_and_runs_is_copied():
    needed = [sandbox.REQUIREMENTS, brands.SHIPPED, closures.SHIPPED, sample.SAMPLE_FILE]
    needed += [PROJECT / name for name in ("app.py", "navigation.py", ".streamlit/config.toml")]
    for folder in ("api", "core", "models", "pages", "static", "data"):
        needed += (
            path for path in (PROJECT / folder).rglob("*") if "__pycache__" not in path.parts
        )
    assert [path for path in needed if not copied(path.relative_to(PROJECT).as_posix())] == []
    services = ("health", "model_store", "compress")
    assert all(copied(f"deploy/{name}.py") for name in ("__init__", *services))


@pytest.mark.parametrize(
    "path",
    ["tests/conftest.py", "tools/run.py", "deploy/native/proxy.py", "deploy/checking/edge.py"],
)
def test_what_only_developers_need_is_not(path):
    assert not copied(path)
    assert (PROJECT / path).exists()
