"""One page that shows the pictures of a folder side by side."""

import html
from pathlib import Path

STYLE = """
body { font: 14px system-ui, sans-serif; margin: 24px; background: #faf8f3; color: #0c1422; }
section { display: flex; gap: 12px; overflow-x: auto; align-items: flex-start; }
figure { margin: 0; } figcaption { color: #596170; padding: 4px 0; }
img { height: 420px; border: 1px solid #d9d2c1; }
"""


def contact_sheet(folder: Path, names: list[str]) -> Path:
    """Write ``index.html``: a row a page, a picture a width, theme and language.

    Parameters
    ----------
    folder : Path
        Holds PAGE-WIDTH-THEME-LANGUAGE.png.
    names : list of str
        The pages, in the order of the rows.

    Returns
    -------
    Path
        The file written.
    """
    rows = []
    for name in names:
        # A page's name may begin another's: stock, stock-record.
        files = [
            file
            for file in sorted(folder.glob(f"{name}-*.png"))
            if file.stem.rsplit("-", 3)[0] == name
        ]
        figures = "".join(
            f'<figure><figcaption>{html.escape(file.stem)}</figcaption><a href="{file.name}">'
            f'<img src="{file.name}" loading="lazy" alt="{html.escape(file.stem)}"></a></figure>'
            for file in files
        )
        rows.append(f"<h2>{html.escape(name)}</h2><section>{figures}</section>")
    written = folder / "index.html"
    written.write_text(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Pages</title>'
        f"<style>{STYLE}</style><h1>Pages</h1>{''.join(rows)}</html>\n",
        encoding="utf-8",
    )
    return written
