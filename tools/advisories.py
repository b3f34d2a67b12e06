"""Known vulnerabilities of the pinned packages, asked of the advisories behind PyPI by pip-audit.

    python -m tools.advisories

Exit code 1 where a package has one that is not accepted below, or an acceptance has run out. pip-audit
calls packages that it could not ask about "no known vulnerabilities"; here they are counted, and
where none could be asked about (a machine without network, a mirror without advisories), the last
line says that nothing is known.
"""  # noqa: E501

import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

PINNED = Path(__file__).resolve().parent.parent / "constraints.txt"
SECONDS = 300


@dataclass(frozen=True)
class Accepted:
    """An advisory that is lived with: why, and until when at most."""

    why: str
    until: date


ACCEPTED: dict[str, Accepted] = {}
"""By the advisory's identifier or one of its aliases (CVE-…, GHSA-…, PYSEC-…)."""


def asked() -> list[dict]:
    """What pip-audit says of each package that is pinned; see its JSON format.

    Raises
    ------
    ConnectionError
        If no advisory service can be reached.
    """
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(PINNED), "--no-deps"]
    command += ["--disable-pip", "--format", "json", "--progress-spinner", "off"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
        return json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, json.JSONDecodeError):
        raise ConnectionError("no advisory service answers") from None


def judged(
    packages: list[dict], accepted: dict[str, Accepted], today: date
) -> tuple[list[str], int]:
    """The vulnerabilities that must be mended, a line each, and how many packages were asked about.

    Parameters
    ----------
    packages : list of dict
        As pip-audit gives them: name, version and vulns, or name and skip_reason.
    accepted : dict of str to Accepted
    today : date
        An acceptance holds until the end of its last day.
    """
    lines, known = [], 0
    for package in packages:
        if "skip_reason" in package:
            continue
        known += 1
        for found in package["vulns"]:
            names = [found["id"], *found.get("aliases", [])]
            kept = next((accepted[name] for name in names if name in accepted), None)
            if kept is not None and today <= kept.until:
                continue
            mended = ", ".join(found.get("fix_versions", [])) or "no version yet"
            ran_out = f"; accepted until {kept.until}: {kept.why}" if kept else ""
            lines.append(
                f"{package['name']} {package['version']}: {' / '.join(names)}, mended in {mended}"
                f"{ran_out}"
            )
    return lines, known


def main() -> int:
    """0 where nothing is known against the pinned packages."""
    try:
        packages = asked()
    except ConnectionError:
        packages = []
    lines, known = judged(packages, ACCEPTED, datetime.now(UTC).date())
    for line in lines:
        print(line)
    if not known:
        print("Advisories: none could be asked for here, so nothing is known of the packages.")
    else:
        print(f"Advisories: {known} of {len(packages)} packages asked about, {len(lines)} to mend.")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
