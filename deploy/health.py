"""``python -m deploy.health URL``: whether a service answers; the exit code says it to Docker."""

import sys
import urllib.error
import urllib.request

SECONDS = 4


def main(url: str) -> int:
    """0 where the address answers with success, else 1 and a line that says why."""
    try:
        with urllib.request.urlopen(url, timeout=SECONDS):
            return 0
    except (urllib.error.URLError, OSError, ValueError) as error:
        print(f"{url} does not answer: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2] or [""]))
