"""compose.yaml: it fits the specification, and each service is as shut in as it can be."""

import json
import re
from importlib.resources import files

import pytest
import yaml
from jsonschema import Draft7Validator

from core.settings import PROJECT, Settings
from deploy.native.composed import VARIABLE

TEXT = (PROJECT / "compose.yaml").read_text("utf-8")
COMPOSE = yaml.safe_load(TEXT)
SERVICES = COMPOSE["services"]
EXAMPLE = (PROJECT / "deploy" / ".env.example").read_text("utf-8")
DOCKERFILE = (PROJECT / "deploy" / "Dockerfile").read_text("utf-8")
DIGEST = re.compile(r"[\w./-]+:[\w.-]+@sha256:[0-9a-f]{64}")
EVERY = pytest.mark.parametrize("name", SERVICES)


def filled_in() -> set[str]:
    """Names of the example's lines ``NAME=value``."""
    return set(re.findall(r"^(\w+)=", EXAMPLE, re.MULTILINE))


def networks(name: str) -> set[str]:
    return set(SERVICES[name]["networks"])


def test_it_fits_the_compose_specification():
    schema = files("check_jsonschema") / "builtin_schemas" / "vendor" / "compose-spec.json"
    validator = Draft7Validator(json.loads(schema.read_text("utf-8")))
    wrong = [f"{list(error.path)}: {error.message}" for error in validator.iter_errors(COMPOSE)]
    assert wrong == []
    assert list(validator.iter_errors(COMPOSE | {"servces": {}})), "this schema refuses nothing"


def test_the_example_names_every_variable_and_no_other():
    used = {match[1] for match in VARIABLE.finditer(TEXT)}
    assert used == filled_in()


def test_every_variable_of_the_example_has_a_comment_above():
    lines = EXAMPLE.splitlines()
    blocks = [
        block.splitlines()
        for block in re.split(r"\n(?=#)", EXAMPLE)
        if re.search(r"^\w+=", block, re.MULTILINE)
    ]
    assert all(block[0].startswith("#") for block in blocks)
    assert lines[0].startswith("#")


def test_no_secret_has_a_default():
    for name in ("WEEKLENS_COOKIE_SECRET", "POSTGRES_PASSWORD", "S3_SECRET_KEY"):
        assert re.search(rf"^{name}=$", EXAMPLE, re.MULTILINE)
        ways = {
            (match[2] or "", bool(match[3]))
            for match in VARIABLE.finditer(TEXT)
            if match[1] == name
        }
        assert (":?", True) in ways, f"nobody is told to fill in {name}"
        assert ways <= {(":?", True), ("", False)}


def test_defaults_of_the_file_are_those_of_the_example():
    said = dict(re.findall(r"^(\w+)=(.+)$", EXAMPLE, re.MULTILINE))
    for match in VARIABLE.finditer(TEXT):
        if match[2] == ":-":
            assert said[match[1]] == match[3]


@EVERY
def test_a_service_is_pinned_by_its_content(name):
    service = SERVICES[name]
    if "build" not in service:
        assert DIGEST.fullmatch(service["image"])
        return
    target = service["build"]["target"]
    base = re.search(rf"^FROM \$\{{(\w+)\}} AS {target}$", DOCKERFILE, re.MULTILINE)[1]
    assert DIGEST.fullmatch(re.search(rf"^ARG {base}=(\S+)$", DOCKERFILE, re.MULTILINE)[1])


@EVERY
def test_a_service_says_whether_it_is_well(name):
    assert {"test", "interval", "timeout", "retries"} <= set(SERVICES[name]["healthcheck"])


@EVERY
def test_a_service_can_write_nowhere_but_in_its_volumes_and_gains_no_rights(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert "privileged" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert any(place.startswith("/tmp:") for place in service["tmpfs"])


@EVERY
def test_a_service_is_limited_and_comes_back(name):
    service = SERVICES[name]
    assert service["restart"] == "unless-stopped"
    assert service["mem_limit"]
    assert service["pids_limit"]
    assert service["logging"]["options"]["max-size"]


@EVERY
def test_a_service_waits_for_what_it_needs_to_be_well(name):
    for needed, how in SERVICES[name].get("depends_on", {}).items():
        assert needed in SERVICES
        assert how["condition"] == "service_healthy"


@EVERY
def test_nobody_is_root(name):
    if user := SERVICES[name].get("user"):
        assert user.split(":")[0] not in ("0", "root")
        return
    stage = DOCKERFILE.split(f" AS {SERVICES[name]['build']['target']}\n")[1].split("\nFROM ")[0]
    assert re.findall(r"^USER (\S+)$", stage, re.MULTILINE)[-1].split(":")[0] not in ("0", "root")


def test_only_the_proxy_is_published():
    assert [name for name in SERVICES if "ports" in SERVICES[name]] == ["proxy"]


def test_who_can_reach_whom():
    for hidden in ("postgres", "s3"):
        meets = {name for name in SERVICES if networks(name) & networks(hidden)} - {hidden}
        assert meets <= {"mlflow", "postgres", "s3"}
    assert not networks("proxy") & networks("mlflow")
    inside = {name for name, said in COMPOSE["networks"].items() if (said or {}).get("internal")}
    assert networks("mlflow") <= inside
    assert networks("postgres") | networks("s3") <= inside


SECRETS = ("POSTGRES_PASSWORD", "S3_SECRET_KEY", "WEEKLENS_COOKIE_SECRET")


def test_keys_are_given_to_those_alone_who_use_them():
    holders = {
        secret: {
            name for name in SERVICES if f"${{{secret}" in json.dumps(SERVICES[name]["environment"])
        }
        for secret in SECRETS
    }
    assert holders["POSTGRES_PASSWORD"] == {"mlflow", "postgres"}
    assert holders["S3_SECRET_KEY"] == {"mlflow", "s3"}
    assert holders["WEEKLENS_COOKIE_SECRET"] == {"app"}


@EVERY
def test_who_reads_the_whole_of_env_gets_no_key_by_it(name):
    """What stands in ``environment`` goes before ``env_file``."""
    if "env_file" in SERVICES[name]:
        assert {SERVICES[name]["environment"][secret] for secret in SECRETS} == {""}


@pytest.mark.parametrize("name", ["app", "api"])
def test_settings_are_known_and_both_work_on_one_folder(name):
    said = SERVICES[name]["environment"]
    known = {f"WEEKLENS_{field.upper()}" for field in Settings.model_fields}
    given = {key for key, value in said.items() if key.startswith("WEEKLENS_") and value}
    assert given <= known
    assert said["WEEKLENS_DATA_DIR"] == "/data/weeklens"
    assert "data:/data" in SERVICES[name]["volumes"]


def test_the_app_listens_to_the_proxys_name_alone():
    said = SERVICES["app"]["environment"]
    assert said["STREAMLIT_BROWSER_SERVER_ADDRESS"].startswith("${WEEKLENS_HOST")
    assert said["STREAMLIT_SERVER_ALLOWED_HOSTS"] == "${WEEKLENS_HOST} 127.0.0.1"


def test_an_upload_has_one_limit_everywhere():
    limit = "${WEEKLENS_MAX_UPLOAD_MB:-200}"
    for name, key in (
        ("app", "WEEKLENS_MAX_UPLOAD_MB"),
        ("app", "STREAMLIT_SERVER_MAX_UPLOAD_SIZE"),
        ("api", "WEEKLENS_MAX_UPLOAD_MB"),
        ("proxy", "PROXY_BODY_MB"),
    ):
        assert SERVICES[name]["environment"][key] == limit


def test_every_volume_and_network_is_used():
    used = {place for service in SERVICES.values() for place in service["networks"]}
    assert used == set(COMPOSE["networks"])
    mounted = {
        volume.split(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", [])
        if re.match(r"\w", volume)
    }
    assert mounted == set(COMPOSE["volumes"])


def test_the_guide_names_no_variable_that_is_not_there():
    guide = (PROJECT / "docs" / "server.md").read_text("utf-8")
    known = filled_in() | {f"WEEKLENS_{field.upper()}" for field in Settings.model_fields}
    named = set(re.findall(r"`(WEEKLENS_[A-Z_]*[A-Z])`", guide))
    assert len(named) > 5
    assert named <= known
