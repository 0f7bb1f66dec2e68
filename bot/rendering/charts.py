"""Small charts as SVG: no script, no style, a title and a description for whoever does not see them.

Numbers stand beside what they measure, so that colour is never the only sign.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

_FONT = 'font-family="system-ui, sans-serif" font-size="14"'
_INK, _FAINT = "#1a1a1a", "#c9ced6"
#: Told apart by most kinds of colour blindness, and by their order in the legend.
COLOURS = ("#0b5cad", "#c2571a", "#2e7d4f", "#7a4fa3", "#8a6d00")
_ROW, _LABEL, _BAR = 28, 260, 420


def bars(title: str, description: str, rows: Sequence[tuple[str, int]]) -> str:
    """One bar for each row, its number at the end."""
    most = max((count for _, count in rows), default=0) or 1
    parts = []
    for number, (label, count) in enumerate(rows):
        y, width = 16 + number * _ROW, round(_BAR * count / most, 1)
        parts.append(f'<text x="{_LABEL - 8}" y="{y + 15}" text-anchor="end" fill="{_INK}">{_cut(label)}</text>')
        parts.append(f'<rect x="{_LABEL}" y="{y}" width="{width}" height="20" fill="{COLOURS[0]}"/>')
        parts.append(f'<text x="{_LABEL + width + 6}" y="{y + 15}" fill="{_INK}">{count}</text>')
    if not rows:
        parts.append(f'<text x="16" y="36" fill="{_INK}">这段时间没有记录</text>')
    return _svg(title, description, _LABEL + _BAR + 60, 32 + max(1, len(rows)) * _ROW, parts)


def columns(title: str, description: str, days: Sequence[str], series: Mapping[str, Sequence[int]]) -> str:
    """One stacked column for each day; the legend names the series and adds them up."""
    height, left, width = 200, 48, 700
    totals = [sum(values[at] for values in series.values()) for at in range(len(days))]
    most, step = max(totals, default=0) or 1, width / max(1, len(days))
    parts = [
        f'<line x1="{left}" y1="{20 + height}" x2="{left + width}" y2="{20 + height}" stroke="{_FAINT}"/>',
        f'<text x="{left - 6}" y="32" text-anchor="end" fill="{_INK}">{most}</text>',
        f'<text x="{left - 6}" y="{20 + height}" text-anchor="end" fill="{_INK}">0</text>',
    ]
    for at, day in enumerate(days):
        top = 20.0 + height
        for colour, (name, values) in zip(COLOURS, series.items()):
            tall = height * values[at] / most
            top -= tall
            if values[at]:
                hint = f"<title>{escape(day)} {escape(name)} {values[at]}</title>"
                shape = f'x="{left + at * step + 1:.1f}" y="{top:.1f}" width="{max(1.0, step - 2):.1f}"'
                parts.append(f'<rect {shape} height="{tall:.1f}" fill="{colour}">{hint}</rect>')
    for at in sorted({0, len(days) // 2, len(days) - 1}) if days else ():
        x = left + (at + 0.5) * step
        anchor = "start" if at == 0 else "end" if at == len(days) - 1 else "middle"
        parts.append(f'<text x="{x:.1f}" y="{height + 40}" text-anchor="{anchor}" fill="{_INK}">{days[at][5:]}</text>')
    for number, (colour, (name, values)) in enumerate(zip(COLOURS, series.items())):
        x = left + number * 150
        parts.append(f'<rect x="{x}" y="{height + 54}" width="14" height="14" fill="{colour}"/>')
        parts.append(f'<text x="{x + 20}" y="{height + 66}" fill="{_INK}">{escape(name)} {sum(values)}</text>')
    return _svg(title, description, left + width + 12, height + 80, parts)


def _svg(title: str, description: str, width: int, height: int, parts: Sequence[str]) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" {_FONT}'
    named = f'aria-labelledby="t d"><title id="t">{escape(title)}</title><desc id="d">{escape(description)}</desc>'
    return f"{head} {named}{''.join(parts)}</svg>"


def _cut(label: str) -> str:
    return escape(label if len(label) <= 18 else label[:17] + "…")
