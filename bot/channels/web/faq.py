"""The list of published questions with their answers: one page, made on the server, that needs no script."""

from __future__ import annotations

import datetime as dt
from html import escape
from itertools import groupby

from bot.knowledge.store import Snapshot
from bot.rendering.html import reply_html
from bot.replies.compose import compose_entry
from bot.replies.published import GROUPS, group_of, published

_OTHER = "其他"


def contents(snapshot: Snapshot, today: dt.date) -> dict[str, str]:
    """What fills the blanks of ``faq.html``: a table of contents and the questions, by group."""
    links, sections = [], []
    for group, entries in groupby(published(snapshot, today), key=group_of):
        heading = escape(GROUPS.get(group, _OTHER))
        links.append(f'<li><a href="#{escape(group)}">{heading}</a></li>')
        questions = "\n".join(
            f'<details id="{escape(entry.id)}"><summary><h3>{escape(entry.title)}</h3></summary>\n'
            f"{reply_html(compose_entry(entry, snapshot, today), snapshot.official_hosts)}\n</details>"
            for entry in entries
        )
        key = escape(group)
        sections.append(f'<section aria-labelledby="{key}">\n<h2 id="{key}">{heading}</h2>\n{questions}\n</section>')
    return {"{links}": "\n".join(links), "{sections}": "\n".join(sections), "{date}": today.isoformat()}
