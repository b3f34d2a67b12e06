"""Whether Weeklens lives, and whether it is ready."""

from typing import Literal

from pydantic import Field

from api.models.common import Answer, example


class Health(Answer):
    """It answers."""

    model_config = example(status="ok", version="1.0")
    status: Literal["ok"] = "ok"
    version: str


class Ready(Answer):
    """What everything else needs."""

    model_config = example(ready=True, database="ok", models="ok", runner="running")
    ready: bool
    database: Literal["ok", "not available"]
    models: Literal["ok", "not available"] = Field(description="MLflow's store.")
    runner: Literal["running", "none"] = Field(
        description="Whether a server does the jobs of this data folder; without one they wait."
    )
