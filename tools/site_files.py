"""A hook of MkDocs: the app's own typefaces, logo and icon go into the documentation's site.

So there is one copy of each in the project, and the site fetches nothing from outside.
"""

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

STATIC = Path(__file__).resolve().parent.parent / "static"
TAKEN = ("logo.svg", "favicon.png", "fonts/*")


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add them under ``assets/static``."""
    for pattern in TAKEN:
        for file in sorted(STATIC.glob(pattern)):
            place = f"assets/static/{file.relative_to(STATIC).as_posix()}"
            files.append(File.generated(config, place, abs_src_path=str(file)))
    return files
