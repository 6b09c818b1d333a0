"""`a^l` as the member of layer l, `s_j^t` as an entry at time t: superscripts that number instead of raising.

A note has to speak of its layers or times by that letter, or to differentiate by what bears it above; and to
define or differentiate by whatever is to be numbered by a time. What is defined or differentiated by as `W^1`
is numbered by figures: nobody raises to the power of one. The tree then holds the superscript as it
holds that of `a^{(l)}`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from mdverify.derivatives import derivative_parts
from mdverify.prose import Fact
from mdverify.symbols import INDEX_LETTERS, is_label_power, occurrence
from mdverify.syntax import Apply, Formula, Name, Node, Number, walk

LAYERS, TIMES, ORDINALS = "layer", "time", "ordinal"
OPERATORS = frozenset({"nabla", "partial"})
OPERATIONS = frozenset({"T", "top", "H", "dagger"})
DEFINING = frozenset({"=", ":=", "equiv", "triangleq"})
FIRST = frozenset({"0", "1"})  # what nobody raises to


@dataclass(frozen=True, slots=True)
class _Letters:
    """The letters that number layers, and times: to a layer nobody raises a number."""

    layers: frozenset[str]
    times: frozenset[str]

    @property
    def all(self) -> frozenset[str]:
        return self.layers | self.times


@dataclass(frozen=True, slots=True)
class _Marks:
    """The heads that bear their number above, `figured` in figures; and those, with the letter, below."""

    heads: frozenset[str]
    figured: frozenset[str]
    below: frozenset[tuple[str, str]]
    letters: _Letters


def with_superscripts(
    formulas: tuple[Formula, ...], told: tuple[Fact, ...]
) -> tuple[tuple[Formula, ...], frozenset[str]]:
    """The formulas with numbering superscripts in brackets, and the heads that bear them."""
    letters = _Letters(
        numbering(LAYERS, told, formulas), numbering(TIMES, told, formulas) | frozenset(_targets(formulas))
    )
    heads = _numbered(formulas, letters) if letters.all else frozenset()
    figured = frozenset(_figured(formulas)) - heads
    if not (letters.all or figured):
        return formulas, frozenset()
    marks = _Marks(heads, figured, frozenset(_below(formulas, letters.all)), letters)
    return tuple(
        formula.with_sides(partial(_bracketed, marks=marks)) for formula in formulas
    ), heads | figured


def numbering(kind: str, told: tuple[Fact, ...], formulas: tuple[Formula, ...]) -> frozenset[str]:
    """Letters that prose calls the number of a layer, a time or any other thing: `l`, `l-1`, `l^{th}`."""
    sides = (
        statement.sides[0]
        for fact in told
        if fact.kind == kind
        for number in fact.subjects
        for statement in formulas[number].statements[:1]
        if not statement.relations
    )
    return frozenset(letter for side in sides if (letter := _letter(side)) in INDEX_LETTERS)


def _targets(formulas: tuple[Formula, ...]) -> Iterator[str]:
    """Letters above what is differentiated by: `\\partial C/\\partial z_j^{l}`; nobody does so by a power."""
    for part in (part for side in _sides(formulas) for part in walk(side)):
        parts = derivative_parts(part)
        for target, order in parts.targets if parts is not None else ():
            match target:
                case Apply("sup", (base, script)) if order == 1 and _head(base):
                    yield from {_letter(script)} & INDEX_LETTERS


def _letter(node: Node) -> str:
    """The letter of `l`, `l-1` and `l^{th}`."""
    match node:
        case Name(text, ""):
            return text
        case Apply("+" | "-", (Name(text, ""), Number())):
            return text
        case Apply("sup", (Name(text, ""), label)) if is_label_power(label) or _is_ordinal(label):
            return text
    return ""


def _is_ordinal(label: Node) -> bool:
    return label == Apply("juxt", (Name("t"), Name("h")))


def _numbered(formulas: tuple[Formula, ...], letters: _Letters) -> frozenset[str]:
    """Heads that bear a numbering superscript and no other exponent than numbers."""
    scripts: defaultdict[str, list[Node]] = defaultdict(list)
    for side in _sides(formulas):
        for head, script in _scripts(side):
            scripts[head].append(script)
    bearing = {
        head
        for head, row in scripts.items()
        if any(_numbers(script, letters.all) for script in row)
        and all(_is_allowed(script, letters.all) for script in row)
    }
    anchored = bearing & set(_anchored(formulas, letters))
    layered = {head for head in bearing if any(_numbers(script, letters.layers) for script in scripts[head])}
    found = (layered | anchored) - set(_powers(formulas, letters))
    return frozenset(found) if found & anchored else frozenset()


def _figured(formulas: tuple[Formula, ...]) -> Iterator[str]:
    """Heads that are defined or differentiated by as `W^1`, but not set equal to what bears no number."""
    first = _Letters(frozenset({"1"}), frozenset())
    for statement in (statement for formula in formulas for statement in formula.statements):
        bare = {name for side in statement.sides for name in _bare(side)}
        for part in (part for side in statement.sides for part in walk(side)):
            parts = derivative_parts(part)
            for target, order in parts.targets if parts is not None else ():
                yield from _anchor(target, first) if order == 1 else ()
        if statement.relations and statement.relations[0].sign in DEFINING:
            yield from set(_anchor(statement.sides[0], first)) - bare


def _sides(formulas: tuple[Formula, ...]) -> Iterator[Node]:
    return (side for formula in formulas for statement in formula.statements for side in statement.sides)


def _scripts(side: Node) -> Iterator[tuple[str, Node]]:
    """Every superscript on a name, with the head of the name."""
    for node in walk(side):
        match node:
            case Apply("sup", (base, script)) if head := _head(base):
                yield head, script


def _head(base: Node) -> str:
    """What a superscript stands on: `a` of `a_j`, `f` of `f'`."""
    bare = base.args[0] if isinstance(base, Apply) and base.op == "prime" else base
    seen = occurrence(bare)
    return seen.head if seen is not None and not seen.sups else ""


def _numbers(script: Node, letters: frozenset[str]) -> bool:
    """Whether a superscript is a letter that numbers, or a neighbour of it."""
    match script:
        case Name(text, "") | Number(text) | Apply("+" | "-", (Name(text, ""), Number())):
            return text in letters
    return False


def _is_last(script: Node, letters: frozenset[str]) -> bool:
    """`\\delta^L` beside `\\delta^l`."""
    return isinstance(script, Name) and script.text.lower() in letters and script.text not in OPERATIONS


def _is_allowed(script: Node, letters: frozenset[str]) -> bool:
    """What may stand above a name beside its number: no other letters."""
    match script:
        case Name(text) if text in OPERATIONS:
            return True
        case Number() | Apply("fence") | Apply("neg", (Number("1") | Name("T" | "top"),)):
            return True
    return _numbers(script, letters) or _is_last(script, letters) or is_label_power(script)


def _anchored(formulas: tuple[Formula, ...], letters: _Letters) -> Iterator[str]:
    """Heads that are defined or differentiated by with their number, which no power is."""
    for statement in (statement for formula in formulas for statement in formula.statements):
        if statement.relations and statement.relations[0].sign in DEFINING:
            yield from _anchor(statement.sides[0], letters)
        for part in (part for side in statement.sides for part in walk(side)):
            parts = derivative_parts(part)
            for target, order in parts.targets if parts is not None else ():
                yield from _anchor(target, letters) if order == 1 else ()


def _powers(formulas: tuple[Formula, ...], letters: _Letters) -> Iterator[str]:
    """Heads that are raised indeed: e, and any that stands bare beside its power."""
    yield "e"
    for statement in (statement for formula in formulas for statement in formula.statements):
        pairs = [pair for side in statement.sides for pair in _scripts(side)]
        raised = {head for head, script in pairs if _numbers(script, letters.all)}
        yield from raised & {name for side in statement.sides for name in _bare(side)}


def _bare(node: Node) -> Iterator[str]:
    """The names of an expression that bear no script."""
    if isinstance(node, Name):
        yield node.text
    elif isinstance(node, Apply):
        scripted = node.op in ("sup", "sub") and _head(node.args[0])
        for arg in node.args[1:] if scripted else node.args:
            yield from _bare(arg)


def _anchor(node: Node, letters: _Letters) -> Iterator[str]:
    """The head of a name with its number above; transposed as well."""
    match node:
        case Apply("sup", (Apply("fence", (body,), "()"), Name("T" | "top"))):
            yield from _anchor(body, letters)
        case Apply("sup", (base, script)) if _numbers(script, letters.all):
            yield _head(base)


def _below(formulas: tuple[Formula, ...], letters: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Heads with a numbering letter below and nothing above, with the letter: `s_t`, `s_{t-1}`."""
    stack = list(_sides(formulas))
    while stack:
        node = stack.pop()
        match node:
            case Apply("sup", (Apply("sub", (Name(), index)), script)) if _numbers(script, letters):
                stack.append(index)
            case Apply("sub", (Name(head), index)) if _numbers(index, letters):
                yield head, _letter(index)
            case Apply(_, args):
                stack.extend(args)


def _bracketed(node: Node, marks: _Marks) -> Node:
    """The tree with numbering superscripts in brackets; that of `f'^{l}` goes below the prime."""
    if not isinstance(node, Apply):
        return node
    match node:
        case Apply("sup", (Apply("sub", (Name(head), entry)) as base, script)) if (
            head,
            _letter(script),
        ) in marks.below and (head, _letter(entry)) not in marks.below:
            member = Apply("sub", (base.args[0], script), span=node.span)
            return Apply("sub", (Apply("fence", (member,), "()", node.span), entry), span=node.span)
        case Apply("sup", (base, script)) if _is_mark(_head(base), script, marks):
            number = Apply("fence", (script,), "()", script.span)
            if isinstance(base, Apply) and base.op == "prime":
                inner = Apply("sup", (base.args[0], number), span=node.span)
                return Apply("prime", (inner,), base.detail, node.span)
            return Apply("sup", (base, number), span=node.span)
        case Apply("sub", (Name(sign) as operator, script)) if sign in OPERATORS:
            return Apply("sub", (operator, _lowered(script, marks.letters.all)), node.detail, node.span)
    return Apply(node.op, tuple(_bracketed(arg, marks) for arg in node.args), node.detail, node.span)


def _lowered(script: Node, letters: frozenset[str]) -> Node:
    """`\\nabla_{W t-1}` with the number of W one level down, where it belongs."""
    match script:
        case Apply("juxt", (Name(), Name(letter, "") | Number(letter)) as pair):
            return Apply("sub", pair, span=script.span) if letter in letters or letter.isdigit() else script
        case Apply("+" | "-" as op, (Apply("juxt", (Name() as head, Name() as one)), Number() as by)):
            index = Apply(op, (one, by), span=one.span.cover(by.span))
            return Apply("sub", (head, index), span=script.span) if one.text in letters else script
    return script


def _is_mark(head: str, script: Node, marks: _Marks) -> bool:
    if head in marks.figured:
        return isinstance(script, Number)
    return head in marks.heads and _is_number(script, marks.letters)


def _is_number(script: Node, letters: _Letters) -> bool:
    first = isinstance(script, Number) and script.text in FIRST
    return first or _numbers(script, letters.all) or _is_last(script, letters.all)
