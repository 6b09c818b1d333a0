"""Tables of derivatives: each row under a header like `f(x) | f'(x)` is a claim."""

from __future__ import annotations

from collections.abc import Iterator

from mdverify.claims import Site
from mdverify.derivatives import derivative_parts
from mdverify.manuscript import Manuscript
from mdverify.notes import Cell, Table
from mdverify.source import Span
from mdverify.symbols import Naming, mentions, symbols_in
from mdverify.syntax import Apply, Name, Node, Number, Relation, walk


def table_claims(script: Manuscript, first_chain: int) -> Iterator[Site]:
    """Rows of a table whose header names a function and its derivative, each a chain of its own."""
    sites = (site for table in script.note.tables for site in _rows(script, table))
    for chain, (lhs, rhs, number) in enumerate(sites, first_chain):
        start = script.note.maths[number].outer.start
        relation = Relation("=", "table", Span(start, start + 1))
        section = script.note.section_of(start)
        yield Site(relation, lhs, rhs, chain, 0, start, section, number, (), heads=False)


def _rows(script: Manuscript, table: Table) -> Iterator[tuple[Node, Node, int]]:
    """For every row the derivative, what it is said to be, and the number of that formula."""
    columns = _derivative_columns(script, table)
    if columns is None:
        return
    function, header, at, derived = columns
    for row in table.rows:
        if max(at, derived) >= len(row):
            continue
        operand, claim = _cell_side(script, row[at]), _cell_side(script, row[derived])
        if operand is None or claim is None:
            continue
        if _shares_letter(header, operand[1], function, script.naming):
            yield _instead(header, function, operand[1], script.naming), claim[1], claim[0]


def _derivative_columns(script: Manuscript, table: Table) -> tuple[str, Node, int, int] | None:
    """The function's key, the header of its derivative, and the two columns."""
    sides = [_cell_side(script, cell) for cell in table.header]
    for at, side in enumerate(sides):
        function = _function_key(side[1], script.naming) if side is not None else None
        if function is None:
            continue
        for other, header in enumerate(sides):
            if other != at and header is not None and _differentiates(header[1], function, script.naming):
                return function, header[1], at, other
    return None


def _cell_side(script: Manuscript, cell: Cell) -> tuple[int, Node] | None:
    """The first formula of a cell, if it is one expression."""
    for number in script.note.maths_in(cell.span):
        statements = script.formulas[number].statements
        if len(statements) == 1 and not statements[0].relations:
            return number, statements[0].sides[0]
        return None
    return None


def _function_key(node: Node, naming: Naming) -> str | None:
    """`f(x)`, `f`: the key of f."""
    match node:
        case Apply("juxt", (head, Apply("fence"))):
            symbol = naming.symbol(head)
        case _:
            symbol = naming.symbol(node)
    return symbol.key if symbol is not None else None


def _differentiates(node: Node, function: str, naming: Naming) -> bool:
    written = any(
        derivative_parts(part) is not None
        or (isinstance(part, Name) and part.text == "nabla")
        or (isinstance(part, Apply) and part.op == "prime")
        for part in walk(node)
    )
    return written and (mentions(node, function, naming) or _primed(node, function, naming))


def _primed(node: Node, function: str, naming: Naming) -> bool:
    return any(
        isinstance(part, Apply) and part.op == "prime" and _function_key(part.args[0], naming) == function
        for part in walk(node)
    )


def _instead(header: Node, function: str, operand: Node, naming: Naming) -> Node:
    """The header with the function replaced: `\\nabla_x f` becomes `\\nabla_x (a^T x)`."""
    match header:
        case Apply("juxt", (Apply("prime", (head,), marks), Apply("fence", (variable,)))):
            if _function_key(head, naming) == function:
                return _derivative(operand, variable, len(marks), header.span)
        case Apply("prime", (head,), marks) if _function_key(head, naming) == function:
            return _derivative(operand, Name("x", span=header.span), len(marks), header.span)
        case Apply("juxt", args):
            return Apply("juxt", tuple(_replaced(args, function, operand, naming)), span=header.span)
        case Apply(op, args, detail):
            return Apply(op, tuple(_instead(a, function, operand, naming) for a in args), detail, header.span)
        case Name() if _function_key(header, naming) == function:
            return _fenced(operand)
    return header


def _replaced(args: tuple[Node, ...], function: str, operand: Node, naming: Naming) -> Iterator[Node]:
    """The factors of a header, the function with its arguments replaced."""
    placed = False
    for arg in args:
        if placed and isinstance(arg, Apply) and arg.op == "fence":
            continue
        placed = _function_key(arg, naming) == function
        yield _fenced(operand) if placed else _instead(arg, function, operand, naming)


def _shares_letter(header: Node, operand: Node, function: str, naming: Naming) -> bool:
    """Whether the variable of the header occurs in a row at all (`\\log\\det X` under `\\nabla_x`)."""
    variables = {s.base for s in symbols_in(header, naming)} - {function}
    inside = {s.base for s in symbols_in(operand, naming)}
    return not variables or bool(variables & inside)


def _fenced(node: Node) -> Node:
    return Apply("fence", (node,), "()", node.span)


def _derivative(operand: Node, variable: Node, order: int, span: Span) -> Node:
    d = Name("d", span=span)
    above = d if order == 1 else Apply("sup", (d, Number(str(order))), span=span)
    below = variable if order == 1 else Apply("sup", (variable, Number(str(order))), span=span)
    return Apply(
        "frac",
        (Apply("juxt", (above, _fenced(operand)), span=span), Apply("juxt", (d, below), span=span)),
        span=span,
    )
