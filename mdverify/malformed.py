"""Formulas that are written in a way a reader, or the renderer of a page, stumbles on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from mdverify.claims import Site
from mdverify.derivation import Derivation
from mdverify.escapes import unescaped
from mdverify.judgement import Judgement
from mdverify.messages import Message, message
from mdverify.report import Verdict
from mdverify.source import Span
from mdverify.syntax import NONE, Apply, Name, Node, Number, Relation, Trouble, is_none, walk
from mdverify.typeset import FLAWS, Flaw, flaw, without_comments
from mdverify.undefined import near_command

TROUBLES = {
    "unclosed": ("MV401", "unclosed"),
    "unopened": ("MV401", "unopened"),
    "stray-ampersand": ("MV403", "stray-ampersand"),
}
DIFFERENTIALS = frozenset({"d", "partial", "Delta", "delta", "nabla"})
MATHEMATICS = re.compile(r"\\[A-Za-z]|[{}^_]")


def malformed(derivation: Derivation, site: Site) -> Judgement | None:
    """A bracket or ampersand in the wrong place, what no renderer shows, a derivative that lost its d."""
    for trouble in derivation.formulas[site.math].troubles:
        if trouble.kind in TROUBLES and not _excused(derivation, site, trouble):
            return _judgement(site, *TROUBLES[trouble.kind], trouble.text, trouble.span)
    shown = unshowable(derivation, site.math)
    if shown is not None and _owner(derivation, site, shown.span.start) is site:
        return _judgement(site, *FLAWS[shown.fault], shown.text, shown.span)
    start = site.position if is_none(site.lhs) else site.lhs.span.start
    for side in (site.lhs, site.rhs):
        lost = _lost_d(derivation, side)
        if lost is not None and start <= site.rhs.span.end:
            return _judgement(site, "MV402", "lost-d", "", lost.span)
    macro = derivation.undefined.get(site.math)
    if macro is not None and _owner(derivation, site, macro.span.start) is site:
        return _judgement_of(site, "MV404", _no_such_macro(macro.text), macro.span)
    return None


def malformed_alone(derivation: Derivation) -> Iterator[Judgement]:
    """Formulas without any relation that no renderer shows: each stands for a step of its own."""
    claiming = {site.math for site in derivation.sites}
    for number, math in enumerate(derivation.note.maths):
        if number in claiming or not MATHEMATICS.search(math.body):
            continue
        site = _whole(derivation, number)
        shown, macro = unshowable(derivation, number), derivation.undefined.get(number)
        if shown is not None:
            yield _judgement(site, *FLAWS[shown.fault], shown.text, shown.span)
        elif macro is not None and near_command(macro.text):
            yield _judgement_of(site, "MV404", _no_such_macro(macro.text), macro.span)


def _whole(derivation: Derivation, number: int) -> Site:
    math = derivation.note.maths[number]
    opening = Span(math.outer.start, math.start)
    relation = Relation("formula", "formula", opening)
    side = Apply("text", (), math.body, math.span)
    return Site(
        relation, NONE, side, -1, 0, opening.start, derivation.note.section_of(math.start), number, ()
    )


def _judgement(site: Site, rule: str, key: str, text: str, blame: Span) -> Judgement:
    return _judgement_of(site, rule, message(key, text=text), blame)


def _judgement_of(site: Site, rule: str, said: Message, blame: Span) -> Judgement:
    return Judgement(site, Verdict.NOTATION, rule=rule, notation=said, blame=blame)


def unshowable(derivation: Derivation, number: int) -> Flaw | None:
    """What keeps every renderer from showing a formula, with its place in the note."""
    math = derivation.note.maths[number]
    found = _flaw(math.body)
    return found and found._replace(span=found.span.shift(math.start))


@lru_cache(maxsize=64)  # it is asked for every step of a formula
def _flaw(body: str) -> Flaw | None:
    return flaw(without_comments(unescaped(body)))


def _excused(derivation: Derivation, site: Site, trouble: Trouble) -> bool:
    """Another step's trouble, or a bracket that a reader sees closed, groups and fonts left aside."""
    if _owner(derivation, site, trouble.span.start) is not site:
        return True
    tex = derivation.note.maths[site.math].body
    opened, closed = (sum(tex.count(sign) for sign in signs) for signs in ("([", ")]"))
    return trouble.kind != "stray-ampersand" and opened == closed


def _owner(derivation: Derivation, site: Site, offset: int) -> Site | None:
    """The step a trouble belongs to: the last one of the formula whose relation stands before it."""
    inside = [s for s in derivation.sites if s.math == site.math]
    before = [s for s in inside if s.position <= offset]
    return before[-1] if before else inside[0] if inside else None


# ---- macros --------------------------------------------------------------------------------------


def _no_such_macro(text: str) -> Message:
    said, near = message("undefined-macro", text=text), near_command(text)
    return message("did-you-mean", text=said, near=near) if near else said


# ---- derivatives ---------------------------------------------------------------------------------


def _lost_d(derivation: Derivation, side: Node) -> Node | None:
    """`\\frac{f(x)}{dx}`: below stands a differential, above none."""
    for node in walk(side):
        match node:
            case Apply("frac", (above, Apply("juxt", (Name("d" | "partial" as sign), variable)))):
                if derivation.naming.symbol(variable) is None or isinstance(above, Number):
                    continue
                if any(isinstance(p, Name) and p.text in DIFFERENTIALS for p in walk(above)):
                    continue
                if sign != "d" or not _is_letter_d(derivation, node.span.start):
                    return node
    return None


def _is_letter_d(derivation: Derivation, position: int) -> bool:
    """Whether the note has a d of its own: one that it says something of, or divides by."""
    known = derivation.life("d", position) is not None or "d" in derivation.sizes
    return known or any(
        isinstance(n, Apply) and n.op == "frac" and n.args[1] == Name("d") for n in derivation.nodes
    )
