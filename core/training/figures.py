"""A run's figures as one page that MLflow's own interface shows, without the app and offline."""

from core.charts.style import FONT, STATIC_CONFIG, palette
from core.charts.training import confusion_chart, loss_chart, reliability_chart
from models.baselines import CLASSES

FIGURES = "figures.html"
"""Artifact of a run. Most of its 5 MB is plotly.js: it must draw without a network."""
THEME = "light"


def figures_page(result: dict) -> str:
    """Loss by epoch, reliability and confusion of the pattern model, as HTML.

    Parameters
    ----------
    result : dict
        What ``core.training.run.work`` returned.
    """
    pattern, colours = result["pattern"], palette(THEME)
    history = pattern["histories"][0] if pattern["histories"] else []
    loss, val_loss = zip(*history, strict=True) if history else ((), ())
    known = None not in val_loss
    epochs = list(range(1, len(loss) + 1))
    figures = {
        "Loss by epoch": loss_chart(epochs, loss, val_loss if known else None, THEME),
        "Reliability: how often the call came, by how probable it was said to be": (
            reliability_chart(pattern["reliability"], THEME)
        ),
        "Confusion: what came (rows) by the most probable class (columns)": (
            confusion_chart(pattern["confusion"], CLASSES, THEME)
        ),
    }
    parts = [
        f"<h2>{title}</h2>"
        + figure.to_html(full_html=False, include_plotlyjs=place == 0, config=STATIC_CONFIG)
        for place, (title, figure) in enumerate(figures.items())
    ]
    return (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'><title>Figures</title>"
        f"<style>body{{background:{colours.paper};color:{colours.ink};font-family:{FONT};"
        "max-width:720px;margin:1.5rem auto;padding:0 1rem}h2{font-size:1rem}</style></head>"
        "<body><p>Reliability and confusion on the recipe's test weeks.</p>"
        + "".join(parts)
        + "</body></html>"
    )
