"""Formulas of a note as SymPy expressions.

Scalars become `Symbol`s, vectors and matrices `MatrixSymbol`s with the sizes the note gives them
(`d_1`, `d_2`, … where it names none), members of an indexed family `Indexed`s. Indices count from 1 in a
note and from 0 in the entries of a SymPy matrix, so that `x_i` of a vector is `x[i - 1, 0]`. SymPy keeps
scalars and 1×1 matrices apart: a product such as `x^T y` is written as its trace, which is a scalar. It has
no indexed families of matrices and no sums of them; they are written entry by entry, as `FunctionMatrix`.

Nothing is read anew here: `to_sympy` reads a formula as any formula of a note is read, and `sympy_forms`
writes the terms that come of it, operators by their row of the operator table.
Numbers are exact, derivatives are not evaluated, and no assumption is attached to any symbol.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from heapq import heappop, heappush
from itertools import count, pairwise
from typing import TYPE_CHECKING, Any

from mdverify.attempt import attempt, hold
from mdverify.calculus import LAYOUTS
from mdverify.case import Case
from mdverify.closure import closure
from mdverify.derivation import Derivation, derive
from mdverify.evidence import REASONABLE, gather
from mdverify.infer import read
from mdverify.judge import Judge
from mdverify.layouts import in_force
from mdverify.messages import Message, message
from mdverify.notes import read_note
from mdverify.reading import Clash, Options, Reading, Stuck, depends, root
from mdverify.source import Source
from mdverify.sympy_forms import RELATIONS, NotExpressible, Writer
from mdverify.syntax import Hole, Node, Statement, is_none, walk
from mdverify.terms import Derivative, Target, Term
from mdverify.verify import alternatives, judge_pair

if TYPE_CHECKING:
    import sympy

READINGS = 60  # readings thought of before settling for one in which a scalar stands for a matrix


def to_sympy(latex: str, context: str = "", *, unfold: bool = False) -> sympy.Basic:
    """A formula, read at the end of the note `context`, as a SymPy expression.

    `context` is Markdown; what it declares gives the symbols their shapes. An equation becomes an `Eq`, a
    chain of them an `And`. A symbol the note defines stays a symbol; with `unfold` its definition is written
    out. A scalar that is differentiated by scalars is a function of them; SymPy has no working functions of
    matrices, so `\\frac{\\partial L}{\\partial W}` without `unfold` is for reading, not for `doit()`.
    Raises NotExpressible where the formula is not understood or SymPy has no form for it.
    """
    reading, statement, sides = understand(latex, context)
    writer = writer_for(reading, sides, unfold)
    written = [writer.write(side) for side in sides]
    signs = [relation.sign for relation in statement.relations]
    relations = [writer.relation(sign, sides[i : i + 2], written[i : i + 2]) for i, sign in enumerate(signs)]
    found: sympy.Basic = writer.s.And(*relations) if len(relations) > 1 else (relations or written)[0]
    return found


def writer_for(reading: Reading, sides: list[Term], unfold: bool) -> Writer:
    writer = Writer(_library(), reading, reading.derivation.note.source.text, unfold)
    writer.functions = {} if unfold else dependents(reading, sides)
    writer.stops = frozenset(root(target.term) for side in sides for target in _targets(reading, side))
    return writer


def _library() -> Any:
    """SymPy takes longer to import than most notes to judge."""
    import sympy

    return sympy


# --- understanding -----------------------------------------------------------------------------


def understand(latex: str, context: str) -> tuple[Reading, Statement, list[Term]]:
    """The reading of a formula at the end of a note, and the terms of its sides."""
    before = context.rstrip() + "\n\n" * bool(context.strip())
    derivation = derive(read_note(Source("<formula>", f"{before}$${latex.strip()}$$\n")))
    if not derivation.note.maths or derivation.note.maths[-1].outer.start != len(before):
        raise NotExpressible(message("not-a-formula", text=latex.strip()))
    statements = derivation.formulas[-1].statements
    if len(statements) != 1 or any(is_none(side) for side in statements[0].sides):
        raise NotExpressible(message("not-one-formula", text=latex.strip()))
    for side in statements[0].sides:
        for part in walk(side):
            if isinstance(part, Hole):
                raise NotExpressible(message("unread", reason=part.reason))
    for relation in statements[0].relations:
        if relation.sign not in RELATIONS:
            raise NotExpressible(message("sympy-relation", text=relation.text))
    reading, sides = _read(derivation, statements[0])
    return reading, statements[0], sides


def _read(derivation: Derivation, statement: Statement) -> tuple[Reading, list[Term]]:
    """All sides in one reading: the most charitable one of a pair of neighbours under which all fit."""
    position = (statement.relations or (statement,))[0].span.start
    judge = Judge(derivation, gather(derivation))
    pairs = list(zip(statement.sides, statement.sides[1:] or statement.sides, strict=False))
    trouble: Message | None = None
    for layout in sorted(LAYOUTS, key=lambda name: name not in in_force(judge, position)):
        for lhs, rhs in pairs:
            case = Case(derivation, judge.evidence, lhs, rhs, position)
            found = Reading(derivation, judge.evidence, position, _best(case, layout), read)
            found.unbound = case.letters
            try:
                return found, _sides(found, statement.sides)
            except (Clash, Stuck) as error:
                trouble = trouble or error.said
    assert trouble is not None
    raise NotExpressible(trouble)


def _best(case: Case, layout: str) -> Options:
    """The reading in which a pair is true, or fits; a scalar is taken for a matrix only as a last resort."""
    best = judge_pair(case, layout)
    numbers = count()
    queue = [(0.0, next(numbers), Options(layout))]
    while best.reading is not None and best.reading.broadcasts and queue and next(numbers) < READINGS:
        cost, _, options = heappop(queue)
        outcome = attempt(case, options)
        if outcome.left is not None and outcome.reading is not None and not outcome.reading.broadcasts:
            return options
        for extra, change in alternatives(case, outcome):
            if "broadcast" not in change and cost + extra <= REASONABLE:
                heappush(queue, (cost + extra, next(numbers), replace(options, **change)))
    return best.options


def _sides(reading: Reading, nodes: tuple[Node, ...]) -> list[Term]:
    sides = [reading.term(node) for node in nodes]
    for left, right in pairwise(sides):
        hold(reading, left, right)
    return sides


def _targets(reading: Reading, side: Term) -> Iterator[Target]:
    """What anything in a term is differentiated by."""
    for part in closure(reading, side):
        if isinstance(part.data, Derivative):
            yield from part.data.targets


def dependents(reading: Reading, sides: list[Term]) -> dict[str, tuple[Term, ...]]:
    """Scalars that change with what a formula differentiates by, if those variables are scalars too."""
    found: dict[str, dict[str, Term]] = {}
    parts = [part for side in sides for part in closure(reading, side)]
    variables = {root(t.term): _whole(t.term) for side in sides for t in _targets(reading, side)}
    for part in parts:
        if part.op not in ("sym", "member") or part.data not in reading.definitions | reading.generics:
            continue
        for name, variable in variables.items():
            if name != part.data and depends(part, variable, reading):
                found.setdefault(part.data, {})[name] = variable
    scalars = {part.data for part in parts if part.op in ("sym", "member") and reading.is_scalar(part)}
    return {key: tuple(by.values()) for key, by in found.items() if scalars.issuperset((key, *by))}


def _whole(target: Term) -> Term:
    """The symbol at the bottom of a target."""
    while target.op not in ("sym", "member") and target.args:
        target = target.args[0]
    return target


__all__ = ["NotExpressible", "to_sympy", "understand", "writer_for"]
