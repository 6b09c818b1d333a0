"""From a case to the points its formulas are evaluated at.

Shapes come from the declarations in the note and from the `shapes` fence of the case (`A: m n spd`,
`x: n`, `t: 1 positive`, `sizes: m=4 n=2`, `L = c^T z` for what the note leaves open); definitions from
the steps the note gives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mdverify.parser import parse_expression
from mdverify.report import NoteReport, Step, Verdict
from mdverify.syntax import Apply, Name, Node, walk

from .casebook import Case
from .exact import MOMENTS, Definition, World, indices_of, key_of

_DECLARED = re.compile(r"\$([^$]*?)\\in\s*\\mathbb\{R\}(?:\^(?:\{([^{}]*)\}|(\w)))?")
_LETTER = re.compile(r"[A-Za-z]")
POINTS = 2
INDICES = ("i", "j", "k", "l")
BESIDE = ("p", "q")  # indices where they are no sizes
SMALL = (3, 2, 4, 5)


def worlds(case: Case, found: NoteReport, step: Step) -> list[World]:
    """The points at which a step of a case is settled."""
    shapes, sizes = _shapes(case)
    definitions = dict(_definitions(case, found, step, shapes))
    layout = found.layout.convention
    if step.layouts and layout not in step.layouts:
        layout = step.layouts[0]
    return [World(shapes, sizes, definitions, seed, layout) for seed in range(POINTS)]


def free_indices(nodes: tuple[Node, ...], world: World) -> tuple[str, ...]:
    """Index letters that no sum binds."""
    used = {name for node in nodes for name in _index_letters(node)}
    summed = {
        key_of(part.args[1].args[0])
        for node in nodes
        for part in walk(node)
        if isinstance(part, Apply)
        and part.op == "big"
        and isinstance(part.args[1], Apply)
        and part.args[1].args
    }
    return tuple(sorted(used - summed - set(world.shapes) - (set(BESIDE) & set(world.sizes))))


def _index_letters(node: Node) -> Iterator[str]:
    for part in walk(node):
        if isinstance(part, Apply) and part.op == "sub":
            for index in indices_of(part.args[1]):
                if isinstance(index, Name) and index.text in (*INDICES, *BESIDE):
                    yield index.text


def _shapes(case: Case) -> tuple[dict[str, tuple[str, ...]], dict[str, int]]:
    shapes: dict[str, tuple[str, ...]] = {}
    for names, power, short in _DECLARED.findall(case.note):
        lengths = _lengths(power or short or "1")
        for name in names.split(","):
            shapes[key_of(parse_expression(_plain(name)))] = lengths
    sizes: dict[str, int] = {}
    for line in case.shapes.splitlines():
        name, _, rest = line.partition(":")
        if not rest:
            continue
        if name == "sizes":
            sizes |= {key: int(number) for key, _, number in (pair.partition("=") for pair in rest.split())}
        else:
            shapes[name] = _padded(rest.split())
    shapes.pop("", None)
    for length in (length for shape in shapes.values() for length in shape[:2]):
        if _LETTER.match(length) and length not in sizes:
            sizes[length] = next((n for n in SMALL if n not in sizes.values()), 6)
    return shapes, sizes


def _plain(name: str) -> str:
    return re.sub(r"\\(?:vv|boldsymbol)\{(\w)\}", r"\1", name)


def _lengths(power: str) -> tuple[str, ...]:
    return _padded([part.strip() for part in re.split(r"\\times", power)])


def _padded(parts: list[str]) -> tuple[str, ...]:
    """A column has one length written."""
    second = parts[1] if len(parts) > 1 else ""
    is_length = len(second) == 1
    return tuple(parts) if is_length else (parts[0], "1", *parts[1:])


def _definitions(
    case: Case, found: NoteReport, step: Step, shapes: dict[str, tuple[str, ...]]
) -> Iterator[tuple[str, Definition]]:
    """What the note defines; the last definition before the step counts, else the first after it."""
    given = [one for one in found.steps if one.verdict is Verdict.GIVEN and one.relation in ("=", ":=")]
    after = [one for one in given if one.sign > step.sign]
    before = [one for one in given if one.sign < step.sign]
    for one in [*reversed(after), *before]:
        lhs = parse_expression(case.note[one.lhs.start : one.lhs.end])
        rhs = parse_expression(case.note[one.rhs.start : one.rhs.end])
        for key, definition in _defined(lhs, rhs):
            if not _recursive(key, definition.body) and "free" not in shapes.get(key, ()):
                yield key, definition
    for line in case.shapes.splitlines():
        name, equals, body = line.partition(" = ")
        if equals and "_" in name:
            yield from _defined(parse_expression(name), parse_expression(body))
        elif equals:
            yield name, Definition(parse_expression(body))


def _recursive(key: str, body: Node) -> bool:
    return any(key_of(part) == key for part in walk(body))


def _defined(lhs: Node, rhs: Node) -> Iterator[tuple[str, Definition]]:
    if key_of(lhs):
        yield key_of(lhs), Definition(rhs)
    elif isinstance(lhs, Apply) and lhs.op == "sub" and key_of(lhs.args[0]):
        indices = tuple(key_of(index) for index in indices_of(lhs.args[1]))
        yield key_of(lhs.args[0]), Definition(rhs, indices=indices)
    elif isinstance(lhs, Apply) and lhs.op == "juxt" and len(lhs.args) == 2:
        inside = lhs.args[1].args[0] if isinstance(lhs.args[1], Apply) and lhs.args[1].op == "fence" else None
        if inside is not None and key_of(lhs.args[0]) and not _states_mean(lhs.args[0], inside, rhs):
            yield key_of(lhs.args[0]), Definition(rhs, _parameter(inside))


def _states_mean(head: Node, inside: Node, rhs: Node) -> bool:
    """`E[x] = m` is said of x; `E[u] = u^T u` defines a function."""
    return key_of(head) in MOMENTS and not any(part == inside for part in walk(rhs))


def _parameter(inside: Node) -> str:
    """The parameter of a function of one symbol; of several, none that could be replaced."""
    return key_of(inside) or "?"
