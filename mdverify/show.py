"""The tree back to LaTeX.

`parse_expression(show(node)) == node` for every node without holes that the parser returned. Groups are
braced whenever the reader could otherwise take in more or less than they hold; nothing is made pretty.
"""

from __future__ import annotations

from collections.abc import Callable

from mdverify.syntax import Apply, Formula, Hole, Name, Node, Number, Statement, is_none
from mdverify.vocabulary import (
    ARGUMENT_FENCES,
    BIG,
    COMMANDS,
    FUNCTIONS,
    INFIX,
    NAMES,
    QUANTITIES,
    RELATIONS,
    SUM,
    UNARY,
)

_FONTS = {
    "bf": "mathbf",
    "vec": "vec",
    "rm": "mathrm",
    "cal": "mathcal",
    "bb": "mathbb",
    "sf": "mathsf",
    "tt": "mathtt",
    "frak": "mathfrak",
}
_INFIX_TEX = {"+": "+", "-": "-", "ast": "*"} | {
    op: f"\\{op}" for op in INFIX if op.isalpha() and op != "ast"
}
_SIGN_TEX = {
    **{sign: f"\\{command}" for command, sign in reversed(RELATIONS.items()) if command.isalpha()},
    **{sign: f"\\{sign}" for sign in COMMANDS if COMMANDS[sign] == ("relation", sign)},
    **{sign: f"\\{sign}" for sign in COMMANDS if COMMANDS[sign] == ("arrow", sign)},
    "overset?": "\\overset{?}{=}",
    "mid": "\\mid",
    **{sign: sign for sign in ("=", ":=", ":", "<", ">")},
}
_OPEN = {
    "{": "\\{",
    "⟨": "\\langle",
    "⌊": "\\lfloor",
    "⌈": "\\lceil",
    "|": "|",
    "‖": "\\|",
    "\\": "\\backslash",
}
_CLOSE = {"}": "\\}", "⟩": "\\rangle", "⌋": "\\rfloor", "⌉": "\\rceil"}
_DELIMITERS = _OPEN | _CLOSE
_ACCENTS = {"ring": "mathring"}
_LEADS = {"quad": "\\quad ", "|": "\\mid "}

_TAKING = frozenset(FUNCTIONS.values()) | frozenset(BIG)

_OUTER = SUM - 1
_PRODUCT, _JUXT, _ATOM = 2, 3, 4


def show(tree: Node | Statement | Formula) -> str:
    """LaTeX that reads as the same tree."""
    match tree:
        case Formula():
            return _formula(tree)
        case Statement():
            return _statement(tree)
    return _node(tree)


def _formula(formula: Formula) -> str:
    out: list[str] = []
    row = 0
    for statement in formula.statements:
        out.append(" \\\\ " * (statement.row - row))
        out += [_lead(sign) for sign in statement.lead]
        out.append(_statement(statement))
        row = statement.row
    return "".join(out)


def _lead(sign: str) -> str:
    return _LEADS.get(sign) or (f"\\{sign} " if sign.isalpha() else f"{sign} ")


def _statement(statement: Statement) -> str:
    out = [_side(statement.sides[0])]
    for relation, side in zip(statement.relations, statement.sides[1:], strict=True):
        out += [relation.text or _sign(relation.sign), _side(side)]
    return " ".join(part for part in out if part)


def _side(side: Node) -> str:
    """A side that begins with a sign must not go on with the row before it."""
    braced = isinstance(side, Apply) and side.op in ("neg", "pos", "rel", "list")
    return _grouped(side) if braced else _node(side)


def _grouped(node: Node) -> str:
    return "{}" if is_none(node) else "{" + _node(node) + "}"


def _at_least(power: int, node: Node) -> str:
    return _node(node) if _power(node) >= power else _grouped(node)


def _power(node: Node) -> int:
    """How tightly a node holds together; what is below the place it stands in is braced."""
    if not isinstance(node, Apply):
        return _ATOM
    if node.op in INFIX:
        return INFIX[node.op]
    if node.op == "juxt":
        return _JUXT
    if node.op == "call":
        return _ATOM if _delimited(node.args[1]) else _OUTER
    return _OUTER if node.op in ("neg", "pos", "rel", "list", "big", "slash", "label") else _ATOM


def _delimited(argument: Node) -> bool:
    """Whether the argument of a function is a fence that shows where it ends."""
    return isinstance(argument, Apply) and argument.op == "fence" and argument.detail in ARGUMENT_FENCES


def _node(node: Node) -> str:
    match node:
        case Number(text):
            return text
        case Name():
            return _name(node)
        case Hole(text):
            return text + " " if text else ""
        case Apply(op) if op in INFIX:
            return _infix(node)
        case Apply(op):
            return _SHOWN[op](node)


def _name(name: Name) -> str:
    font = _FONTS.get(name.font, "mathit")
    if name.font == "rm" and name.text not in COMMANDS:
        return f"\\mathrm{{{name.text}}}"
    if name.font == "bf" and len(name.text) > 1 and name.text not in COMMANDS | dict.fromkeys(QUANTITIES):
        return f"\\textbf{{{name.text}}}" if name.text.isalnum() else f"\\mathbf{{{_bare(name.text)}}}"
    return f"\\{font}{{{_bare(name.text)}}}" if name.font else _bare(name.text)


def _bare(text: str) -> str:
    if text in NAMES:
        return f"\\{text}"
    if text in FUNCTIONS or text in BIG:
        return f"\\operatorname{{{text}}}"
    if text in _INFIX_TEX or text in _SIGN_TEX or text == "/":
        return "{" + (_INFIX_TEX.get(text) or _SIGN_TEX.get(text, text)) + "}"
    return f"\\{text}" if text in "%&$#" else text


def _infix(node: Apply) -> str:
    power = INFIX[node.op]
    left, right = node.args
    if is_none(left) and node.op in UNARY:
        return f"{_INFIX_TEX[node.op]} {_at_least(_PRODUCT, right)}"
    signed = isinstance(left, Apply) and left.op in ("neg", "pos") and power == SUM
    before = _node(left) if signed else _at_least(power, left)
    return f"{before} {_INFIX_TEX[node.op]} {_at_least(power + 1, right)}"


def _unary(node: Apply) -> str:
    return ("-" if node.op == "neg" else "+") + _at_least(_PRODUCT, node.args[0])


def _juxt(node: Apply) -> str:
    return " ".join([_factor(part) for part in node.args[:-1]] + [_at_least(_ATOM, node.args[-1])])


def _factor(node: Node) -> str:
    """A function name before other factors is closed off, lest it take them as its argument."""
    head = node
    while isinstance(head, Apply) and head.op in ("sub", "sup", "prime"):
        head = head.args[0]
    if not isinstance(head, Name) or head.text not in _TAKING:
        return _at_least(_ATOM, node)
    return "{" + _node(node) + "{}}"


def _slash(node: Apply) -> str:
    return "/".join(_grouped(part) for part in node.args)


def _frac(node: Apply) -> str:
    return f"\\{node.op}" + "".join(_grouped(part) for part in node.args)


def _sqrt(node: Apply) -> str:
    degree = "".join(f"[{_grouped(part)}]" for part in node.args[1:])
    return f"\\sqrt{degree}{_grouped(node.args[0])}"


_BASES = {"sub": ("fence",), "prime": ("fence", "sub"), "sup": ("fence", "sub", "prime")}


def _base(node: Apply) -> str:
    base = node.args[0]
    if is_none(base):
        return "{}"
    plain = isinstance(base, Number | Name) or (isinstance(base, Apply) and base.op in _BASES[node.op])
    return _node(base) if plain else _grouped(base)


def _sub(node: Apply) -> str:
    return f"{_base(node)}_{_grouped(node.args[1])}"


def _sup(node: Apply) -> str:
    return f"{_base(node)}^{_grouped(node.args[1])}"


def _prime(node: Apply) -> str:
    primed = _base(node) + node.detail
    return "{" + primed + "}" if isinstance(node.args[0], Apply) and node.args[0].op == "fence" else primed


def _fence(node: Apply) -> str:
    left, right = (_DELIMITERS.get(sign, sign) for sign in node.detail)
    return f"\\left{left} {_node(node.args[0])} \\right{right}"


def _list(node: Apply) -> str:
    sign = {"|": " \\mid "}.get(node.detail, f"{node.detail} ")
    return sign.join(_item(part, node.detail) for part in node.args)


def _item(node: Node, separator: str) -> str:
    if is_none(node):
        return "{}"
    levels = {",": 0, "|": 1, ";": 2}
    inner = levels[node.detail] if isinstance(node, Apply) and node.op == "list" else -1
    return _grouped(node) if inner >= levels[separator] else _node(node)


def _call(node: Apply) -> str:
    function, argument = node.args
    if function == Name("factorial"):
        return "{" + _factor(argument) + "!}"
    return _node(function) + (_node(argument) if _delimited(argument) else _grouped(argument))


def _big(node: Apply) -> str:
    body, lower, upper = node.args
    scripts = "".join(
        sign + _grouped(limit) for sign, limit in (("_", lower), ("^", upper)) if not is_none(limit)
    )
    command = (
        f"\\operatorname{{{node.detail}}}" if node.detail in ("argmax", "argmin") else f"\\{node.detail}"
    )
    return command + scripts + _grouped(body)


def _matrix(node: Apply) -> str:
    rows = " \\\\ ".join(_row(row) for row in node.args if isinstance(row, Apply))
    columns = "{c}" if node.detail in ("array", "alignat", "alignedat") else ""
    return f"\\begin{{{node.detail}}}{columns} {rows} \\end{{{node.detail}}}"


def _row(row: Apply) -> str:
    return " & ".join(map(_node, row.args))


def _accent(node: Apply) -> str:
    return f"\\{_ACCENTS.get(node.detail, node.detail)}{_grouped(node.args[0])}"


def _label(node: Apply) -> str:
    body, label = node.args
    if node.detail in ("overset", "underset"):
        return f"\\{node.detail}{_grouped(label)}{_grouped(body)}"
    return f"\\{node.detail}{_grouped(body)}_{_grouped(label)}"


def _at(node: Apply) -> str:
    body, condition = node.args
    return f"\\left. {_node(body)} \\right|_{_grouped(condition)}"


def _sign(sign: str) -> str:
    negated = sign.removeprefix("not")
    return _SIGN_TEX.get(sign) or (f"\\not {_SIGN_TEX.get(negated, negated)}" if negated != sign else sign)


def _rel(node: Apply) -> str:
    parts = [_at_least(SUM, node.args[0]) if not is_none(node.args[0]) else ""]
    for sign, side in zip(node.detail.split(), node.args[1:], strict=True):
        parts += [_sign(sign), "" if is_none(side) else _relation_side(side)]
    return " ".join(parts)


def _relation_side(side: Node) -> str:
    return _grouped(side) if isinstance(side, Apply) and side.op in ("rel", "list") else _node(side)


def _text(node: Apply) -> str:
    return f"\\text{{{node.detail}}}"


_SHOWN: dict[str, Callable[[Apply], str]] = {
    "neg": _unary,
    "pos": _unary,
    "juxt": _juxt,
    "slash": _slash,
    "frac": _frac,
    "binom": _frac,
    "sqrt": _sqrt,
    "sub": _sub,
    "sup": _sup,
    "prime": _prime,
    "fence": _fence,
    "list": _list,
    "call": _call,
    "big": _big,
    "matrix": _matrix,
    "row": _matrix,
    "accent": _accent,
    "label": _label,
    "at": _at,
    "rel": _rel,
    "text": _text,
    "dots": lambda node: f"\\{node.detail}",
    "none": lambda node: "{}",
}
