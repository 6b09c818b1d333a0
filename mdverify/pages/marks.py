"""Marks inside a formula: a coloured background behind the expressions a verdict is about.

Only `\\colorbox`, `\\textcolor` and `\\text` are written, which every renderer of TeX on the web knows
without being set up, and only around ranges that are balanced and lie within one cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from mdverify.pages.tex import MOST_NESTED, Item, Kind, Level, depth, read
from mdverify.source import Span
from mdverify.typeset import is_sound, without_comments


@dataclass(frozen=True, slots=True)
class Mark:
    """A range of the formula to be shown on a background (RGBA in hexadecimal), with a label or none."""

    span: Span
    colour: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class _Box:
    span: Span
    display: bool
    mark: Mark
    last: bool
    operator: bool


_LOOSE = re.compile(r"(?<!\\)(?:\\\\)*\\\Z")  # a backslash at the end takes what is put behind it


def marked(tex: str, display: bool, marks: Sequence[Mark]) -> str:
    """The formula with its marks; without them where its structure does not allow any."""
    plain = without_comments(tex)
    if not marks or not is_sound(plain) or depth(plain) > MOST_NESTED or _LOOSE.search(plain):
        return plain
    level = read(plain, display)
    boxes = [box for mark in marks for box in _boxes(plain, level, mark)]
    return _written(plain, Span(0, len(plain)), _nested(boxes))


def _boxes(tex: str, root: Level, mark: Mark) -> Iterator[_Box]:
    segments = list(_segments(root, mark.span))
    for segment, display in segments:
        operator = segment[0].kind is Kind.OPERATOR
        span = Span(segment[0].span.start, segment[-1].span.end)
        yield _Box(span, display, mark, segment is segments[-1][0], operator)


def _segments(level: Level, span: Span) -> Iterator[tuple[tuple[Item, ...], bool]]:
    """The runs of items to be boxed, none of which crosses a cell or holds a display environment."""
    touched = [item for item in level.items if item.span.start < span.end and span.start < item.span.end]
    solid = [item for item in touched if item.kind is not Kind.BLANK]
    if len(solid) == 1 and (inner := _entered(solid[0], span)) is not None:
        yield from _segments(inner, span)
        return
    run: list[Item] = []
    for item in level.items if level.whole else touched:
        if item.kind is not Kind.CUT and not item.bare:
            run.append(item)
            continue
        yield from _trimmed(run, level.display)
        run = []
        for inner in item.levels:
            yield from _segments(inner, span)
    yield from _trimmed(run, level.display)


def _entered(item: Item, span: Span) -> Level | None:
    """The level of an item that holds the whole range."""
    return next(
        (
            level
            for level in item.levels
            if level.span.start <= span.start and span.end <= level.span.end and not level.whole
        ),
        None,
    )


_OUTSIDE = (Kind.BLANK, Kind.RELATION, Kind.PUNCTUATION)


def _trimmed(run: list[Item], display: bool) -> Iterator[tuple[tuple[Item, ...], bool]]:
    """The run without a relation or punctuation at its ends, unless nothing is left."""
    start, end = 0, len(run)
    while start < end and run[start].kind in _OUTSIDE:
        start += 1
    while end > start and run[end - 1].kind in _OUTSIDE:
        end -= 1
    if start < end:
        yield tuple(run[start:end]), display


def _nested(boxes: Iterable[_Box]) -> list[_Box]:
    """Boxes in order, the outer first; one that crosses or repeats another is left out."""
    kept: list[_Box] = []
    for box in sorted(boxes, key=lambda box: (box.span.start, -box.span.end)):
        fits = all(
            box.span != other.span and (box.span.start >= other.span.end or box.span.end <= other.span.end)
            for other in kept
        )
        if fits:
            kept.append(box)
    return kept


def _written(tex: str, span: Span, boxes: list[_Box]) -> str:
    parts = []
    at = span.start
    while boxes:
        box, *rest = boxes
        inner = [other for other in rest if other.span.end <= box.span.end]
        boxes = rest[len(inner) :]
        style = "\\displaystyle " if box.display else ""
        # With nothing before it a binary sign would be set as a unary one.
        lead = "{}" if box.operator else ""
        label = f"\\text{{ {box.mark.label}}}" if box.mark.label and box.last else ""
        content = _written(tex, box.span, inner)
        parts += [
            tex[at : box.span.start],
            f"\\colorbox{{{box.mark.colour}}}{{\\({style}{lead}{content}{label}\\)}}",
        ]
        at = box.span.end
    return "".join((*parts, tex[at : span.end]))
