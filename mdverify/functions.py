"""Functions of the note: defined by a formula, only named (generic smooth ones), or well known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from mdverify.closure import closure
from mdverify.definitions import Defined
from mdverify.ellipsis import is_dots, run
from mdverify.indices import collected, entry, index_term, ranges_over
from mdverify.intermediates import retold, spoken
from mdverify.lives import Life
from mdverify.messages import message
from mdverify.reading import Reading, Stuck, root
from mdverify.resolve import generic_arguments, is_whole, resolve
from mdverify.shapes import SCALAR, Shape
from mdverify.show import show
from mdverify.source import Span
from mdverify.sums import label_range
from mdverify.symbols import BARRED, BOLD, Symbol, bound_names, mentions, symbols_in
from mdverify.syntax import MINUS_ONE, Apply, Name, Node, Number, walk
from mdverify.terms import Call, Term
from mdverify.unfolding import inner_position

SIGMOIDS = frozenset({"sigma"})
PROBABILITIES = frozenset({"p", "q", "P", "Q"})
MEANT = ((0.0, "another"), (0.3, "entrywise"))  # what f is of a vector whose formula is one of numbers
SUPPOSED = "sigma="  # what σ stands for in a note that never says
SUPPOSITIONS = ((0.0, "any"), (0.9, "sigmoid"))


def named_call(reading: Reading, node: Node, after: Node) -> Term | None:
    """`f(x)`, `f(x)^T`, `f'(x)`, `u_i(x)`: a function followed by its arguments."""
    fence, wrap = after, []
    while isinstance(fence, Apply) and fence.op in ("sup", "prime", "sub"):
        wrap.append(fence)
        fence = fence.args[0]
    if not (_is_bracket(fence) and isinstance(fence, Apply)):
        return None
    order, head = 0, node
    if isinstance(node, Apply) and node.op == "prime":
        order, head = len(node.detail), node.args[0]
    symbol = reading.derivation.naming.symbol(head)
    span = node.span.cover(fence.span)
    if symbol is None:
        _refuse_inverse(reading, head, fence.args[0], span)
        return None
    if wrap and (member := _member(reading, head, wrap[-1])) is not None:
        symbol = member
        wrap.pop()
    whole = _whole(reading, symbol)
    if whole is not None and not order:
        result = entry(reading, application(reading, whole, fence.args[0], span), symbol.indices, span)
    elif reading.is_function(symbol.key) and not _is_factor(reading, symbol.key, fence.args[0]):
        result = application(reading, symbol, fence.args[0], span, order)
    else:
        return None
    for outer in reversed(wrap):
        result = reading.scripted(replace(outer, span=node.span.cover(outer.span)), result)
    return result


def _member(reading: Reading, head: Node, script: Node) -> Symbol | None:
    """The `f_i(x)` of `f(x)_i`, where f is defined by its members."""
    if not (isinstance(script, Apply) and script.op == "sub"):
        return None
    member = reading.derivation.naming.symbol(Apply("sub", (head, script.args[1]), span=head.span))
    life = reading.life(member.key) if member is not None else None
    known = life is not None and life.definition is not None and bool(life.definition.params)
    return member if known else None


def _is_factor(reading: Reading, key: str, inside: Node) -> bool:
    """Whether a bracket holds the value of the very function before it, and is multiplied: `f(1 - f)`."""
    names = reading.derivation.naming
    stack = [inside]
    while stack:
        part = stack.pop()
        symbol = names.symbol(part)
        if symbol is not None and symbol.key == key:
            return True
        match part:
            case Apply("juxt", factors):
                pairs = zip(factors, (*factors[1:], None), strict=True)
                stack.extend(one for one, after in pairs if not (after is not None and _is_bracket(after)))
            case Apply(_, args):
                stack.extend(args)
    return False


def _is_bracket(node: Node) -> bool:
    """Whether a bracket of arguments stands there, whatever is written on it."""
    while isinstance(node, Apply) and node.op in ("sup", "prime", "sub"):
        node = node.args[0]
    return isinstance(node, Apply) and node.op == "fence" and node.detail in ("()", "[]")


def _refuse_inverse(reading: Reading, head: Node, arguments: Node, span: Span) -> None:
    """`f^{-1}(p)`: where the values of f are numbers it is the inverse function, which is not computed."""
    if not (isinstance(head, Apply) and head.op == "sup" and head.args[1] == MINUS_ONE):
        return
    symbol = reading.derivation.naming.symbol(head.args[0])
    if symbol is None or not reading.is_function(symbol.key):
        return
    if reading.is_scalar(application(reading, symbol, arguments, span)):
        raise Stuck(message("unknown-function", text=show(head)), span)


def _whole(reading: Reading, symbol: Symbol) -> Symbol | None:
    """The r of `r_i(x)` where r is only declared as a function whose values are vectors."""
    whole = Symbol(symbol.base, symbol.letter, symbol.font)
    life = reading.life(whole.key) if len(symbol.indices) == 1 and not symbol.sup_indices else None
    if life is None or life.declaration is None or life.definition or reading.life(symbol.key) is not None:
        return None
    vectors = life.declaration.function and life.declaration.rank in "VR"
    return whole if vectors and reading.is_function(whole.key) else None


def application(reading: Reading, symbol: Symbol, arguments: Node | None, span: Span, order: int = 0) -> Term:
    """A function of the note applied; without arguments it stands for its value at its parameters."""
    life = reading.life(symbol.key)
    definition = life.definition if life else None
    if definition is not None and reading.asked("opaque", symbol.key):
        definition = None
    if definition is not None and not reading.derivation.sees(definition, reading.position):
        definition = None
    if definition is not None and definition.params and life is not None:
        definition = _of_member(definition, symbol, span)
        if _counts(reading, definition) and not order:
            return _counted(reading, life, definition, arguments, span)
        return _defined(reading, symbol, life, definition, arguments, span, order)
    if definition is not None and life is not None:
        return _value_at(reading, symbol, life, definition, arguments, span, order)
    if _is_known_by_entries(reading, symbol, arguments) and not order:
        return resolve(reading, symbol, span)
    return _generic(reading, symbol, life, arguments, span, order)


def _of_member(definition: Defined, symbol: Symbol, span: Span) -> Defined:
    """The formula of one function of a family, `f_2(x)` by `f_j(x) = …`."""
    given = symbol.sup_indices + symbol.indices
    if len(given) != len(definition.indices):
        raise Stuck(message("argument-unclear", text=symbol.letter), span)
    bound = {
        formal: Apply("-", (index, Number(str(shift))), span=index.span) if shift else index
        for formal, index, shift in zip(definition.indices, given, definition.shifts, strict=True)
    }
    bound = {formal: index for formal, index in bound.items() if index != Name(formal)}
    if not bound:
        return definition
    body, *others = (_put(told, bound, span) for told in (definition.body, *definition.others))
    return replace(definition, body=body, others=tuple(others), indices=tuple(map(show, given)))


def _counts(reading: Reading, definition: Defined) -> bool:
    """Whether all parameters stand for indices in the formula: `p(a) = e^{x_a} / \\sum_b e^{x_b}`."""
    symbols = symbols_in(definition.body, reading.derivation.naming)
    indices = (part for symbol in symbols for index in symbol.indices for part in walk(index))
    return set(definition.params) <= {part.text for part in indices if isinstance(part, Name)}


def _counted(reading: Reading, life: Life, definition: Defined, arguments: Node | None, span: Span) -> Term:
    """The formula of a function of indices, with those it is applied to."""
    items = _items(arguments) if arguments is not None else ()
    if life.name in reading.pending or (items and len(items) != len(definition.params)):
        raise Stuck(message("argument-unclear", text=definition.key), span)
    bound = {
        param: item for param, item in zip(definition.params, items, strict=False) if item != Name(param)
    }
    body = _put(definition.body, bound, span)
    before, reading.position = reading.position, inner_position(reading, definition)
    try:
        with reading.inside(life.name):
            return reading.term(body)
    finally:
        reading.position = before


def _put(node: Node, bound: dict[str, Node], span: Span) -> Node:
    """An expression with other indices, unless a sum in it has a letter of that name."""
    match node:
        case Name(text) if text in bound and not node.font:
            return replace(bound[text], span=node.span)
        case Apply("big", (_, lower, *_)):
            names = set(bound_names(lower))
            bound = {param: item for param, item in bound.items() if param not in names}
            inside = {part.text for item in bound.values() for part in walk(item) if isinstance(part, Name)}
            used = {part.text for part in walk(node) if isinstance(part, Name)}
            if names & inside and used & bound.keys():
                raise Stuck(message("index-unclear", text=min(names & inside)), span)
    if not isinstance(node, Apply) or not bound:
        return node
    return replace(node, args=tuple(_put(arg, bound, span) for arg in node.args))


def parametrised(reading: Reading, symbol: Symbol, span: Span) -> Term | None:
    """A quantity defined without arguments as the function of those it is always written with."""
    life = reading.life(symbol.key)
    listed = reading.derivation.parameters(symbol.key, reading.position)
    symbols = [reading.derivation.naming.symbol(node) for node in listed]
    keys = tuple(one.key for one in symbols if one is not None)
    if life is None or life.definition is None or life.definition.params or not keys:
        return None
    return _defined(reading, symbol, life, replace(life.definition, params=keys), None, span, 0)


def _is_known_by_entries(reading: Reading, symbol: Symbol, arguments: Node | None) -> bool:
    """`J(x)` where only `J_{ij} = …` is defined: the same matrix, if the arguments are plain names."""
    items = _items(arguments) if arguments is not None else ()
    symbols = [reading.derivation.naming.symbol(item) for item in items]
    keys = tuple(one.key for one in symbols if one is not None)
    return len(keys) == len(items) and any(
        is_whole(reading, symbol, count) and _are_of(reading, symbol.key + "_" * count, keys)
        for count in (1, 2)
    )


def _are_of(reading: Reading, family: str, keys: tuple[str, ...]) -> bool:
    """Whether a family that is defined as one of functions has these letters for its parameters."""
    life = reading.life(family)
    params = life.definition.params if life is not None and life.definition is not None else ()
    return not params or params == keys


def _value_at(
    reading: Reading,
    symbol: Symbol,
    life: Life,
    definition: Defined,
    arguments: Node | None,
    span: Span,
    order: int,
) -> Term:
    """`L(w)` where only `L = …` is defined: the same thing, if the arguments are plain names.

    Where one of them is a parameter of the function being read, it is one of L as well.
    """
    items = _items(arguments) if arguments is not None else ()
    keys = tuple(s.key for item in items if (s := reading.derivation.naming.symbol(item)) is not None)
    if not order and len(keys) == len(items) and reading.local.keys() & set(keys):
        return _defined(reading, symbol, life, replace(definition, params=keys), arguments, span, 0)
    if order or any(reading.derivation.naming.symbol(item) is None for item in items):
        raise Stuck(message("argument-unclear", text=symbol.letter), span)
    return resolve(reading, symbol, span)


def _defined(
    reading: Reading,
    symbol: Symbol,
    life: Life,
    definition: Defined,
    arguments: Node | None,
    span: Span,
    order: int,
) -> Term:
    definition = _said_last(reading, definition)
    values = _arguments(reading, definition, arguments, span)
    hangs = _hangs(reading, definition)
    plain = hangs and not order and _is_at_itself(reading, definition, values)
    if hangs and not plain and not reading.derives:
        raise Stuck(message("argument-unclear", text=symbol.letter), span)
    params = tuple(f"{life.name}.{p}" for p in definition.params)
    place = span if arguments is not None else definition.span
    given = zip(definition.params, params, values, strict=True)
    local = {} if plain else {one: Term("sym", (), name, at.shape, place) for one, name, at in given}
    body = _body(reading, life, definition, values, local)
    if _is_another(reading, definition, values, body):
        raise Stuck(message("undefined-function", text=symbol.letter), span)
    if not plain and reading.generics and _is_taken_elsewhere(reading, definition, body):
        raise Stuck(message("argument-unclear", text=symbol.letter), span)
    if order and (len(params) != 1):
        raise Stuck(message("argument-unclear", text=symbol.letter), span)
    if _is_of_numbers(reading, values, body) and reading.choose(f"{life.key}()=", MEANT) == "another":
        return _generic(reading, symbol, life, arguments, span, order)
    return Term("call", values, Call(life.name, params, body, order), body.shape, span)


def _said_last(reading: Reading, definition: Defined) -> Defined:
    """The next expression of a chain after a mere name: `q(x) = P(Y = 1 | x) = \\sigma(w^T x)`."""
    match definition.body:
        case Apply("juxt", (head, Apply("fence"))) if definition.others:
            symbol = reading.derivation.naming.symbol(head)
            life = reading.life(symbol.key) if symbol is not None else None
            if symbol is not None and (life is None or life.definition is None):
                return replace(definition, body=definition.others[0], others=())
    return definition


def _is_another(reading: Reading, definition: Defined, values: tuple[Term, ...], body: Term) -> bool:
    """Whether `f(X)` of a matrix is meant where `f(x) = x^T A x` was said of a column: another f."""
    if len(values) != 1 or reading.kind(values[0].shape) != "M" or reading.is_scalar(body):
        return False
    param, given = definition.params[0].rstrip("_"), reading.names.get(str(values[0].data), "").rstrip("_")
    return param != given == param.upper() and any(part.op == "T" for part in closure(reading, body))


def _is_of_numbers(reading: Reading, values: tuple[Term, ...], body: Term) -> bool:
    """Whether `f(x) = x^3` would raise a vector to a power: it was said of numbers."""
    if len(values) != 1 or reading.kind(values[0].shape) != "V" or reading.kind(body.shape) != "V":
        return False
    stack = [body]
    while stack:
        part = stack.pop()
        if part.op == "hpow" and reading.kind(part.args[0].shape) == "V":
            return True
        stack.extend(part.args)
    return False


def _arguments(reading: Reading, definition: Defined, arguments: Node | None, span: Span) -> tuple[Term, ...]:
    """The values of the parameters: those given, and for the rest the symbols of the same name."""
    items = [] if arguments is None else [i for i in _items(arguments) if not is_dots(i)]
    if len(items) > len(definition.params):
        if len(definition.params) == 1:
            raise Stuck(message("argument-unclear", text=definition.key), span)
        items = items[: len(definition.params)]
    values = [reading.term(item) for item in items]
    for param in definition.params[len(values) :]:
        values.append(resolve(reading, _symbol_of(param), definition.span))
    return tuple(values)


def _symbol_of(key: str) -> Symbol:
    """The symbol of a parameter, by its key."""
    letter = key.rstrip("_").split("(")[-1].rstrip(")")
    font = "bf" if letter.startswith("bf:") else ""
    return Symbol(key, letter.removeprefix("bf:"), font)


def _is_at_itself(reading: Reading, definition: Defined, values: tuple[Term, ...]) -> bool:
    """Whether a function is applied to the letters it was defined with: `f(x)`, or `f` alone."""
    names = [reading.names.get(value.data) if value.op == "sym" else None for value in values]
    return names == list(definition.params)


def _hangs(reading: Reading, definition: Defined) -> bool:
    """Whether something in the formula depends on a parameter without showing it: `L(θ) = -ln|C|/2`."""
    if not reading.derivation.dependences:
        return False
    naming, position = reading.derivation.naming, reading.position
    seen, ahead = set[str](), [definition.body]
    while ahead:
        for symbol in symbols_in(ahead.pop(), naming):
            if symbol.key in seen or symbol.key in definition.params:
                continue
            seen.add(symbol.key)
            life = reading.life(symbol.key)
            if life is not None and life.definition is not None:
                ahead.append(life.definition.body)
                continue
            arguments = map(naming.symbol, reading.derivation.dependence(symbol.key, position))
            if any(one is not None and one.key in definition.params for one in arguments):
                return True
    return False


def _is_taken_elsewhere(reading: Reading, definition: Defined, body: Term) -> bool:
    """Whether what depends on a parameter is also read as depending on the letter it is called by."""
    generics = (reading.generics[p.data] for p in closure(reading, body) if p.data in reading.generics)
    keys = (reading.names.get(root(argument)) for one in generics for argument in one.arguments)
    return any(key in definition.params for key in keys)


def _body(
    reading: Reading, life: Life, definition: Defined, values: tuple[Term, ...], local: dict[str, Term]
) -> Term:
    """The body read with parameters of the shapes of the arguments."""
    shapes = tuple((reading.dims.find(v.shape.rows), reading.dims.find(v.shape.cols)) for v in values)
    plain = spoken(reading, definition)
    told = retold(reading, definition) if _is_at_itself(reading, definition, values) else plain
    key = (life.name, definition.indices, shapes, told is plain, bool(local))
    if key in reading.functions:
        known = reading.functions[key]
        if known is None:
            raise Stuck(message("too-deep"), definition.span)
        return known
    reading.functions[key] = None
    before = reading.local, reading.position
    reading.position = inner_position(reading, definition)
    reading.local = local
    try:
        body = reading.term(told)
    except Stuck:
        reading.unread = reading.unread or life.name
        raise
    finally:
        reading.local, reading.position = before
        del reading.functions[key]
    reading.functions[key] = body
    return body


def _items(node: Node) -> tuple[Node, ...]:
    """The arguments in a bracket; `x; w` and `x \\mid w` count as several."""
    if isinstance(node, Apply) and node.op == "list":
        return tuple(inner for item in node.args for inner in _items(item))
    return (node,)


def _generic(
    reading: Reading, symbol: Symbol, life: Life | None, arguments: Node | None, span: Span, order: int
) -> Term:
    """A function only named: smooth, otherwise anything."""
    bars = _bars(arguments) if arguments is not None else ""
    name = f"{symbol.key}{BARRED}{bars}" if bars else life.name if life else symbol.key
    well_known = _well_known(reading, symbol, arguments, span, order)
    if well_known is not None:
        return well_known
    if arguments is None and not order and _is_plain_value(reading, symbol, life):
        shape = _generic_shape(reading, symbol, life, name)
        reading.names.setdefault(name, symbol.key)
        return Term("sym", (), name, shape, span)
    values = _generic_arguments(reading, symbol, arguments, span)
    indices = symbol.sup_indices + symbol.indices
    if indices:
        return _indexed_generic(reading, symbol, name, values, indices, span, order)
    elementwise = _is_elementwise(reading, symbol, values, order)
    shape = values[0].shape if elementwise else _generic_shape(reading, symbol, life, name)
    if order and not elementwise and any(not reading.is_scalar(v) for v in values):
        raise Stuck(message("argument-unclear", text=symbol.letter), span)
    reading.uses_generic = True
    value = Term("call", values, Call(name, (), None, order, elementwise), shape, span)
    likely = symbol.letter in PROBABILITIES and reading.is_scalar(value) and not order
    return reading.apply("exp", value, span=span) if likely and reading.derivation.speaks_of_chance else value


def _bars(node: Node) -> str:
    """Where bars stand between the arguments of a function: `p(x \\mid y)` is another one than `p(x, y)`."""
    if not (isinstance(node, Apply) and node.op == "list"):
        return ""
    inner = [_bars(item) for item in node.args]
    if node.detail != "|" and not any(inner):
        return ""
    parts = zip(inner, node.args, strict=True)
    return node.detail.join(bars or str(len(_items(item))) for bars, item in parts)


def _is_plain_value(reading: Reading, symbol: Symbol, life: Life | None) -> bool:
    """`r` after `r: R^n → R^m` where nothing is differentiated: its value, of the shape that was said."""
    declared = life is not None and life.declaration is not None
    return declared and not symbol.indices and not generic_arguments(reading, symbol.key)


def _indexed_generic(
    reading: Reading,
    symbol: Symbol,
    name: str,
    values: tuple[Term, ...],
    indices: tuple[Node, ...],
    span: Span,
    order: int,
) -> Term:
    """`u_i(x)`: one function for every index; one or two indices."""
    elementwise = _is_layer(reading, symbol, values, order)
    if not elementwise and (
        len(indices) > 2 or (order and not (len(values) == 1 and reading.is_scalar(values[0])))
    ):
        raise Stuck(message("argument-unclear", text=symbol.letter), span)
    terms = tuple(index_term(reading, node) for node in indices)
    slots = reading.slots.setdefault(name, tuple(reading.dims.fresh(big=True) for _ in indices))
    if len(slots) != len(indices):
        raise Stuck(message("index-unclear", text=show(indices[-1])), span)
    for node, dim in zip(indices, slots, strict=True):
        ranges_over(reading, node, dim)
    reading.uses_generic = True
    call = Call(name, order=order, elementwise=elementwise, members=len(indices))
    return Term("call", values + terms, call, values[0].shape if elementwise else SCALAR, span)


def _is_layer(reading: Reading, symbol: Symbol, values: tuple[Term, ...], order: int) -> bool:
    """Whether `f^{(l)}(z)` acts on every entry of z, as what a layer applies does."""
    if symbol.indices or len(symbol.sup_indices) != 1 or any(reading.is_scalar(value) for value in values):
        return False
    if f"{symbol.letter}" in reading.derivation.numbered and len(values) == 1:
        return True
    return _is_elementwise(reading, symbol, values, order)


def _well_known(
    reading: Reading, symbol: Symbol, arguments: Node | None, span: Span, order: int
) -> Term | None:
    """σ applied and nowhere defined: the sigmoid where the note speaks of it, else perhaps."""
    if symbol.key not in SIGMOIDS or arguments is None:
        return None
    if not reading.derivation.mentions_sigmoid and reading.choose(SUPPOSED, SUPPOSITIONS) == "any":
        return None
    inner = reading.term(arguments)
    return primed(reading, "sigmoid", inner, order, span)


def primed(reading: Reading, op: str, inner: Term, order: int, span: Span) -> Term:
    """An elementwise row of the operator table, or its derivative where primes stand on it."""
    if order == 0:
        return reading.apply(op, inner, span=span)
    param = Term("sym", (), f"{op}.", inner.shape, span)
    return Term(
        "call", (inner,), Call(op, (f"{op}.",), reading.apply(op, param, span=span), order), inner.shape, span
    )


def _generic_arguments(
    reading: Reading, symbol: Symbol, arguments: Node | None, span: Span
) -> tuple[Term, ...]:
    if arguments is None:
        listed = reading.derivation.parameters(symbol.key, reading.position)
        found = tuple(reading.term(node) for node in listed) or generic_arguments(reading, symbol.key)
        if not found:
            raise Stuck(message("undefined-function", text=symbol.letter), span)
        return found
    items = _items(arguments)
    if any(is_dots(item) for item in items) or _has_dots(items):
        return (_every_argument(reading, items, span),)
    return (*(reading.term(item) for item in items), *_parameter(reading, symbol, items, span))


def _parameter(reading: Reading, symbol: Symbol, items: tuple[Node, ...], span: Span) -> Iterator[Term]:
    """The θ of `p_\\theta(x)` where the note differentiates by it, a further argument; no x of `f_x(x)`."""
    _, _, script = symbol.key.removesuffix("}").partition("_{")
    letter, naming = script.removeprefix("\\"), reading.derivation.naming
    if letter in reading.derivation.targets and not any(mentions(item, letter, naming) for item in items):
        yield resolve(reading, Symbol(letter, letter, ""), span)


def _has_dots(items: tuple[Node, ...]) -> bool:
    return any(isinstance(i, Apply) and i.op == "juxt" and any(is_dots(p) for p in i.args) for i in items)


def _every_argument(reading: Reading, items: tuple[Node, ...], span: Span) -> Term:
    flat = [p for i in items for p in (i.args if isinstance(i, Apply) and i.op == "juxt" else (i,))]
    found = run(flat)
    if found is None or found.before or found.after:
        raise Stuck(message("dots", text=show(flat[0])), span)
    dim, _ = label_range(reading, found.first, found.last)
    if dim is None:
        raise Stuck(message("dots", text=show(flat[0])), span)
    with reading.binding([(found.letter, dim)]):
        body = reading.term(found.pattern)
    return collected(reading, body, (found.letter,), (dim,), span)


def _is_elementwise(reading: Reading, symbol: Symbol, values: tuple[Term, ...], order: int) -> bool:
    if len(values) != 1 or symbol.font == "bf":
        return False
    if reading.is_scalar(values[0]):
        return True
    if "elementwise" in reading.derivation.assumed(symbol.key, reading.position):
        return True
    life = reading.life(symbol.key)
    if life is not None and life.declaration is not None and life.declaration.function:
        return False
    options = ((0.0, "whole"), (0.8, "elementwise"))
    told = any(one.kind == "elementwise" and one.key == symbol.key for one in reading.derivation.assumptions)
    if (symbol.letter in SIGMOIDS and symbol.key == symbol.letter) or order or told:
        options = ((0.8, "whole"), (0.0, "elementwise"))
    return reading.choose(f"{symbol.key}()", options) == "elementwise"


def _generic_shape(reading: Reading, symbol: Symbol, life: Life | None, name: str) -> Shape:
    if name not in reading.shapes:
        declared = life.declaration if life else None
        if declared is not None:
            reading.shapes[name] = reading.shape_of(declared.rank, declared.sizes)
        else:
            bold = symbol.font in BOLD
            named = reading.evidence.has_bold_value(symbol.key, reading.position)
            vector = bold or named or reading.evidence.seen(symbol.key, "transposed")
            upper = symbol.letter.isupper() and bold
            options = (
                (0.0 if not vector else 2.0, "S"),
                (0.0 if vector and not upper else 1.2, "V"),
                (0.0 if upper else 4.0, "M"),
            )
            reading.shapes[name] = reading.shape_of(reading.choose(name, options))
    return reading.shapes[name]
