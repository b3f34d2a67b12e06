"""Build the typefaces of shared pictures from those of the pages.

A picture is drawn without a browser, by a library that reads one TrueType file a
weight, and the pages' fonts are cut by script and variable. Run
``pip install fonttools==4.68.0 brotli==1.2.1`` first, then
``python -m tools.make_fonts [FOLDER]``. No outline is changed.
"""

import sys
import tempfile
from pathlib import Path

from fontTools import subset
from fontTools.merge import Merger
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

from core.share.text import LETTERS

ROOT = Path(__file__).resolve().parent.parent
CUT = ROOT / "static" / "fonts"
OUT = ROOT / "core" / "share" / "fonts"
FACES = {
    "Inter-Regular": ("inter", 400),
    "Inter-SemiBold": ("inter", 600),
    "Newsreader-SemiBold": ("newsreader", 600),
}
SCRIPTS = ("latin", "vietnamese", "latin-ext")
REVISED = 3_786_912_000
"""Of every file, in seconds since 1904: the same input makes the same bytes."""


def cut(script: Path, weight: int, letters: set[int], into: Path) -> set[int]:
    """One weight and some letters of one variable file; returns the letters it had."""
    font = instantiateVariableFont(TTFont(script), {"wght": weight}, inplace=True)
    found = letters & set(font.getBestCmap())
    options = subset.Options(
        layout_features=["kern"],
        hinting=False,
        notdef_outline=True,
        name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14],
        drop_tables=["STAT", "GSUB", "GDEF", "DSIG"],
    )
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=found)
    cutter.subset(font)
    font.save(into)
    return found


def build(family: str, weight: int, name: str) -> TTFont:
    """One TrueType file out of the family's scripts."""
    missing, files = set(LETTERS), []
    with tempfile.TemporaryDirectory() as folder:
        for script in SCRIPTS:
            file = Path(folder) / f"{script}.ttf"
            missing -= cut(CUT / f"{family}-{script}.woff2", weight, missing, file)
            files.append(str(file))
        font = Merger().merge(files)
    full, style = name.replace("-", " "), name.split("-")[1]
    for record in font["name"].names:
        told = {1: full, 2: "Regular", 3: name, 4: full, 6: name, 16: full, 17: style}
        if record.nameID in told:
            record.string = told[record.nameID]
    font["head"].created = font["head"].modified = REVISED
    font.recalcTimestamp = False
    return font


def main(folder: Path) -> None:
    """Write the three files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (family, weight) in FACES.items():
        font = build(family, weight, name)
        font.save(folder / f"{name}.ttf")
        print(f"{name}.ttf: {len(font.getBestCmap())} characters")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else OUT)
