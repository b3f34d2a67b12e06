"""``python -m deploy.compress FROM TO``: Streamlit's files with a compressed twin each.

Compressed once as hard as gzip can, instead of by the proxy for every visitor.
"""

import gzip
import shutil
import sys
from pathlib import Path

TEXT = frozenset({".js", ".css", ".svg", ".json", ".html", ".wasm", ".txt"})
SMALLEST = 1000
"""Bytes; less is not worth a second file."""


def compress(source: Path, target: Path) -> tuple[int, int]:
    """Copy a folder, with ``NAME.gz`` beside every text file.

    Returns
    -------
    (int, int)
        Bytes of the files that were compressed, before and after.
    """
    before = after = 0
    for file in sorted(source.rglob("*")):
        if not file.is_file() or file.suffix == ".map":
            continue
        copy = target / file.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
        if file.suffix not in TEXT or file.stat().st_size < SMALLEST:
            continue
        plain = file.read_bytes()
        packed = gzip.compress(plain, 9, mtime=0)
        copy.with_name(copy.name + ".gz").write_bytes(packed)
        before, after = before + len(plain), after + len(packed)
    return before, after


if __name__ == "__main__":
    before, after = compress(*map(Path, sys.argv[1:3]))
    print(f"{before} bytes of text, {after} compressed")
