"""Keep records; each is stored once."""

import hashlib
import json
from pathlib import Path

from core.db import connect
from core.jobs.store import now


def save(data_dir: Path, records: list[dict]) -> None:
    """Store records; the same forecast from the same data is kept once, as first made."""
    at = now()
    with connect(data_dir) as db:
        for record in records:
            identity = [
                record[key]
                for key in (
                    "market",
                    "symbol",
                    "as_of",
                    "price_version",
                    "pattern_version",
                    "fingerprint",
                )
            ]
            if record.get("peers"):
                identity.append(record["peers"])
            if record.get("reason"):
                # What was lacking may come without a change of the stock's own bars.
                identity.append(record["reason"])
            made = hashlib.sha256(json.dumps(identity).encode()).hexdigest()[:16]
            row = {"id": made, "created": at, **record}
            names = ", ".join(row)
            marks = ", ".join("?" for _ in row)
            db.execute(
                f"INSERT OR IGNORE INTO forecasts ({names}) VALUES ({marks})",  # noqa: S608
                tuple(row.values()),
            )
