"""Every setting of the product, in one place.

Values come from the environment, then from a ``.env`` file in the
project, then from the defaults below. All names start with ``WEEKLENS_`` except
``MLFLOW_TRACKING_URI`` and ``VNSTOCK_API_KEY``, which keep the names their users know.
"""

import re
from datetime import date
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from core.errors import UserError
from core.quiet import quieten

PROJECT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Settings of one running Weeklens.

    Attributes
    ----------
    data_dir : Path
        The one folder everything is written to.
    tracking_uri : str
        MLflow tracking server; empty means SQLite inside ``data_dir``.
    train_sample : bool
        Whether the very first start trains on the sample data by itself.
    horizon_weeks : int
        Weeks from the as-of Friday to the target Friday.
    band : float
        Half-width of SIDEWAYS as a simple return; 0.01 is 1 %.
    vn_close, us_close : str
        Local time (HH:MM) from which a session's last bar counts as final.
    max_upload_mb : int
        Largest file the Data page accepts.
    vn_source, us_source : str
        Where new symbols of a market are fetched from: ``vnstock``, ``yahoo``, ``file``.
    files_dir : Path or None
        Folder the source ``file`` reads (its subfolders VN and US); ``inbox`` in the data
        folder by default.
    history_start : date
        First day asked for of a new symbol.
    vn_wide_bands : dict of str to float
        Price band of a first day and after a long halt, by exchange; as JSON in the
        environment. Not confirmed from a second source, hence a setting.
    vnstock_feed : str
        The broker vnstock asks: ``kbs`` or ``vci``.
    vnstock_api_key : SecretStr
        Raises vnstock's limit; handed to its process alone.
    gate_stale_weeks : int
        Weeks that the last outcome a version learned from may lie behind the newest one known,
        for it to pass the gate to production.
    source_timeout : float
        Seconds a source may take for one answer.
    source_patience : float
        Longest wait, in seconds, that a source may ask for before its symbol counts as failed.
    jobs_at_once : int
        How many jobs may run side by side.
    job_memory_mb : int
        Memory that a job's processes may hold together before it is ended; 0 is no limit.
    job_silence_minutes : float
        Minutes without a step after which a job counts as hanging and is ended; 0 is never.
    api_per_minute : int
        Requests that each token, or each address without one, may make to the API in a minute;
        0 is no limit.
    proxies : str
        Addresses or networks of the proxies in front, with commas between; a request that comes
        from one of them is counted as that of the address it passes on.
    dask : str
        Scheduler of a Dask cluster, ``tcp://host:port``, whose workers walk forward; empty
        means processes of this machine.
    url : str
        Where a reader's browser reaches this Weeklens; the links in alerts begin with it.
    channels : dict of str to SecretStr
        Channels of alerts by name, an Apprise address each, beside those entered on the Alerts
        page; as JSON in the environment.
    chat_url, chat_model : str
        An OpenAI-compatible endpoint (``https://host/v1``) and its model, which then words the
        answers of the Ask page; empty: none is asked, and nothing leaves the machine.
    chat_key : SecretStr
        Its key; never shown nor logged.
    chat_seconds : float
        How long the endpoint may take for one question, all its rounds together.
    chat_jobs : bool
        Whether a training or refresh may be asked for in words, by who may start one.
    """

    model_config = SettingsConfigDict(
        env_prefix="WEEKLENS_",
        env_file=PROJECT / ".env",
        env_ignore_empty=True,  # an empty data_dir would be the working folder
        extra="ignore",
        populate_by_name=True,
    )

    data_dir: Path = PROJECT / ".weeklens"
    tracking_uri: str = Field(
        default="",
        validation_alias=AliasChoices("MLFLOW_TRACKING_URI", "WEEKLENS_TRACKING_URI"),
    )
    train_sample: bool = True
    horizon_weeks: int = Field(default=4, ge=1, le=13)
    band: float = Field(default=0.01, gt=0, lt=0.2)
    vn_close: str = "15:15"
    us_close: str = "16:15"
    max_upload_mb: int = Field(default=200, ge=1, le=2000)
    vn_source: Literal["vnstock", "yahoo", "file"] = "vnstock"
    us_source: Literal["yahoo", "file"] = "yahoo"
    files_dir: Path | None = None
    history_start: date = date(2015, 1, 1)
    vn_wide_bands: dict[Literal["HOSE", "HNX", "UPCOM"], Annotated[float, Field(gt=0, lt=1)]] = {
        "HOSE": 0.20,
        "HNX": 0.30,
        "UPCOM": 0.40,
    }
    vnstock_feed: Literal["kbs", "vci"] = "kbs"
    vnstock_api_key: SecretStr = Field(
        default=SecretStr(""),
        validation_alias=AliasChoices("VNSTOCK_API_KEY", "WEEKLENS_VNSTOCK_API_KEY"),
    )
    gate_stale_weeks: int = Field(default=13, ge=1, le=520)
    source_timeout: float = Field(default=60.0, gt=0, le=600)
    source_patience: float = Field(default=900.0, ge=0, le=7200)
    jobs_at_once: int = Field(default=1, ge=1, le=8)
    job_memory_mb: int = Field(default=0, ge=0)
    job_silence_minutes: float = Field(default=30.0, ge=0)
    api_per_minute: int = Field(default=1200, ge=0)
    proxies: str = ""
    dask: str = Field(default="", pattern=r"^((tcp|tls)://\S+)?$")
    url: str = Field(default="http://127.0.0.1:8501", pattern=r"^https?://[^\s?#]+$")
    channels: dict[str, SecretStr] = Field(default={}, max_length=20)

    chat_url: str = Field(default="", pattern=r"^(https?://[^\s/]+\S*)?$")
    chat_model: str = ""
    chat_key: SecretStr = SecretStr("")
    chat_seconds: float = Field(default=60.0, gt=0, le=600)
    chat_jobs: bool = False

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().resolve()

    def files_folder(self, data_dir: Path) -> Path:
        """The folder the source ``file`` reads."""
        return (self.files_dir or data_dir / "inbox").expanduser().resolve()

    @field_validator("proxies")
    @classmethod
    def _networks(cls, value: str) -> str:
        networks(value)
        return value

    @field_validator("vn_wide_bands")
    @classmethod
    def _every_exchange(cls, value: dict[str, float]) -> dict[str, float]:
        if missing := {"HOSE", "HNX", "UPCOM"} - set(value):
            raise ValueError(f"{' and '.join(sorted(missing))} is missing")
        return value

    @property
    def mlflow_uri(self) -> str:
        """The tracking URI in force; a file under ``data_dir`` by default."""
        return self.tracking_uri or f"sqlite:///{self.data_dir / 'mlflow' / 'mlflow.db'}"


@lru_cache(maxsize=4)
def networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """The networks of a list with commas between; an address alone is a network of one.

    Raises
    ------
    ValueError
        If a part is neither.
    """
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read once; libraries are told to keep inside them.

    Raises
    ------
    UserError
        If a variable does not fit; the sentence names it.
    """
    try:
        made = Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = f"WEEKLENS_{first['loc'][0]}".upper()
        raise UserError(f"The setting {name} does not fit: {first['msg']}.") from None
    except SettingsError as error:  # what should be JSON is none; the sentence must not quote it
        name = re.search(r'field "(\w+)"', str(error))
        said = f"WEEKLENS_{name[1]}".upper() if name else "in JSON"
        raise UserError(f"The setting {said} does not fit: it must be JSON.") from None
    quieten(made.data_dir)
    return made
