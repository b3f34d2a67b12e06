"""What a process of the app may load: a page reads records and computes no model."""

import json
import subprocess
import sys

from core.settings import PROJECT

HEAVY = (
    "authlib",
    "httpx2",
    "joserfc",
    "keras",
    "matplotlib",
    "mcp",
    "onnx",
    "onnxruntime",
    "sklearn",
    "talib",
    "tensorflow",
)
LOOK = """
import importlib, json, sys
from pathlib import Path
import api.signed_in, core.startup
for part in sorted(Path("pages/parts").glob("*.py")):
    importlib.import_module(f"pages.parts.{part.stem}")
print(json.dumps([name for name in sys.argv[1:] if name in sys.modules]))
"""


def test_the_app_loads_no_library_that_only_training_needs():
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", LOOK, *HEAVY],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout.splitlines()[-1]) == []
