"""Derivatives, gradients, Hessians and differentials as terms.

`ARRANGEMENTS` says for every kind of numerator and denominator how the partials are laid out
under each convention; a step is read once under each of them.
"""

from __future__ import annotations

from mdverify.closure import closure
from mdverify.derivatives import DerivativeParts
from mdverify.functions import application, parametrised
from mdverify.messages import message
from mdverify.primes import PRIMES
from mdverify.reading import Reading, Stuck, depends, root
from mdverify.resolve import every, generic_arguments, resolve
from mdverify.shapes import ONE, Shape
from mdverify.show import show
from mdverify.source import Span
from mdverify.symbols import Symbol, symbols_in
from mdverify.syntax import Apply, Name, Node, Number
from mdverify.terms import Derivative, Target, Term

OTHER_VARIABLE = 0.3  # what it costs to take a gradient by something else
NABLAS = ("nabla", "triangledown")
LAYOUTS = ("denominator", "numerator", "mixed")

# (numerator, denominator): arrangement under denominator, numerator, mixed layout.
# `∂x^T` below says its own layout, `∂y^T` above as well; tensors are read through vec.
ARRANGEMENTS: dict[tuple[str, str], tuple[str, str, str]] = {
    ("S", "S"): ("by-body", "by-body", "by-body"),
    ("S", "V"): ("by-target", "by-target-T", "by-target"),
    ("S", "R"): ("by-target", "by-target", "by-target"),
    ("S", "M"): ("by-target", "by-target-T", "by-target"),
    ("V", "S"): ("by-body-T", "by-body", "by-body"),
    ("R", "S"): ("by-body", "by-body", "by-body"),
    ("M", "S"): ("by-body", "by-body", "by-body"),
    ("V", "V"): ("gradient", "jacobian", "jacobian"),
    ("V", "R"): ("jacobian", "jacobian", "jacobian"),
    ("R", "V"): ("gradient", "jacobian", "gradient"),
    ("R", "R"): ("gradient", "jacobian", "jacobian"),
    ("V", "M"): ("gradient", "jacobian", "jacobian"),
    ("R", "M"): ("gradient", "jacobian", "jacobian"),
    ("M", "V"): ("gradient", "jacobian", "jacobian"),
    ("M", "R"): ("gradient", "jacobian", "jacobian"),
    ("M", "M"): ("gradient", "jacobian", "jacobian"),
}
MOST_NUMBERS = 6  # arguments of a function of numbers whose gradient is the column of its derivatives
HELD = ((0.0, "held"), (0.8, "total"))  # what ∂ does to further arguments that depend on the variable
TENSORS = frozenset({("V", "M"), ("R", "M"), ("M", "V"), ("M", "R"), ("M", "M")})


def derivative(reading: Reading, parts: DerivativeParts, operand: Node, span: Span) -> Term:
    """`∂^k operand / ∂a ∂b`: the innermost derivative is the one written last."""
    reading.derives = True
    targets = [_target(reading, node, order) for node, order in parts.targets]
    own_row = _is_transposed_name(operand)
    body = reading.term(operand)
    if len(targets) == 2 and targets[0].transposed != targets[1].transposed:
        targets.sort(key=lambda t: not t.transposed)
        column = Target(targets[1].term)
        row = Target(targets[0].term)
        return hessian(reading, body, column, row, span)
    if len(targets) == 1 and targets[0].order == 2 and reading.kind(targets[0].term.shape) in "VR":
        return hessian(reading, body, targets[0], targets[0], span)
    if parts.partial and len(targets) == 1:
        called = _called(reading, operand, body)
        if _holds_others(reading, called, targets[0]):
            return _held(reading, called, targets[0], span)
    for target in reversed(targets):
        body = partial(reading, body, target, span, own_row)
    return body


def _called(reading: Reading, operand: Node, body: Term) -> Term:
    """`Ψ` of `Ψ(z, t)`, defined as `Ψ = M z - N t`, as a function of both; anything else as it is."""
    symbol = reading.derivation.naming.symbol(operand) if body.op == "sym" else None
    defined = symbol is not None and body.data in reading.definitions
    called = parametrised(reading, symbol, operand.span) if symbol is not None and defined else None
    return called or body


def _holds_others(reading: Reading, body: Term, target: Target) -> bool:
    """Whether `∂F/∂x` of `F(x, y)` holds a y fixed that is itself a function of x, as it should."""
    if body.op != "call" or body.data.members or body.data.elementwise or target.term.op != "sym":
        return False
    others = [arg for arg in body.args if not (arg.op == "sym" and arg.data == target.term.data)]
    if len(others) != len(body.args) - 1 or not any(depends(arg, target.term, reading) for arg in others):
        return False
    return reading.choose(f"{body.data.name}∂", HELD) == "held"


def _held(reading: Reading, body: Term, target: Target, span: Span) -> Term:
    """The derivative by one argument of a function, the others held: taken at parameters, then at a point."""
    inner, names, params = _at_parameters(reading, body, span)
    at = next(i for i, arg in enumerate(body.args) if arg.op == "sym" and arg.data == target.term.data)
    result = partial(reading, inner, Target(params[at], target.order, target.transposed), span)
    return Term("at", (result, *body.args), names, result.shape, span)


def _is_transposed_name(node: Node) -> bool:
    match node:
        case Apply("sup", (Name() | Apply("sub" | "accent"), Name("T" | "top"))):
            return True
        case Apply("sup", (Apply("fence", (_,), "()"), Name("T" | "top"))):
            return True
    return False


def _target(reading: Reading, node: Node, order: int) -> Target:
    """What is varied: a symbol, a member, an entry, `x^T`, `σ^2`, or any expression as a whole."""
    match node:
        case Apply("sup", (body, Name("T" | "top"))):
            inner = _target(reading, body, order)
            return Target(inner.term, order, transposed=True)
        case Apply("fence", (body,), "()"):
            return _target(reading, body, order)
        case Apply("sup", (_, Name(letter))) if reading.derivation.naming.symbol(node) is None:
            raise Stuck(message("no-meaning", text=letter), node.span)
    return Target(reading.term(node), order)


def partial(reading: Reading, body: Term, target: Target, span: Span, own_row: bool = False) -> Term:
    """One derivative, laid out as the reading's convention says."""
    kinds = reading.kind(body.shape), reading.kind(target.term.shape)
    if target.order > 1 and kinds[1] != "S":
        raise Stuck(message("higher-order"), span)
    if target.transposed and kinds[1] == "V":
        kinds = kinds[0], "R"
    if own_row and kinds == ("R", "V"):
        arrangement = "gradient"
    else:
        row = ARRANGEMENTS.get(kinds)
        if row is None:
            raise Stuck(message("tensor"), span)
        arrangement = row[LAYOUTS.index(reading.asked("layout"))]
        reading.discriminating |= len(set(row)) > 1
    if target.transposed and kinds == ("S", "R"):
        arrangement = "by-target-T"
    if target.transposed and kinds[1] == "M":
        arrangement = "by-target-T" if kinds[0] == "S" else arrangement
    reading.tensor |= kinds in TENSORS
    shape = arranged_shape(reading, body, target, arrangement)
    return Term("deriv", (body,), Derivative((Target(target.term, target.order),), arrangement), shape, span)


def arranged_shape(reading: Reading, body: Term, target: Target, arrangement: str) -> Shape:
    name, _, _ = arrangement.partition("-T")
    t, b = target.term.shape, body.shape
    dims = reading.dims

    def times(shape: Shape) -> int:
        if dims.is_one(shape.rows) or dims.is_one(shape.cols):
            return shape.cols if dims.is_one(shape.rows) else shape.rows
        return dims.times(shape.rows, shape.cols)

    shape = {
        "by-target": t,
        "by-body": b,
        "jacobian": Shape(times(b), times(t)),
        "gradient": Shape(times(t), times(b)),
    }[name]
    return shape.transposed if arrangement.endswith("-T") else shape


def hessian(reading: Reading, body: Term, rows: Target, columns: Target, span: Span) -> Term:
    """`∂²f/∂x∂x^T`, `∇²f`: rows by the first variable, columns by the second."""
    if reading.kind(body.shape) != "S":
        raise Stuck(message("tensor"), span)
    if reading.kind(rows.term.shape) not in "VRS" or reading.kind(columns.term.shape) not in "VRS":
        raise Stuck(message("tensor"), span)
    inner_shape = arranged_shape(reading, body, columns, "by-target")
    inner = Term("deriv", (body,), Derivative((Target(columns.term),), "by-target"), inner_shape, span)
    shape = arranged_shape(reading, inner, rows, "gradient")
    return Term("deriv", (inner,), Derivative((Target(rows.term),), "gradient"), shape, span)


# --- nabla -------------------------------------------------------------------------------------


def gradient(reading: Reading, node: Node, rest: list[Node]) -> tuple[Term, int]:
    """`\\nabla_x f`, `\\nabla f(x)`, `\\nabla^2 f`: the operator with what it acts on."""
    reading.derives = True
    order, variable, turned = _nabla(node)
    twice = bool(rest) and order == 1 and not turned and _again(rest[0], variable)
    if twice:
        order, rest = 2, rest[1:]
    if not rest:
        raise Stuck(message("operator-alone", text=show(node)), node.span)
    operand, used = _operand(reading, rest)
    span = node.span.cover(rest[used - 1].span)
    operand, outer = _peeled(reading, operand)
    result = _differentiated(reading, operand, variable, order, span)
    if turned:
        result = reading.apply("T", result, span=span)
    for script in outer:
        result = reading.scripted(script, result)
    return result, 1 + used + twice


def _differentiated(reading: Reading, operand: Node, variable: Node | None, order: int, span: Span) -> Term:
    """The gradient or Hessian of an operand, by the variable written or implied."""
    if variable is not None:
        return _nabla_term(reading, reading.term(operand), Target(reading.term(variable)), order, span)
    whole = reading.term(operand)
    if _is_of_numbers(reading, whole):
        return _by_all(reading, whole, order, span)
    target, body, point = _implied(reading, operand, span)
    result = _nabla_term(reading, body, target, order, span)
    return result if point is None else Term("at", (result, point[1]), (point[0],), result.shape, span)


def _is_of_numbers(reading: Reading, whole: Term) -> bool:
    """`g(x, y)`, `g(1, 2)`: a number that depends on a few others."""
    if whole.op != "call" or whole.data.members or not reading.is_scalar(whole):
        return False
    return 1 < len(whole.args) <= MOST_NUMBERS and all(map(reading.is_scalar, whole.args))


def _by_all(reading: Reading, whole: Term, order: int, span: Span) -> Term:
    """The column of the derivatives by all arguments, or the matrix of the second ones, at a point."""
    inner, names, params = _at_parameters(reading, whole, span)
    targets = [Target(param) for param in params]
    first = [partial(reading, inner, target, span) for target in targets]
    parts = first if order == 1 else [partial(reading, one, to, span) for one in first for to in targets]
    width = 1 if order == 1 else len(params)
    count = reading.dims.const(len(params))
    shape = Shape(count, ONE if order == 1 else count)
    stacked = Term("stack", tuple(parts), tuple(width for _ in params), shape, span)
    return Term("at", (stacked, *whole.args), names, shape, span)


def _at_parameters(reading: Reading, whole: Term, span: Span) -> tuple[Term, tuple[str, ...], list[Term]]:
    """A function applied to parameters of its own, with their names, which may then be varied.

    Not one that was read at the letters it was defined with.
    """
    call = whole.data
    if call.body is not None and not {p.data for p in closure(reading, call.body)} & set(call.params):
        raise Stuck(message("argument-unclear", text=call.name.partition("#")[0]), span)
    names = tuple(f"∂{number}" for number in range(len(whole.args)))
    params = [Term("sym", (), name, arg.shape, span) for name, arg in zip(names, whole.args, strict=True)]
    return Term("call", tuple(params), whole.data, whole.shape, span), names, params


def _again(node: Node, variable: Node | None) -> bool:
    """The second of `\\nabla\\nabla f`, `\\nabla_x\\nabla_x^T f`."""
    base = node
    while isinstance(base, Apply) and base.op in ("sub", "sup"):
        base = base.args[0]
    if not (isinstance(base, Name) and base.text in NABLAS):
        return False
    order, other, _ = _nabla(node)
    return order == 1 and other == variable


def _nabla(node: Node) -> tuple[int, Node | None, bool]:
    """Order, variable, and whether a transpose stands on the operator itself."""
    order, variable, turned = 1, None, False
    while isinstance(node, Apply):
        script = node.args[1] if len(node.args) > 1 else None
        if node.op == "sub":
            variable = script
        elif script == Number("2"):
            order = 2
        elif script is not None and _turns(script):
            turned = True
        else:
            raise Stuck(message("no-meaning", text=show(node)), node.span)
        node = node.args[0]
    return order, variable, turned


def _turns(script: Node) -> bool:
    """Whether a superscript is the sign of a transpose."""
    return isinstance(script, Name) and script.text in ("T", "top")


def _operand(reading: Reading, rest: list[Node]) -> tuple[Node, int]:
    """A function with its arguments or a lone scalar symbol is taken alone, else everything that follows."""
    symbol = reading.derivation.naming.symbol(rest[0])
    if symbol is not None:
        if len(rest) > 1 and reading.is_function(symbol.key) and _is_fence(rest[1]):
            return Apply("juxt", (rest[0], rest[1]), span=rest[0].span.cover(rest[1].span)), 2
        if len(rest) == 1 or _is_scalar_symbol(reading, rest[0]):
            return rest[0], 1
    if len(rest) == 1:
        return rest[0], 1
    return Apply("juxt", tuple(rest), span=rest[0].span.cover(rest[-1].span)), len(rest)


def _is_fence(node: Node) -> bool:
    while isinstance(node, Apply) and node.op in ("sup", "prime"):
        node = node.args[0]
    return isinstance(node, Apply) and node.op == "fence"


def _is_scalar_symbol(reading: Reading, node: Node) -> bool:
    """A symbol that stands for a loss or a function value, not a factor of what follows."""
    symbol = reading.derivation.naming.symbol(node)
    if symbol is None:
        return False
    if reading.is_function(symbol.key):
        return True
    life = reading.life(symbol.key)
    return life is not None and life.definition is not None and reading.is_scalar(reading.term(node))


def _peeled(reading: Reading, operand: Node) -> tuple[Node, list[Apply]]:
    """Scripts on the bracket of `\\nabla f(x)^T` belong to the gradient, those of `\\nabla c(x)^2` do not."""
    symbol = reading.derivation.naming.symbol
    match operand:
        case Apply("juxt", (head, Apply("sup" | "prime") as last)) if (called := symbol(head)) is not None:
            outer: list[Apply] = []
            inner: Node = last
            while isinstance(inner, Apply) and inner.op in ("sup", "prime"):
                outer.append(inner)
                inner = inner.args[0]
            turned = all(one.op == "sup" and _turns(one.args[1]) for one in outer)
            if _is_fence(inner) and (turned or reading.is_function(called.key)):
                return Apply("juxt", (head, inner), span=operand.span), list(reversed(outer))
    return operand, []


def _implied(reading: Reading, operand: Node, span: Span) -> tuple[Target, Term, tuple[str, Term] | None]:
    """`\\nabla f`, `\\nabla f(x)`: the variable is the parameter of f, or what its formula depends on."""
    body = reading.term(operand)
    if body.op == "call":
        vectors = [i for i, arg in enumerate(body.args) if reading.kind(arg.shape) != "S"]
        at = vectors[0] if vectors else 0
        argument = body.args[at]
        if argument.op in ("sym", "member", "entry"):
            return Target(argument), body, None
        call = body.data
        if call.body is not None:
            param = Term("sym", (), call.params[at], argument.shape, span)
            return Target(param), call.body, (call.params[at], argument)
    match operand:
        case Apply("call", (_, Apply("fence", (inner,), "()"))) if reading.derivation.naming.symbol(inner):
            return Target(reading.term(inner)), body, None
        case Apply("sup", (Apply("juxt") as applied, Number())):
            target, _, point = _implied(reading, applied, span)
            if point is None:
                return target, body, None
    symbol = reading.derivation.naming.symbol(operand)
    variables = _variables(reading, symbol.key, body) if symbol is not None else {}
    if symbol is not None and variables:
        costs = tuple((OTHER_VARIABLE * at, name) for at, name in enumerate(variables))
        name = reading.choose(f"∇{symbol.key}", costs) if len(variables) > 1 else costs[0][1]
        return Target(variables[name]), body, None
    only = _only_variable(reading, body, span)
    if only is None:
        raise Stuck(message("gradient-of-what", text=show(operand)), span)
    return Target(only), body, None


def _variables(reading: Reading, key: str, body: Term) -> dict[str, Term]:
    """The vectors a quantity is differentiated by; where it has a formula first those that have none."""
    found = {root(one): one for one in generic_arguments(reading, key) if reading.kind(one.shape) != "S"}
    if body.data not in reading.definitions:
        return found
    for node in reading.derivation.dependence(key, reading.position):
        one = reading.term(node)
        if one.op == "sym" and reading.kind(one.shape) != "S":
            found.setdefault(root(one), one)
    return dict(sorted(found.items(), key=lambda item: item[0] in reading.definitions))


def _only_variable(reading: Reading, body: Term, span: Span) -> Term | None:
    """The one vector, or family of numbers, that a formula without parameters is made of."""
    known = reading.definitions.keys() | reading.generics.keys()
    parts = [
        part for part in closure(reading, body) if part.op in ("sym", "member") and part.data not in known
    ]
    free = {part.data: part for part in parts if part.op == "member" or reading.kind(part.shape) != "S"}
    if len(free) != 1 or not free.keys() <= reading.names.keys():
        return None
    ((name, part),) = free.items()
    if part.op == "sym":
        return part
    if len(part.args) != 1 or reading.kind(part.shape) != "S":
        return None
    key = reading.names[name]
    return every(reading, Symbol(key, key.rstrip("_"), "", (Name("i"),)), span)


def _nabla_term(reading: Reading, body: Term, target: Target, order: int, span: Span) -> Term:
    if order == 2:
        return hessian(reading, body, target, target, span)
    kind = reading.kind(body.shape)
    if kind == "S":
        shape = arranged_shape(reading, body, target, "by-target")
        return Term("deriv", (body,), Derivative((target,), "by-target"), shape, span)
    return partial(reading, body, target, span)


# --- differentials -----------------------------------------------------------------------------


def differential(changed: Term, sign: Span) -> Term:
    """`d x`, `\\mathrm d(X^{-1})`, `df(x)`: the change along a free direction."""
    return Term("differential", (changed,), None, changed.shape, sign.cover(changed.span))


# --- primes ------------------------------------------------------------------------------------


def take_prime(reading: Reading, node: Apply) -> Term:
    """A prime: transpose where the note says so, a derivative, or another symbol of the same letter."""
    (body,) = node.args
    told = bool(reading.derivation.facts_at(node.span.start, PRIMES))
    new = reading.derivation.naming.symbol(node)
    if new is not None and new.key in reading.derivation.naming.variables and not told:
        return resolve(reading, new, node.span)
    turned = not told and _is_tuple_of_numbers(reading, body)
    if turned or (not told and reading.asked("primes")):
        result = reading.term(body)
        if not told and not turned and reading.kind(result.shape) == "S":
            raise Stuck(message("argument-unclear", text=show(node)), node.span)
        for _ in node.detail:
            result = reading.apply("T", result, span=node.span)
        return result
    symbol = reading.derivation.naming.symbol(body)
    if symbol is not None and reading.is_function(symbol.key):
        return application(reading, symbol, None, node.span, len(node.detail))
    variable = main_variable(reading)
    if variable is not None and _is_function_value(reading, body):
        return partial(reading, reading.term(body), Target(variable, len(node.detail)), node.span)
    if symbol is not None:
        other = type(symbol)(f"{symbol.key}'", symbol.letter, symbol.font, symbol.indices, symbol.sup_indices)
        return resolve(reading, other, node.span)
    raise Stuck(message("no-meaning", text=show(node)), node.span)


def _is_tuple_of_numbers(reading: Reading, body: Node) -> bool:
    """`(0, 2)`, which nobody differentiates."""
    match body:
        case Apply("fence", (Apply("list"),), "()"):
            return next(symbols_in(body, reading.derivation.naming), None) is None
    return False


def _is_function_value(reading: Reading, body: Node) -> bool:
    """Something whose derivative a prime can be: a defined or dependent symbol, or an expression of some."""
    symbol = reading.derivation.naming.symbol(body)
    if symbol is None:
        return True
    life = reading.life(symbol.key)
    if life is not None and life.definition is not None:
        return True
    return bool(reading.derivation.dependence(symbol.key, reading.position))


def main_variable(reading: Reading) -> Term | None:
    """The variable primes differentiate by: the one the note's functions depend on, else x."""
    node = reading.derivation.main_variable(reading.position)
    return None if node is None else reading.term(node)
