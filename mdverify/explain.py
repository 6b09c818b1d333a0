"""How the formulas of a line are read, for `mdverify show`: tree, shapes, what is assumed, values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from mdverify.appeal import Ruling, rulings
from mdverify.case import Case
from mdverify.cloud import Budget, Context, Undefined
from mdverify.comparison import Outcome
from mdverify.derivation import Derivation, derive
from mdverify.evaluate import Model, quiet
from mdverify.evidence import gather
from mdverify.judge import Judge
from mdverify.judgement import Judgement
from mdverify.layouts import majority
from mdverify.messages import message
from mdverify.notes import read_note
from mdverify.operators import Array
from mdverify.places import Places
from mdverify.reading import Reading
from mdverify.render.values import array
from mdverify.report import Verdict
from mdverify.sampling import ATTEMPTS, POINTS, sampler
from mdverify.settings import Settings
from mdverify.shapes import Dims, Shape
from mdverify.show import show
from mdverify.source import Source, Span
from mdverify.suspects import readable
from mdverify.syntax import NOWHERE, Apply, Hole, Name, Node, Number, children, is_none
from mdverify.verify import judge_pair

LONGEST = 60  # characters of an excerpt


def show_formula(source: Source, line: int, settings: Settings) -> str:
    """Every formula that touches a line, and every step on it; "" where there is no formula."""
    derivation = derive(read_note(source))
    here = Span(source.offset(line), source.offset(line) + len(source.line_text(line)))
    shown = [at for at, math in enumerate(derivation.note.maths) if _touches(math.outer, here)]
    if not shown:
        return ""
    judge = Judge(derivation, gather(derivation), settings.layout)
    judgements = judge.all()
    decided = rulings(judge, judgements, majority(judge, judgements))
    parts: list[str] = []
    for at in shown:
        parts.append("\n".join(_formula(derivation, at)))
        inside = [ruling for ruling in decided if ruling.judged.site.math == at]
        touching = [ruling for ruling in inside if _touches(_span(ruling.judged), here)]
        parts += ["\n".join(_step(judge, ruling, settings.language)) for ruling in touching or inside]
    return "\n\n".join(parts) + "\n"


def _touches(one: Span, other: Span) -> bool:
    return one.start <= other.end and other.start <= one.end


def _span(judged: Judgement) -> Span:
    sign, rhs = judged.site.relation.span, judged.site.rhs.span
    return sign if rhs == NOWHERE else sign.cover(rhs)


# --- the tree ----------------------------------------------------------------------------------


def _formula(derivation: Derivation, at: int) -> Iterator[str]:
    """The formula as written, then every side as a tree, with the relations between them."""
    source, math = derivation.note.source, derivation.note.maths[at]
    place = source.place(math.outer.start)
    yield f"{source.path}:{place.line}:{place.column}  {_one_line(source.excerpt(math.outer))}"
    for statement in derivation.formulas[at].statements:
        signs = [""] + [f"  {relation.text}" for relation in statement.relations]
        for sign, side in zip(signs, statement.sides, strict=True):
            yield from filter(None, [sign])
            if not is_none(side):
                yield from _tree(side, source, 2)


def _tree(node: Node, source: Source, depth: int) -> Iterator[str]:
    text = show(node) if node.span == NOWHERE else source.excerpt(node.span)
    yield f"{'  ' * depth}{_label(node)}  {_shortened(_one_line(text))}"
    for child in children(node):
        if not is_none(child):
            yield from _tree(child, source, depth + 1)


def _label(node: Node) -> str:
    match node:
        case Number():
            return "number"
        case Name(_, font):
            return f"name {font}".rstrip()
        case Hole(_, reason):
            return f"hole ({reason})"
        case Apply(op, _, detail):
            return f"{op} {detail}".rstrip()


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


# --- a step ------------------------------------------------------------------------------------


def _step(judge: Judge, ruling: Ruling, language: str) -> Iterator[str]:
    """The verdict on a step and, below it, what it rests on."""
    source = judge.derivation.note.source
    judged, verdict = ruling.judged, ruling.verdict
    place = source.place(judged.site.relation.span.start)
    lhs = "" if is_none(judged.site.lhs) else source.excerpt(judged.site.lhs.span)
    text = _one_line(f"{lhs} {judged.site.relation.text} {source.excerpt(judged.site.rhs.span)}")
    told = message("show-step", line=place.line, column=place.column, verdict=verdict)
    yield f"{told.text(language)}  {_shortened(text)}"
    for key, value in _facts(judge, judged, verdict, language):
        yield "  " + message(key, value=value).text(language)


Facts = Iterator[tuple[str, str]]


def _facts(judge: Judge, judged: Judgement, verdict: Verdict, language: str) -> Facts:
    outcome = _outcome(judge, judged)
    reason = judged.reason or (outcome.reason if outcome else None)
    if verdict is Verdict.UNCHECKED and reason is not None:
        yield "show-reason", reason.text(language)
    said = judged.notation or (outcome.clash.said if outcome and outcome.clash else None)
    if said is not None and verdict in (Verdict.NOTATION, Verdict.SHAPE):
        yield "show-clash", said.text(language)
    if outcome is None or outcome.reading is None:
        return
    if judged.discriminating:
        yield "show-layout", outcome.options.layout
        if judged.true:
            yield "show-true-under", ", ".join(judged.true)
    yield from _reading(outcome.reading)
    if judged.equation is not None:
        yield "show-equation", _cited(judge.derivation.note.source, judged.equation.span)
        if outcome.counter is None:
            return
    if outcome.kind in ("agree", "differ", "uncertain"):
        yield from _point(judge, judged, outcome)


def _outcome(judge: Judge, judged: Judgement) -> Outcome | None:
    """What the verdict rests on: where the step is true, that; of a definition, how its body is read."""
    outcome, site = judged.outcome, judged.site
    case = Case(judge.derivation, judge.evidence, site.lhs, site.rhs, site.position)
    if outcome is None and site.defines is not None and judged.verdict is Verdict.GIVEN:
        return judge_pair(replace(case, lhs=site.rhs), judge.order(site)[0])
    if outcome is None or not judged.true or outcome.kind == "agree":
        return outcome
    return judge_pair(case, judged.true[0])


@dataclass(slots=True)
class Sides:
    """Dimensions as texts; those without a name get the letters p, q, r …"""

    dims: Dims
    letters: dict[int, str] = field(default_factory=dict)

    def text(self, shape: Shape) -> str:
        return f"{self.side(shape.rows)}×{self.side(shape.cols)}"

    def side(self, dim: int) -> str:
        root = self.dims.find(dim)
        if root not in self.letters:
            self.letters[root] = "?"  # for one that is a part of itself
            self.letters[root] = self._written(root)
        return self.letters[root]

    def _written(self, dim: int) -> str:
        parts, product = self.dims.parts(dim)
        value, name = self.dims.value(dim), self.dims.name(dim)
        if value is not None or name:
            return name or str(value)
        if parts:
            return ("·" if product else "+").join(map(self.side, parts))
        taken = {*self.dims.known_names(), *self.letters.values()}
        return next((letter for letter in "pqrsuvw" if letter not in taken), "?")


def _reading(reading: Reading) -> Facts:
    """Shapes, definitions and assumptions, by the letters of the note."""
    names = sorted(reading.shapes, key=lambda name: (_letter(reading, name).lower(), name))
    sides = Sides(reading.dims)
    shapes = [f"{_letter(reading, name)}: {sides.text(reading.shapes[name])}" for name in names]
    if shapes:
        yield "show-shapes", ", ".join(dict.fromkeys(shapes))
    used = {*reading.definitions, *(str(key[0]) for key in reading.functions)}
    source = reading.derivation.note.source
    lives = [life for key in reading.derivation.lives.values() for life in key if life.name in used]
    for life in sorted(lives, key=lambda life: life.start):
        if life.definition is not None:
            yield "show-definition", _cited(source, life.definition.span)
    for name in names:
        if kinds := reading.assumptions.get(name):
            yield "show-assumption", f"{_letter(reading, name)}: {', '.join(sorted(kinds))}"


def _cited(source: Source, span: Span) -> str:
    """A stretch of the note, with the number of its line."""
    return f"{_shortened(_one_line(source.excerpt(span)))} ({source.place(span.start).line})"


def _letter(reading: Reading, name: str) -> str:
    """A symbol as a reader would write it; members of a family with their indices."""
    indices = "ijkl"[: len(reading.slots.get(name, ()))]
    return readable(name) + (f"_{indices}" if indices else "")


# --- values ------------------------------------------------------------------------------------


def _point(judge: Judge, judged: Judgement, outcome: Outcome) -> Facts:
    """Sizes, and the values of both sides at the counterexample or the first sample."""
    reading, counter = outcome.reading, outcome.counter
    assert reading is not None
    found = (counter.model, counter.lhs, counter.rhs) if counter else _first_point(judge, judged, outcome)
    if found is None:
        return
    model, lhs, rhs = found
    sizes = [f"{name} = {model.size(reading.dims.named(name))}" for name in reading.dims.known_names()]
    if sizes:
        yield "show-sizes", ", ".join(sizes)
    if judged.verdict is Verdict.GIVEN:
        yield "show-value", _array(rhs)
        return
    yield "show-left", _array(lhs)
    yield "show-right", _array(rhs)


def _first_point(judge: Judge, judged: Judgement, outcome: Outcome) -> tuple[Model, Array, Array] | None:
    """Both sides at the first sample, free indices at 1; None where they have no value there."""
    reading, left, right = outcome.reading, outcome.left, outcome.right
    if reading is None or left is None or right is None or (sizes := reading.dims.sizes()) is None:
        return None
    for domain in ATTEMPTS:
        draw = sampler(f"{judged.site.position}", domain, reading.assumptions)
        model = Model(Places(reading.dims), sizes, reading.definitions, reading.generics, draw, POINTS)
        ctx = _started(model, sorted(reading.free))
        try:
            with quiet():
                lhs, rhs = model.value(left, ctx)[0], model.value(right, ctx)[0]
        except (Undefined, Budget):
            return None
        if np.isfinite(lhs).all() and np.isfinite(rhs).all():
            return model, np.real(lhs), np.real(rhs)
    return None


def _started(model: Model, letters: list[str]) -> Context:
    return replace(model.start(), index={letter: np.ones(POINTS, int) for letter in letters})


def _array(values: Array) -> str:
    return array(tuple(tuple(float(value) for value in row) for row in values))
