"""The set-up itself: pins, licences, the Makefile's manners, the server's settings."""

import os
import re
import shutil
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.core.access.signing_in import switch_on
from tools import run

PROJECT = Path(__file__).resolve().parents[1]
CONFIG = tomllib.loads((PROJECT / ".streamlit" / "config.toml").read_text())
FACES = CONFIG["theme"]["fontFaces"]
SUPPORTED = ("3.11", "3.12", "3.13")
# A make inside a make would say so in its messages.
NOT_INHERITED = ("PYTHON", "MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES")


def requirement_lines(name):
    lines = (PROJECT / name).read_text().splitlines()
    return [line for line in lines if line.strip() and not line.startswith(("#", "-r "))]


def requirements(name):
    return [Requirement(line.split("#")[0].strip()) for line in requirement_lines(name)]


LISTS = ("requirements.txt", "requirements-test.txt", "requirements-docs.txt")
REQUIRED = [one for name in LISTS for one in requirements(name)]
PINNED = requirements("constraints.txt")


def test_every_package_is_pinned_to_one_version():
    pin = re.compile(r"==[0-9][0-9a-z.]*")
    assert [str(r) for r in REQUIRED + PINNED if not pin.fullmatch(str(r.specifier))] == []


@pytest.mark.parametrize("name", LISTS)
def test_every_requirement_says_why(name):
    assert [line for line in requirement_lines(name) if not re.search(r" # \S.{5,}", line)] == []


def test_constraints_agree_with_requirements():
    held = {}
    for pin in PINNED:
        held.setdefault(canonicalize_name(pin.name), set()).add(str(pin.specifier))
    for requirement in REQUIRED:
        assert held[canonicalize_name(requirement.name)] == {str(requirement.specifier)}


@pytest.mark.parametrize("python", SUPPORTED)
@pytest.mark.parametrize(
    ("system", "machine", "expected"),
    [
        ("linux", "x86_64", "tensorflow-cpu"),
        ("linux", "aarch64", "tensorflow"),
        ("darwin", "arm64", "tensorflow"),
    ],
)
def test_each_machine_gets_one_tensorflow(python, system, machine, expected):
    where = {
        "sys_platform": system,
        "platform_machine": machine,
        "python_version": python,
        "python_full_version": f"{python}.1",
    }
    for listed in (REQUIRED, PINNED):
        fitting = [r.name for r in listed if r.marker is None or r.marker.evaluate(where)]
        assert [name for name in fitting if name.startswith("tensorflow")] == [expected]


def test_vnstock_is_not_required():
    assert [r for r in REQUIRED + PINNED if "vnstock" in r.name.lower()] == []


@pytest.mark.parametrize("name", [*LISTS, "constraints.txt", "Makefile"])
def test_no_registry_or_machine_path_is_named(name):
    text = (PROJECT / name).read_text()
    assert re.findall(r"--(?:extra-)?index-url\s|--find-links\s|https?://(?!\$)\S+", text) == []
    assert re.findall(r"(?<![\w$.])/(?:root|home|work|Users)/\S*", text) == []


def test_the_server_stays_on_this_machine_and_asks_nothing():
    server = CONFIG["server"]
    assert server["address"] == CONFIG["browser"]["serverAddress"] == "127.0.0.1"
    assert set(server["allowedHosts"]) == {"127.0.0.1", "localhost"}
    assert server["headless"] is True
    assert server["showEmailPrompt"] is False
    assert server["enableCORS"] is server["enableXsrfProtection"] is True


def test_nothing_is_reported_or_shown_that_should_not_be():
    assert CONFIG["browser"]["gatherUsageStats"] is False
    assert CONFIG["client"]["showErrorDetails"] == "none"
    assert CONFIG["client"]["showErrorLinks"] is False
    assert CONFIG["client"]["toolbarMode"] == "viewer"


def test_streamlit_knows_every_setting():
    code = (
        "from streamlit import config; config.get_config_options(force_reparse=True); "
        "print(config.get_option('client.showErrorDetails'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "none"
    assert "not a valid config option" not in done.stdout + done.stderr


def test_the_theme_names_no_address_outside():
    text = (PROJECT / ".streamlit" / "config.toml").read_text()
    settings = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    assert "://" not in settings


@pytest.mark.parametrize("face", FACES, ids=lambda face: Path(face["url"]).name)
def test_each_font_is_ours_and_licensed(face):
    assert face["url"].startswith("app/static/fonts/")
    file = PROJECT / face["url"].removeprefix("app/")
    assert file.read_bytes()[:4] == b"wOF2"
    licence = (file.parent / f"OFL-{face['family']}.txt").read_text()
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence


@pytest.mark.parametrize("family", ["Inter", "Newsreader"])
def test_fonts_cover_vietnamese(family):
    ranges = ",".join(face["unicodeRange"] for face in FACES if face["family"] == family)
    covered = set()
    for part in ranges.split(","):
        first, _, last = part.removeprefix("U+").partition("-")
        covered |= set(range(int(first, 16), int(last or first, 16) + 1))
    assert [c for c in "Thị trường chứng khoán Đặng Ỹ ₫ 1.234,5 % −" if ord(c) not in covered] == []


def test_every_static_file_is_accounted_for():
    notes = (PROJECT / "static" / "README.md").read_text()
    named = [part for part in re.findall(r"`([^`]+)`", notes) if "/" in part or "." in part]
    unnamed = [
        file.relative_to(PROJECT / "static").as_posix()
        for file in (PROJECT / "static").rglob("*")
        if file.is_file() and not any(file.match(pattern) for pattern in [*named, "README.md"])
    ]
    assert unnamed == []


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def faded(colour, background, opacity=0.6):
    mixed = (
        round(int(colour[i : i + 2], 16) * opacity + int(background[i : i + 2], 16) * (1 - opacity))
        for i in (1, 3, 5)
    )
    return "#" + "".join(f"{part:02x}" for part in mixed)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_text_has_the_contrast_of_wcag_aa(mode):
    theme = CONFIG["theme"][mode]
    papers = [theme["backgroundColor"], theme["secondaryBackgroundColor"]]
    papers += theme["sidebar"].values()
    texts = [theme["textColor"], theme["linkColor"]]
    texts += [value for name, value in theme.items() if name.endswith("TextColor")]
    assert min(contrast(text, paper) for text in texts for paper in papers) >= 4.5
    # Captions are drawn at 60 %; primary buttons carry white text.
    captions = (contrast(faded(theme["textColor"], paper), paper) for paper in papers)
    assert min(captions) >= 4.5
    assert contrast("#ffffff", theme["primaryColor"]) >= 4.5


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_chart_colours_stand_out(mode):
    theme = CONFIG["theme"][mode]
    paper = theme["backgroundColor"]
    assert min(contrast(c, paper) for c in theme["chartCategoricalColors"]) >= 4.5
    assert contrast(theme["primaryColor"], paper) >= 3


@pytest.fixture
def copy(tmp_path):
    """The files of the set-up alone, in a folder with a space in its name and without .venv."""
    folder = tmp_path / "my copy"
    shutil.copytree(PROJECT / "tools", folder / "tools")
    for name in ("Makefile", "requirements.txt", "requirements-test.txt", "constraints.txt"):
        shutil.copy(PROJECT / name, folder)
    return folder


def make(folder, *arguments, **env):
    if shutil.which("make") is None:
        pytest.skip("make is not installed")
    inherited = {k: v for k, v in os.environ.items() if k not in NOT_INHERITED}
    return subprocess.run(
        ["make", "--no-print-directory", *arguments],
        cwd=folder,
        env=inherited | env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def fake_python(path, version):
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\necho {version}\n" if version else "#!/bin/sh\nexit 127\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize("version", ["2.7", "3.9", "3.10", "3.14", "4.0"])
def test_a_wrong_python_gets_one_sentence(copy, version):
    python = fake_python(copy / "bin" / "python", version)
    done = make(copy, "run", f"PYTHON={python}")
    said = [line for line in done.stderr.splitlines() if not line.startswith("make: ")]
    assert done.returncode != 0
    assert said == [
        f"Weeklens needs Python 3.11 to 3.13, but PYTHON={python} is {version}: "
        "name another with make PYTHON=/path/to/python3.12."
    ]
    assert done.stdout == ""
    assert not (copy / ".venv").exists()


def test_a_python_that_does_not_run_gets_one_sentence(copy):
    done = make(copy, "run", "PYTHON=no-such-python")
    said = [line for line in done.stderr.splitlines() if not line.startswith("make: ")]
    assert len(said) == 1
    assert "PYTHON=no-such-python does not run" in said[0]


def test_no_fitting_python_on_path_gets_one_sentence(copy):
    # What a version manager leaves: names that exist and fail, and an old python3.
    tools = copy / "bin"
    for name in ("python3.13", "python3.12", "python3.11"):
        fake_python(tools / name, None)
    fake_python(tools / "python3", "3.9")
    for name in ("sh", "cat", "cksum", "dirname", "rm"):
        (tools / name).symlink_to(shutil.which(name))
    make_path = shutil.which("make")
    (tools / "make").symlink_to(make_path)
    done = make(copy, "run", PATH=str(tools))
    said = [line for line in done.stderr.splitlines() if not line.startswith("make: ")]
    assert said == [
        "Weeklens needs Python 3.11 to 3.13 and found none on PATH: "
        "install one, or name it with make PYTHON=/path/to/python3.12."
    ]


def test_a_failed_installation_is_tried_again_until_it_is_done(copy):
    # No package is asked for that is not there, so this needs no network.
    for name in ("requirements.txt", "requirements-test.txt", "constraints.txt"):
        (copy / name).write_text("")
    (copy / "requirements.txt").write_text("./missing-package\n")
    first = make(copy, "setup", f"PYTHON={sys.executable}")
    again = make(copy, "setup", f"PYTHON={sys.executable}")
    assert first.returncode != 0
    assert again.returncode != 0
    assert "the next make goes on from here" in again.stderr

    (copy / "requirements.txt").write_text("")
    mended = make(copy, "setup", f"PYTHON={sys.executable}")
    settled = make(copy, "setup", f"PYTHON={sys.executable}")
    assert mended.returncode == settled.returncode == 0
    assert "Installing" in mended.stdout
    assert settled.stdout == ""


def test_a_taken_port_leads_to_the_next():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert port < run.free_port("127.0.0.1", port) < port + run.PORTS_TRIED


@pytest.mark.parametrize("text", ["0", "65536", "-1", "http", ""])
def test_a_wrong_port_gets_one_sentence(text):
    with pytest.raises(SystemExit, match="is no port"):
        run.port_number(text)


@pytest.mark.parametrize("host", ["no.such.host.invalid", "203.0.113.7", "::g"])
def test_a_wrong_host_gets_one_sentence(host):
    with pytest.raises(SystemExit, match="is no address of this machine"):
        run.free_port(host, 8501)


@pytest.mark.parametrize(
    ("host", "expected"),
    [("127.0.0.1", "http://127.0.0.1:8501"), ("::1", "http://[::1]:8501")],
)
def test_the_printed_address_can_be_opened(host, expected):
    assert run.address(host, 8501) == expected


def test_clean_keeps_the_data_folder(copy):
    for name in (".venv", ".weeklens", ".pytest_cache", "core/__pycache__"):
        (copy / name).mkdir(parents=True)
    assert make(copy, "clean").returncode == 0
    kept = sorted(path.name for path in copy.iterdir() if path.is_dir())
    assert kept == [".weeklens", "core", "tools"]
    assert list((copy / "core").iterdir()) == []


def test_help_names_every_command(copy):
    said = make(copy, "help").stdout
    for target in ("run", "test", "test-long", "lint", "bench", "docs", "mlflow", "clean"):
        assert re.search(rf"^make {target} ", said, re.MULTILINE)


def test_where_people_sign_in_is_told_and_half_of_it_is_refused(data_dir, monkeypatch):
    assert run.signing_in_at() == ""
    switch_on(monkeypatch)
    assert run.signing_in_at() == "https://weeklens.desk.example"
    switch_on(monkeypatch, WEEKLENS_OIDC_OWNERS="")
    with pytest.raises(SystemExit, match="WEEKLENS_OIDC_OWNERS is missing"):
        run.signing_in_at()
