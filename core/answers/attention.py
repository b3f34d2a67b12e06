"""Tool: what wants a person's attention."""

from pathlib import Path

from core.answers.arguments import Arguments
from core.answers.result import Link, Result
from core.home import notices
from core.language import _, ngettext


class AttentionArguments(Arguments):
    """Nothing to say."""


def attention(data_dir: Path, asked: AttentionArguments) -> Result:
    """Failed jobs, late or doubtful prices, forecasts or versions that have aged."""
    found = notices(data_dir)
    if not found:
        facts = (_("Nothing: prices, jobs and forecasts are well."),)
    else:
        told = ngettext(
            "{count} thing wants attention.", "{count} things want attention.", len(found)
        )
        facts = (told.format(count=len(found)),)
    return Result(
        "attention",
        _("What needs attention"),
        facts,
        # A job's message may hold text from outside: quoted, so that it proves no figure.
        quotes={str(place): notice.text for place, notice in enumerate(found, 1)},
        links=(
            Link("", _("Home"), {}),
            *(
                Link(notice.page, notice.action, {"market": notice.market} if notice.market else {})
                for notice in found
            ),
        ),
    )
