"""The proxy's configuration: nginx takes it, and it fits what stands behind it."""

import base64
import hashlib
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import streamlit

from deploy.native import VARIABLES
from deploy.native.composed import Places, service
from deploy.native.proxy import TEMPLATE, make_certificate, rendered

TEXT = TEMPLATE.read_text("utf-8")
SAID = service("proxy", VARIABLES | {"WEEKLENS_HOST": "weeklens.example"}, Places())[1]
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


def test_every_name_of_the_template_is_given_and_no_other():
    wanted = set(re.findall(r"\$\{(\w+)\}", TEXT))
    assert wanted == {name for name in SAID if name.startswith("PROXY_")}
    assert re.fullmatch(r"\^PROXY_", SAID["NGINX_ENVSUBST_FILTER"])


@pytest.mark.skipif(NGINX is None, reason="nginx is not installed (apt-get install nginx-light)")
def test_nginx_takes_the_configuration(tmp_path):
    make_certificate("weeklens.example", tmp_path)
    places = {"PROXY_FOLDER": tmp_path, "PROXY_TLS": tmp_path, "PROXY_FILES": tmp_path}
    config = tmp_path / "nginx.conf"
    config.write_text(rendered(SAID | {name: str(path) for name, path in places.items()}))
    done = subprocess.run(
        [NGINX, "-t", "-e", "stderr", "-c", str(config)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "[warn]" not in done.stderr
    assert "[emerg]" not in done.stderr


def test_the_policy_lets_in_the_one_script_of_streamlits_page_and_no_other():
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text("utf-8")
    inline = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    hashes = {
        "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        for script in inline
    }
    policy = re.search(r"script-src ([^;]+);", TEXT)[1]
    assert set(re.findall(r"'(sha256-[^']+)'", policy)) == hashes
    assert "'unsafe-inline'" not in policy
    assert "'unsafe-eval'" not in policy


def test_no_place_below_drops_the_headers():
    """nginx inherits ``add_header`` only where a place has none of its own."""
    places = re.findall(r"location [^{]+\{(.*?)\n        \}", TEXT, re.DOTALL)
    assert len(places) > 8
    assert [place for place in places if "add_header" in place] == []


def test_who_asks_is_told_by_the_proxy_alone():
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in TEXT
    assert "$proxy_add_x_forwarded_for" not in TEXT
