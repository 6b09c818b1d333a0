"""The exact value of a formula at a random point, independent of the tool's own evaluation.

Of the tool only the formula tree is used. What the table of operators below does not know raises
`UnsettledError`; shapes that do not fit raise `MisfitError`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import product as cartesian
from math import prod

from mdverify.syntax import Apply, Name, Node, Number, is_none, walk

from . import matrices as m
from .draws import RANDOM, at_outcome, groups, random_matrix
from .matrices import Matrix, MisfitError
from .numbers import FUNCTIONS, Dual, Real, exp, is_zero, minus, over, plus, sqrt, times

TRANSPOSE = frozenset(("T", "top", "intercal"))
SERIES = 6  # terms of the polynomial that stands for the exponential of a matrix
HIGHEST_POWER = 6


class UnsettledError(Exception):
    """The exact evaluator does not know this formula."""


@dataclass(frozen=True, slots=True)
class Definition:
    """`key(parameter) = body`, `key_index = body` or `key = body`."""

    body: Node
    parameter: str = ""
    indices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class World:
    """What a point is drawn from: shapes with their traits, sizes, definitions, and a seed.

    `outcomes` says for every independent source of chance which outcome it has; the first if nothing is said.
    """

    shapes: Mapping[str, tuple[str, ...]]
    sizes: Mapping[str, int]
    definitions: Mapping[str, Definition]
    seed: int = 0
    layout: str = "denominator"
    bound: Mapping[str, int] = field(default_factory=dict)
    values: Mapping[str, Matrix] = field(default_factory=dict)
    outcomes: Mapping[str, int] = field(default_factory=dict)

    def letting(self, name: str, value: int) -> World:
        return replace(self, bound={**self.bound, name: value})

    def holding(self, key: str, value: Matrix) -> World:
        return replace(self, values={**self.values, key: value})

    def happening(self, outcomes: Mapping[str, int]) -> World:
        return replace(self, outcomes={**self.outcomes, **outcomes})


def key_of(node: Node) -> str:
    """The name of a symbol, whatever its font; "" for what is not a symbol."""
    match node:
        case Name(text):
            return text
        case Apply("accent", (body,), accent):
            return f"{accent} {key_of(body)}" if key_of(body) else ""
        case Apply("sub", (base, Number(text))):
            return f"{key_of(base)}_{text}" if key_of(base) else ""
        case Apply("fence", (body,), "()"):
            return key_of(body)
    return ""


def value(node: Node, world: World) -> Matrix:
    match node:
        case Number(text):
            return m.scalar(Fraction(text))
        case Name():
            return _symbol(node.text, world)
        case Apply(op) if op in _RULES:
            return _RULES[op](node, world)
    raise UnsettledError(str(node)[:60])


# --- symbols -----------------------------------------------------------------------------------


def _symbol(key: str, world: World) -> Matrix:
    if key in world.bound:
        return m.scalar(Fraction(world.bound[key]))
    if key in world.values:
        return world.values[key]
    if key in world.definitions and not world.definitions[key].indices:
        others = {name: one for name, one in world.definitions.items() if name != key}
        return value(world.definitions[key].body, replace(world, definitions=others))
    if key in world.definitions:
        return _components(key, world)
    if key in world.sizes and key not in world.shapes:
        return m.scalar(Fraction(world.sizes[key]))
    return _drawn(key, world)


def _components(key: str, world: World) -> Matrix:
    definition = world.definitions[key]
    lengths = [size(length, world) for length in world.shapes.get(key, ())[: len(definition.indices)]]
    if len(definition.indices) != 1 or not lengths:
        raise UnsettledError(f"components of {key}")
    (index,) = definition.indices
    return tuple(value(definition.body, world.letting(index, i + 1))[0] for i in range(lengths[0]))


def size(length: str, world: World) -> int:
    if length.isdigit():
        return int(length)
    if length not in world.sizes:
        raise UnsettledError(f"size {length}")
    return world.sizes[length]


def _drawn(key: str, world: World, member: str = "") -> Matrix:
    if key not in world.shapes:
        raise UnsettledError(f"symbol {key}")
    rows, columns, *traits = world.shapes[key]
    if "function" in traits:
        raise UnsettledError(f"function {key}")
    shape = size(rows, world), size(columns, world)
    if RANDOM & set(traits):
        return at_outcome(key, *shape, traits, world.outcomes, world.seed, member)
    return random_matrix(key + member, *shape, traits, world.seed)


# --- entries -----------------------------------------------------------------------------------


def _sub(node: Apply, world: World) -> Matrix:
    base, index = node.args
    key = key_of(node)
    if key and (key in world.shapes or key in world.definitions or key in world.values):
        return _symbol(key, world)
    if isinstance(base, Apply) and base.op == "fence" and base.detail == "‖‖":
        return value(base, world)
    if base == Name("I"):
        return m.eye(prod(_index(part, world) for part in indices_of(index)))
    at = [_index(part, world) for part in indices_of(index)]
    if key_of(base) == "delta" and len(at) == 2:
        return m.scalar(Fraction(at[0] == at[1]))
    if key_of(base) == "epsilon" and len(at) == 3:
        i, j, k = at
        return m.scalar(Fraction((i - j) * (j - k) * (k - i), 2))
    return _entry(base, at, world)


def indices_of(index: Node) -> tuple[Node, ...]:
    return index.args if isinstance(index, Apply) and index.op in ("juxt", "list") else (index,)


def _index(node: Node, world: World) -> int:
    found = value(node, world)
    first = found[0][0] if len(found) == 1 else None
    if not isinstance(first, Fraction) or first.denominator != 1:
        raise UnsettledError("index")
    return int(first)


def _entry(base: Node, at: list[int], world: World) -> Matrix:
    key = key_of(base)
    definition = world.definitions.get(key)
    if definition is not None and len(definition.indices) == len(at) and key not in world.values:
        for name, number in zip(definition.indices, at, strict=True):
            world = world.letting(name, number)
        return value(definition.body, world)
    if "family" in world.shapes.get(key, ()):
        return _drawn(key, world, f" {at}")
    if key.lower() != key and key not in world.shapes and key.lower() in world.shapes:
        base = Name(key.lower())
    whole = value(base, world)
    row, column = (*at, 1)[:2]
    if len(at) > 2 or not (0 < row <= len(whole) and 0 < column <= len(whole[0])):
        raise MisfitError
    return m.scalar(whole[row - 1][column - 1])


# --- operators ---------------------------------------------------------------------------------


def _sum(node: Apply, world: World) -> Matrix:
    left, right = node.args
    if is_none(left):
        return value(right, world)
    sign = Fraction(-1 if node.op == "-" else 1)
    eyes = _eye_factor(left), _eye_factor(right)
    if eyes[0] is None and eyes[1] is None:
        return m.added(value(left, world), m.scaled(sign, value(right, world)))
    one = value(left, world) if eyes[0] is None else None
    two = value(right, world) if eyes[1] is None else None
    like = m.square(one or two or m.scalar(Fraction(1)))
    one = one or _eye(eyes[0], like, world)
    return m.added(one, m.scaled(sign, two or _eye(eyes[1], like, world)))


def _eye_factor(node: Node) -> tuple[Node, ...] | None:
    """The factors of `c I`, without I; None for anything else."""
    factors = _factors(node)
    others = tuple(part for part in factors if not (isinstance(part, Name) and part.text == "I"))
    return others if len(others) == len(factors) - 1 else None


def _eye(factors: tuple[Node, ...] | None, like: int, world: World) -> Matrix:
    result = m.eye(like)
    for factor in factors or ():
        result = m.product(value(factor, world), result)
    return result


def _negative(node: Apply, world: World) -> Matrix:
    return m.scaled(Fraction(-1), value(node.args[0], world))


def _pairwise(function: Callable[[Real, Real], Real]) -> Callable[[Apply, World], Matrix]:
    def rule(node: Apply, world: World) -> Matrix:
        return m.pairwise(function, value(node.args[0], world), value(node.args[1], world))

    return rule


def _times(node: Apply, world: World) -> Matrix:
    return m.product(value(node.args[0], world), value(node.args[1], world))


def _fraction(node: Apply, world: World) -> Matrix:
    above, below = node.args
    mark = _mark(above)
    if mark:
        body = list(_factors(above)[1:])
        return _derivative(_joined(body), below, _order(above), world)
    bottom = value(below, world)
    if not m.is_scalar(bottom):
        return m.pairwise(lambda a, b: times(a, over(b)), value(above, world), bottom)
    return m.scaled(over(bottom[0][0]), value(above, world))


def _juxt(node: Apply, world: World) -> Matrix:
    result: Matrix | None = None
    rest = [_repeated(*pair) for pair in zip((None, *node.args), node.args, strict=False)]
    while rest:
        factor, rest = _next_factor(rest, world)
        result = factor if result is None else m.product(result, factor)
    return result or m.scalar(Fraction(1))


def _repeated(before: Node | None, factor: Node) -> Node:
    """The bracket before `(\\cdot)^T` once more."""
    match before, factor:
        case Apply(), Apply("sup", (Apply("fence", (Name("cdot"),), "()"), power)):
            return replace(factor, args=(before, power))
    return factor


def _next_factor(rest: list[Node], world: World) -> tuple[Matrix, list[Node]]:
    """The value of the first factor or application of the rest, and what follows it."""
    head = rest[0]
    if (
        isinstance(head, Apply)
        and head.op == "frac"
        and _mark(head.args[0])
        and not _factors(head.args[0])[1:]
    ):
        return _derivative(_joined(rest[1:]), head.args[1], _order(head.args[0]), world), []
    if _stem(head) == Name("nabla"):
        return _gradient(head, rest[1:], world), []
    if len(rest) > 1 and takes_mean(head, rest[1], world):
        return _mean_before(head, rest[1], world), rest[2:]
    if key_of(head) == "d" and "d" not in world.shapes and len(rest) > 1:
        if key_of(_stem(rest[1])) in world.shapes:
            return _differential(rest[1], world), rest[2:]
        return _along(_joined(rest[1:]), world), []
    if len(rest) > 1 and _is_function(head, rest[1], world):
        return _applied(head, rest[1], world), rest[2:]
    if len(rest) > 1 and isinstance(rest[1], Apply) and rest[1].op == "sup":
        argument, exponent = rest[1].args
        if _is_function(head, argument, world):
            return _powered(_applied(head, argument, world), exponent, world), rest[2:]
    return value(head, world), rest[1:]


def _joined(parts: list[Node]) -> Node:
    if not parts:
        raise UnsettledError("nothing to differentiate")
    return parts[0] if len(parts) == 1 else Apply("juxt", tuple(parts))


def _stem(node: Node) -> Node:
    while isinstance(node, Apply) and node.op in ("sub", "sup", "prime"):
        node = node.args[0]
    return node


def _differential(node: Node, world: World) -> Matrix:
    """`dX` is a free direction of the shape of X."""
    if isinstance(node, Apply) and node.op == "sup":
        return _powered(_differential(node.args[0], world), node.args[1], world)
    key = key_of(node)
    if key not in world.shapes:
        raise UnsettledError("differential")
    return random_matrix(f"d{key}", *m.shape(_symbol(key, world)), [], world.seed)


def _along(body: Node, world: World) -> Matrix:
    """The derivative of an expression along the directions of all symbols that vary."""
    for key in [key for key, shape in world.shapes.items() if "varies" in shape]:
        here, way = _symbol(key, world), _differential(Name(key), world)
        world = world.holding(key, m.pairwise(Dual, here, way))
    return m.each(_part, value(body, world))


# --- functions ---------------------------------------------------------------------------------


def _is_function(head: Node, after: Node, world: World) -> bool:
    fenced = isinstance(after, Apply) and after.op == "fence" and after.detail in ("()", "[]")
    stem = head.args[0] if isinstance(head, Apply) and head.op == "prime" else head
    definition = world.definitions.get(key_of(stem))
    named = "function" in world.shapes.get(key_of(stem), ()) or (
        definition is not None and definition.parameter
    )
    return fenced and bool(named)


def _applied(head: Node, after: Node, world: World) -> Matrix:
    order = len(head.detail) if isinstance(head, Apply) and head.op == "prime" else 0
    key = key_of(head.args[0] if isinstance(head, Apply) and head.op == "prime" else head)
    assert isinstance(after, Apply)
    definition = world.definitions.get(key)
    if definition is None:
        return _generic(key, order, value(after.args[0], world), world)
    if definition.parameter == key_of(after.args[0]) and not order:
        return value(definition.body, world)
    argument = value(after.args[0], world)
    return m.each(lambda entry: _defined(definition, entry, order, world), argument)


def _defined(definition: Definition, at: Real, order: int, world: World) -> Real:
    """The derivative of the given order of a defined function of one number."""
    for _ in range(order):
        at = Dual(at, Fraction(1))
    result = value(definition.body, world.holding(definition.parameter, m.scalar(at)))[0][0]
    for _ in range(order):
        result = _part(result)
    return result


def _generic(key: str, order: int, argument: Matrix, world: World) -> Matrix:
    """A smooth function nobody knows: its value at a point is a random number that hangs on the point.

    With a dual argument its derivative at the point is the next such number.
    """
    return m.each(lambda entry: _generic_at(key, order, entry, world), argument)


def _generic_at(key: str, order: int, at: Real, world: World) -> Real:
    if isinstance(at, Dual):
        slope = _generic_at(key, order + 1, at.value, world)
        return Dual(_generic_at(key, order, at.value, world), times(slope, at.part))
    return random_matrix(f"{key} {order} {at}", 1, 1, [], world.seed)[0][0]


def _call(node: Apply, world: World) -> Matrix:
    function, argument = node.args
    name = key_of(_stem(function))
    if name in MOMENTS:
        return MOMENTS[name](argument, _taken_over(function), world)
    inside = value(argument, world)
    if name in _CALLS:
        return _CALLS[name](inside)
    if name in FUNCTIONS:
        return m.each(FUNCTIONS[name], inside)
    raise UnsettledError(f"function {name}")


def takes_mean(head: Node, after: Node, world: World) -> bool:
    """Whether a letter E or D that stands for nothing else comes before a bracket."""
    key, bracket = key_of(_stem(head)), _stem(after)
    fenced = isinstance(bracket, Apply) and bracket.op == "fence"
    return key in MOMENTS and key not in world.shapes and key not in world.definitions and fenced


def _mean_before(head: Node, after: Node, world: World) -> Matrix:
    """`E[x]^2` is a power of the mean."""
    if isinstance(after, Apply) and after.op == "sup":
        return _powered(_mean_before(head, after.args[0], world), after.args[1], world)
    return MOMENTS[key_of(_stem(head))](after, _taken_over(head), world)


def _mean(argument: Node, over: frozenset[str], world: World) -> Matrix:
    """The mean over every outcome of what is random in the argument, or of the letters it is taken over."""
    sources: dict[str, tuple[Fraction, ...]] = {}
    for key in _letters(argument, world):
        rows, _, *traits = world.shapes.get(key, ("1", "1"))
        if RANDOM & set(traits) and (not over or key in over):
            sources |= groups(key, size(rows, world), traits)
    result: Matrix | None = None
    for choice in cartesian(*(range(len(weights)) for weights in sources.values())):
        outcomes = dict(zip(sources, choice, strict=True))
        weight = prod((sources[name][at] for name, at in outcomes.items()), start=Fraction(1))
        term = m.scaled(weight, value(argument, world.happening(outcomes)))
        result = term if result is None else m.added(result, term)
    assert result is not None
    return result


def _letters(node: Node, world: World) -> set[str]:
    """The symbols of a formula and of the definitions behind them."""
    found: set[str] = set()
    stack = [node]
    while stack:
        for part in walk(stack.pop()):
            key = key_of(part)
            if key and key not in found:
                found.add(key)
                if key in world.definitions and key not in world.values:
                    stack.append(world.definitions[key].body)
    return found


def _taken_over(head: Node) -> frozenset[str]:
    """The letters in the subscript of an expectation."""
    return (
        frozenset(filter(None, map(key_of, walk(head.args[1])))) if isinstance(head, Apply) else frozenset()
    )


def _covariance(argument: Node, over: frozenset[str], world: World) -> Matrix:
    """`E[(x - E x)(y - E y)^T]`, of one column with itself where there is but one."""
    body = argument.args[0] if isinstance(argument, Apply) and argument.op == "fence" else argument
    pair = body.args if isinstance(body, Apply) and body.op == "list" else (body, body)
    if len(pair) != 2:
        raise UnsettledError("covariance")
    one, two = (Apply("fence", (part,), "()") for part in pair)
    product = _mean(Apply("juxt", (one, Apply("sup", (two, Name("T"))))), over, world)
    means = m.product(_mean(one, over, world), m.transposed(_mean(two, over, world)))
    return m.added(product, m.scaled(Fraction(-1), means))


MOMENTS: dict[str, Callable[[Node, frozenset[str], World], Matrix]] = {
    "E": _mean,
    "var": _covariance,
    "cov": _covariance,
    "D": _covariance,
}


def _softmax(a: Matrix) -> Matrix:
    powers = m.each(exp, a)
    whole = m.total([entry for row in powers for entry in row])
    return m.scaled(over(whole), powers)


_CALLS: dict[str, Callable[[Matrix], Matrix]] = {
    "tr": m.trace,
    "det": m.determinant,
    "rank": m.rank,
    "diag": m.diagonal,
    "vec": m.stacked,
    "softmax": _softmax,
}


# --- powers, fences, sums over an index --------------------------------------------------------


def _sup(node: Apply, world: World) -> Matrix:
    base, exponent = node.args
    if isinstance(base, Name) and base.text == "e" and "e" not in world.shapes:
        return _exponential(value(exponent, world))
    if exponent == Number("2") and _is_norm(base):
        return m.norm_squared(value(_norm_body(base), world))
    return _powered(value(base, world), exponent, world)


def _exponential(a: Matrix) -> Matrix:
    """Of a number its exponential; of a matrix a polynomial in it, which commutes and turns as that does."""
    if m.is_scalar(a) or len(a) != len(a[0]):
        return m.each(exp, a)
    result = term = m.eye(len(a))
    for number in range(1, SERIES):
        term = m.scaled(Fraction(1, number), m.product(term, a))
        result = m.added(result, term)
    return result


def _powered(base: Matrix, exponent: Node, world: World) -> Matrix:
    if isinstance(exponent, Apply) and exponent.op == "neg":
        return _powered(m.inverse(base), exponent.args[0], world)
    if isinstance(exponent, Name) and exponent.text in TRANSPOSE:
        return m.transposed(base)
    if isinstance(exponent, Number) and exponent.text.isdigit() and int(exponent.text) <= HIGHEST_POWER:
        return _whole_power(base, int(exponent.text))
    if isinstance(exponent, Apply) and exponent.op in ("+", "-"):
        number = value(exponent, world)[0][0]
        if number.denominator == 1 and abs(number) <= HIGHEST_POWER:
            return _whole_power(base if number >= 0 else m.inverse(base), abs(int(number)))
    raise UnsettledError("exponent")


def _whole_power(base: Matrix, count: int) -> Matrix:
    if not count:
        return m.eye(m.square(base))
    result = base
    m.square(base)
    for _ in range(count - 1):
        result = m.product(result, base)
    return result


def _is_norm(node: Node) -> bool:
    body = node.args[0] if isinstance(node, Apply) and node.op == "sub" else node
    return isinstance(body, Apply) and body.op == "fence" and body.detail == "‖‖"


def _norm_body(node: Node) -> Node:
    """What stands between the bars, with or without an index that names the norm."""
    assert isinstance(node, Apply)
    fence = node.args[0] if node.op == "sub" else node
    assert isinstance(fence, Apply)
    return fence.args[0]


def _fence(node: Apply, world: World) -> Matrix:
    inside = value(node.args[0], world)
    if node.detail == "‖‖":
        return m.each(sqrt, m.norm_squared(inside))
    if node.detail not in ("()", "[]", "{}"):
        raise UnsettledError(f"fence {node.detail}")
    return inside


def _root(node: Apply, world: World) -> Matrix:
    if len(node.args) > 1:
        raise UnsettledError("root")
    return m.each(sqrt, value(node.args[0], world))


def _big(node: Apply, world: World) -> Matrix:
    body, lower, upper = node.args
    if node.detail != "sum" or not isinstance(lower, Apply) or lower.op != "rel" or lower.detail != "=":
        raise UnsettledError(node.detail)
    index, first = key_of(lower.args[0]), _index(lower.args[1], world)
    last = _index(upper, world)
    terms = [value(body, world.letting(index, i)) for i in range(first, last + 1)]
    if not terms:
        raise UnsettledError("a sum of nothing")
    result = terms[0]
    for term in terms[1:]:
        result = m.added(result, term)
    return result


def _cases(node: Apply, world: World) -> Matrix:
    """The value of the first row whose condition on indices holds."""
    rows = [row.args for row in node.args if isinstance(row, Apply) and len(row.args) == 2]
    if node.detail not in ("cases", "dcases") or len(rows) != len(node.args):
        raise UnsettledError(node.detail)
    for value_of, condition in rows:
        match condition:
            case Apply("text"):
                return value(value_of, world)
            case Apply("rel", (one, two), "=" | "ne" | ">" | "le" as sign):
                left, right = _index(_plainly(one), world), _index(two, world)
                holds = {"=": left == right, "ne": left != right, ">": left > right, "le": left <= right}
                if holds[sign]:
                    return value(value_of, world)
            case _:
                break
    raise UnsettledError("cases")


def _plainly(side: Node) -> Node:
    """The side of a condition without the "if" before it."""
    match side:
        case Apply("juxt", (Apply("text"), body)):
            return body
    return side


def _kronecker(node: Apply, world: World) -> Matrix:
    return m.kronecker(value(node.args[0], world), value(node.args[1], world))


# --- derivatives -------------------------------------------------------------------------------


def _factors(node: Node) -> tuple[Node, ...]:
    return node.args if isinstance(node, Apply) and node.op == "juxt" else (node,)


def _mark(above: Node) -> bool:
    """Whether a numerator begins with a differential sign."""
    stem = _stem(_factors(above)[0])
    return isinstance(stem, Name) and stem.text in ("partial", "d")


def _order(above: Node) -> int:
    first = _factors(above)[0]
    if isinstance(first, Apply) and first.op == "sup" and isinstance(first.args[1], Number):
        return int(first.args[1].text)
    return 1


def _derivative(body: Node, below: Node, order: int, world: World) -> Matrix:
    by = [_bare(part) for part in _factors(below) if not _mark(part)]
    if order == 2 and len(by) == 1:
        by = [by[0].args[0]] * 2 if isinstance(by[0], Apply) and by[0].op == "sup" else by
    if len(by) != order or order > 2:
        raise UnsettledError("derivative")
    if order == 1:
        turned = all(part is not kept for part, kept in zip(_factors(below)[-1:], by, strict=True))
        layout = "numerator" if turned and _unstacked(by[0]) is not None else world.layout
        return arranged(body, by[0], replace(world, layout=layout))
    return _second(body, by, world)


def _bare(node: Node) -> Node:
    """`\\partial b^\\top` below the line differentiates by b."""
    if isinstance(node, Apply) and node.op == "sup" and key_of(node.args[1]) in TRANSPOSE:
        return node.args[0]
    return node


def arranged(body: Node, by: Node, world: World) -> Matrix:
    """First derivative: of a scalar in the shape of `by`, of a column by a column the Jacobian."""
    stacked = _unstacked(by)
    partials = _partials(body, stacked or by, world)
    if stacked is not None:
        partials = [[partials[i][j]] for j in range(len(partials[0])) for i in range(len(partials))]
    shape = m.shape(partials[0][0])
    if shape == (1, 1):
        array = m.build(len(partials), len(partials[0]), lambda i, j: partials[i][j][0][0])
    elif len(partials[0]) == 1 and 1 in shape:
        rows = [[entry for row in cell for entry in row] for (cell,) in partials]
        array = tuple(map(tuple, rows))
    elif len(partials) == 1 and len(partials[0]) == 1:
        return partials[0][0]
    else:
        raise UnsettledError("tensor")
    return m.transposed(array) if world.layout == "numerator" else array


def _unstacked(by: Node) -> Node | None:
    """The X of `vec X`."""
    match by:
        case Apply("call", (Name("vec"), Apply("fence", (inner,)) | inner)):
            return inner
        case Apply("fence", (inner,)):
            return _unstacked(inner)
    return None


def _partials(body: Node, by: Node, world: World) -> list[list[Matrix]]:
    key, whole, places = _variable(by, world)
    rows, columns = m.shape(whole)

    def part(row: int, column: int) -> Matrix:
        def entry(i: int, j: int) -> Real:
            return Dual(whole[i][j], Fraction(i == row and j == column))

        found = value(body, world.holding(key, m.build(rows, columns, entry)))
        return m.each(_part, found)

    if places is not None:
        return [[part(*places)]]
    return [[part(i, j) for j in range(columns)] for i in range(rows)]


def _variable(by: Node, world: World) -> tuple[str, Matrix, tuple[int, int] | None]:
    """Name and value of what is differentiated by; for an entry also its place."""
    key = key_of(by)
    if key and (key in world.shapes or key in world.definitions):
        return key, _symbol(key, world), None
    if isinstance(by, Apply) and by.op == "sub" and key_of(by.args[0]):
        at = [_index(part, world) - 1 for part in indices_of(by.args[1])]
        base = key_of(by.args[0])
        if len(at) <= 2 and base:
            return base, _symbol(base, world), (at[0], (*at, 0)[1])
    raise UnsettledError(f"derivative by {key}")


def _second(body: Node, by: list[Node], world: World) -> Matrix:
    """The Hessian of a scalar, or one entry of it."""
    (one, first, place), (two, _, other) = (_variable(part, world) for part in by)
    if one != two or len(first[0]) != 1:
        raise UnsettledError("second derivative")
    if (place is None) != (other is None):
        raise UnsettledError("second derivative")

    def entry(i: int, j: int) -> Real:
        def moved(k: int, _: int) -> Real:
            inner = Dual(first[k][0], Fraction(k == i))
            return Dual(inner, Fraction(k == j))

        found = value(body, world.holding(one, m.build(len(first), 1, moved)))
        if not m.is_scalar(found):
            raise UnsettledError("second derivative")
        return _part(_part(found[0][0]))

    if place is not None and other is not None:
        return m.scalar(entry(place[0], other[0]))
    return m.build(len(first), len(first), entry)


def _part(number: Real) -> Real:
    return number.part if isinstance(number, Dual) else Fraction(0)


def _gradient(head: Node, rest: list[Node], world: World) -> Matrix:
    """`\\nabla_x f`, `\\nabla f(x)`, `\\nabla^2 f(x)`: columns and Hessians under every layout."""
    order = 2 if isinstance(head, Apply) and head.op == "sup" else 1
    inner = head.args[0] if isinstance(head, Apply) and head.op == "sup" else head
    body = _joined(rest)
    by = inner.args[1] if isinstance(inner, Apply) and inner.op == "sub" else _argument(rest, world)
    upright = replace(world, layout="denominator")
    return arranged(body, by, upright) if order == 1 else _second(body, [by, by], upright)


def _argument(rest: list[Node], world: World) -> Node:
    definition = world.definitions.get(key_of(rest[0]))
    if definition is None or not definition.parameter:
        raise UnsettledError("gradient by what")
    return Name(definition.parameter)


_RULES: dict[str, Callable[[Apply, World], Matrix]] = {
    "matrix": _cases,
    "+": _sum,
    "-": _sum,
    "neg": _negative,
    "pos": lambda node, world: value(node.args[0], world),
    "cdot": _times,
    "times": _times,
    "odot": _pairwise(times),
    "otimes": _kronecker,
    "frac": _fraction,
    "slash": _fraction,
    "juxt": _juxt,
    "sub": _sub,
    "sup": _sup,
    "accent": lambda node, world: _symbol(key_of(node), world),
    "fence": _fence,
    "sqrt": _root,
    "call": _call,
    "big": _big,
}


# --- comparing ---------------------------------------------------------------------------------


def agree(one: Node, two: Node, worlds: list[World], free: tuple[str, ...]) -> bool:
    """Whether two formulas have the same value at every point, for every choice of the free indices."""
    return all(
        _same_at(one, two, _chosen(world, free, choice))
        for world in worlds
        for choice in cartesian((1, 2), repeat=len(free))
    )


def _chosen(world: World, free: tuple[str, ...], choice: tuple[int, ...]) -> World:
    return replace(world, bound={**world.bound, **dict(zip(free, choice, strict=True))})


def _same_at(one: Node, two: Node, world: World) -> bool:
    try:
        left = value(one, world)
    except MisfitError as misfit:
        raise UnsettledError("the original does not fit") from misfit
    try:
        right = value(two, world)
    except (MisfitError, ZeroDivisionError):
        return False
    if m.shape(left) != m.shape(right):
        return False
    return all(
        is_zero(plus(a, minus(b)))
        for row, other in zip(left, right, strict=True)
        for a, b in zip(row, other, strict=True)
    )
