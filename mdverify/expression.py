"""Expressions by binding power.

    content    = chain { separator chain }                      inside a group: `;` over `|` over `,`
    chain      = [side] { relation [side] }
    side       = signed { infix signed }                        powers in `vocabulary.INFIX`
    signed     = { "+" | "-" | "\\pm" } product
    product    = factor { factor } [ "/" factor … ]             juxtaposition binds tightest
    factor     = atom { "_" argument | "^" argument | "'" }
    atom       = number | letter | group | command with its arguments
    function   = name {script} ( fence | group | factor { factor } )
    big        = operator {limit} body                          body is a product

A reader walks over the tokens of one group; the group's end is the end of its tokens. Nothing here
raises: what does not fit is a `Hole`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from mdverify.assemble import (
    add,
    cover,
    differential,
    juxtaposed,
    listed,
    moved,
    order_of,
    raised_apart,
    strip_primes,
    transpose,
)
from mdverify.lexer import OPERANDS, Token
from mdverify.source import Span
from mdverify.syntax import Apply, Hole, Name, Node, Relation, Trouble, is_none
from mdverify.vocabulary import INFIX, PRODUCT, SUM, UNARY

DEEPEST = 32
"""How many atoms may stand inside one another."""

_SCRIPTS = frozenset(("script", "prime", "factorial"))
_SIGNS = frozenset(("infix", "relation", "arrow", "slash"))
WORD_KINDS = frozenset(("function", "big", "name", "text"))

Atoms = Mapping[str, Callable[["Reader", Token], Node]]
"""How to read an operand, by the kind of its first token."""


class Context:
    """What all readers of one formula share."""

    __slots__ = ("atoms", "depth", "text", "troubles")

    def __init__(self, text: str, troubles: list[Trouble], atoms: Atoms) -> None:
        self.text = text
        self.atoms = atoms
        self.troubles = troubles
        self.depth = 0

    def written(self, token: Token) -> str:
        return self.text[token.start : token.end]


class Reader:
    """A cursor over the tokens of one group."""

    __slots__ = ("at", "context", "font", "tokens", "top")

    def __init__(self, tokens: Sequence[Token], end: int, context: Context, font: str = "") -> None:
        self.tokens = [*tokens, Token("end", "", end, end)]
        self.at = 0
        self.context = context
        self.font = font
        self.top = False

    # ---- content of a group ------------------------------------------------------------------

    def content(self) -> Node:
        """Everything up to the end of the group as one node."""
        first = self.chain()
        return first if self.tokens[self.at].kind == "end" else self.items(first)

    def items(self, first: Node) -> Node:
        nodes, separators = [first], list[str]()
        while (token := self.tokens[self.at]).kind != "end":
            self.at += 1
            if token.kind == "over":
                nodes[-1] = self.over(token, nodes[-1])
            elif token.kind == "comma":
                separators.append(token.text)
                nodes.append(self.chain())
            elif token.kind not in ("period", "gap", "break", "amp"):
                nodes[-1] = juxtaposed([nodes[-1], self.hole(token, "unexpected here")])
            elif self.tokens[self.at].kind not in ("end", "comma", "period", "break", "amp", "gap"):
                nodes[-1] = juxtaposed([nodes[-1], self.chain()])
        return listed(nodes, separators)

    def over(self, token: Token, above: Node) -> Node:
        below = self.chain()
        detail = "," if token.text == "list" else ""
        return Apply(token.text, (above, below), detail, cover(above, below))

    def chain(self) -> Node:
        """A side, or sides with relations between them."""
        side = self.side()
        if self.tokens[self.at].kind not in ("relation", "arrow"):
            return side
        sides, relations = self.relations(side)
        if all(map(is_none, sides)) and len(relations) == 1:
            return Name(relations[0].sign, "", relations[0].span)
        signs = " ".join(relation.sign for relation in relations)
        return Apply("rel", tuple(sides), signs, Span(sides[0].span.start, sides[-1].span.end))

    def relations(self, side: Node) -> tuple[list[Node], list[Relation]]:
        """The rest of a chain that began with `side`."""
        sides, relations = [side], list[Relation]()
        joins = ("relation",) if self.top else ("relation", "arrow")
        while (token := self.tokens[self.at]).kind in joins:
            self.at += 1
            span = Span(token.start, token.end)
            relations.append(Relation(token.text, self.context.written(token), span))
            sides.append(self.side())
        return sides, relations

    def side(self) -> Node:
        token = self.tokens[self.at]
        if token.kind in OPERANDS or token.kind in ("infix", "slash"):
            return self.expression(SUM)
        return Apply("none", span=Span(token.start, token.start))

    # ---- operators ---------------------------------------------------------------------------

    def expression(self, power: int) -> Node:
        """Operators that bind at least as tightly as `power`, to the left."""
        left = self.signed()
        while (token := self.tokens[self.at]).kind == "infix" and INFIX[token.text] >= power:
            self.at += 1
            left = self.right_of(token, left)
        return left

    def right_of(self, token: Token, left: Node) -> Node:
        if not self.operand_ahead():
            sign = self.sign_without_operand(token)
            return juxtaposed([left, sign]) if isinstance(sign, Name) else self.infix(token, left, sign)
        return self.infix(token, left, self.expression_after(token))

    def expression_after(self, token: Token) -> Node:
        """The right operand: a product after a sum sign, juxtaposed factors after a product sign."""
        return self.expression(PRODUCT) if INFIX[token.text] == SUM else self.signed()

    def infix(self, token: Token, left: Node, right: Node) -> Node:
        span = Span(left.span[0], right.span[1])
        if is_none(left) and UNARY.get(token.text, token.text) != token.text:
            return Apply(UNARY[token.text], (right,), "", span)
        return Apply(token.text, (left, right), "", span)

    def operand_ahead(self) -> bool:
        token = self.tokens[self.at]
        return token.kind in OPERANDS or (token.kind == "infix" and token.text in UNARY)

    def sign_without_operand(self, token: Token) -> Node:
        """`A^*`, `f(\\cdot)`, `x_{i+}`: a sign that stands for itself; at top level something is missing."""
        span = Span(token.start, token.end)
        if self.top and self.at > 1:
            return Hole("", f"nothing after {self.context.written(token)}", span)
        return Name(token.text, "", span)

    def signed(self) -> Node:
        token = self.tokens[self.at]
        return self.product() if token.kind in OPERANDS else self.unary()

    def unary(self) -> Node:
        """Signs before an operand, or a sign alone."""
        signs: list[Token] = []
        while (token := self.tokens[self.at]).kind in ("infix", "slash"):
            self.at += 1
            if token.text not in UNARY or not self.operand_ahead():
                body = self.lonely(token)
                break
            signs.append(token)
        else:
            body = self.expression(PRODUCT)
        for sign in reversed(signs):
            none = (Apply("none", span=Span(sign.start, sign.start)),) if len(UNARY[sign.text]) == 2 else ()
            body = Apply(UNARY[sign.text], (*none, body), "", Span(sign.start, body.span.end))
        return body

    def lonely(self, token: Token) -> Node:
        """A sign with no operand before it: `*`, and perhaps more after it (`_{*i}`)."""
        sign = self.sign_without_operand(token)
        if self.tokens[self.at].kind not in OPERANDS:
            return sign
        return juxtaposed([self.scripts(sign), self.product()])

    # ---- products ----------------------------------------------------------------------------

    def product(self) -> Node:
        factors: list[Node] = []
        tokens = self.tokens
        while True:
            kind = tokens[self.at].kind
            if kind in OPERANDS:
                add(factors, self.factor())
            elif kind == "slash" and factors:
                factors = self.slash(factors)
            elif kind == "at" and factors:
                factors = [self.evaluated(juxtaposed(factors))]
            else:
                break
        if len(factors) == 1:
            return factors[0]
        if not factors:
            if tokens[self.at].kind == "infix" and self.at and tokens[self.at - 1].kind == "switch":
                return self.unary()
            return Apply("none", span=Span(tokens[self.at].start, tokens[self.at].start))
        return juxtaposed(factors)

    def slash(self, factors: list[Node]) -> list[Node]:
        """`a b / c d` divides `a b` by `c`; `a \\partial f/\\partial x` divides only the differential."""
        token = self.tokens[self.at]
        self.at += 1
        if not self.operand_ahead():
            return [*factors, self.sign_without_operand(token)]
        start = next((i for i in range(len(factors) - 1, -1, -1) if differential(factors[i])), -1)
        mark = differential(factors[start]) if start >= 0 else ""
        below = self.signed_factor()
        if not mark or differential(below) != mark:
            return [Apply("slash", (juxtaposed(factors), below), "", cover(factors[0], below))]
        above = juxtaposed(factors[start:])
        below = self.differentials(below, order_of(factors[start]))
        factors[start:] = [Apply("slash", (above, below), "", cover(above, below))]
        return factors

    def signed_factor(self) -> Node:
        if self.tokens[self.at].kind in OPERANDS:
            return self.factor()
        return self.unary_factor()

    def unary_factor(self) -> Node:
        token = self.tokens[self.at]
        self.at += 1
        if self.tokens[self.at].kind not in OPERANDS:
            return self.hole(token, "nothing to divide by")
        body = self.factor()
        return Apply("neg" if token.text == "-" else "pos", (body,), "", Span(token.start, body.span.end))

    def differentials(self, first: Node, order: int) -> Node:
        """`\\partial x \\partial y` under a slash: as many as the order of the derivative."""
        parts = [first]
        mark = differential(first)
        while self.tokens[self.at].kind in OPERANDS:
            parts.append(self.factor())
            order -= 1
            if order <= 0 or self.tokens[self.at].text not in (mark, "partial"):
                break
            parts.append(self.factor())
        return juxtaposed(parts)

    def evaluated(self, body: Node) -> Node:
        """`f|_{x=0}`."""
        self.at += 2
        condition = self.argument("the condition of a bar")
        return Apply("at", (body, condition), "", Span(body.span.start, self.end))

    def factor(self) -> Node:
        token = self.tokens[self.at]
        self.at += 1
        node = self.atom(token)
        if token.kind == "brace":
            node = moved(node, Span(token.start, self.end))
        if self.tokens[self.at].kind in _SCRIPTS:
            return self.scripts(node)
        return node

    def atom(self, token: Token) -> Node:
        context = self.context
        if context.depth >= DEEPEST:
            return self.hole(token, "nested too deeply")
        context.depth += 1
        node = context.atoms[token.kind](self, token)
        context.depth -= 1
        return node

    # ---- scripts -----------------------------------------------------------------------------

    def scripts(self, base: Node) -> Node:
        """Indices, primes and exponents in any order become `sup(prime(sub(base, i)), k)`."""
        start = base.span.start
        indices: list[Node] = []
        exponents: list[Node] = []
        primes = ""
        while (token := self.tokens[self.at]).kind in _SCRIPTS:
            self.at += 1
            if token.kind == "prime":
                primes += token.text
            elif token.kind == "factorial":
                base = Apply("call", (Name("factorial"), base), "", Span(start, token.end))
            elif token.text == "_":
                indices.append(self.script())
            else:
                primes += self.exponent(exponents)
        span = Span(start, self.end)
        for index in indices:
            base = Apply("sub", (base, index), "", span)
        if primes:
            base = Apply("prime", (base,), primes, span)
        for exponent in (part for whole in exponents for part in raised_apart(whole)):
            base = Apply("sup", (base, transpose(exponent)), "", span)
        return base

    def script(self) -> Node:
        """The argument of `_` or `^`; fonts of the base do not reach into it."""
        font, self.font = self.font, ""
        node = self.argument("an index or exponent")
        self.font = font
        return node

    def exponent(self, exponents: list[Node]) -> str:
        """Read what follows `^`; primes in it are returned, `^{*\\prime}` has both."""
        token = self.tokens[self.at]
        if token.kind == "prime":
            self.at += 1
            return token.text
        if token.kind != "brace" or not any(part.kind == "prime" for part in token.inside):
            exponents.append(self.script())
            return ""
        first, last, primes = strip_primes(token.inside)
        if first < last or not primes:
            self.tokens[self.at] = token._replace(inside=token.inside[first:last])
            exponents.append(self.script())
        else:
            self.at += 1
        return primes

    def argument(self, what: str) -> Node:
        """One token or one group, as TeX takes it."""
        token = self.tokens[self.at]
        kind = token.kind
        if kind == "brace":
            self.at += 1
            return self.atom(token)
        if kind == "number" and len(token.text) > 1:
            return self.first_of(token)
        if kind in WORD_KINDS and self.is_run(token):
            return self.first_of(token._replace(text=self.context.written(token)))
        if (kind in _SIGNS and token.text != "mid") or kind in ("function", "big"):
            self.at += 1
            return Name(token.text, "", Span(token.start, token.end))
        if kind in OPERANDS and kind not in _SCRIPTS:
            self.at += 1
            return self.atom(token)
        return self.missing(what)

    def is_run(self, token: Token) -> bool:
        """Whether a token is several letters or digits in a row, not a command."""
        first = self.context.text[token.start]
        return token.end - token.start > 1 and first.isalnum() and first.isascii()

    def first_of(self, token: Token) -> Node:
        """`\\frac12` takes single digits, `x_in` single letters: leave the rest where it is."""
        split = token.start + 1
        kind = "number" if token.kind == "number" else "letter"
        rest = [Token("letter", sign, i, i + 1) for i, sign in enumerate(token.text[1:], split)]
        if kind == "number":
            rest = [Token("number", token.text[1:], min(split, token.end), token.end)] * (len(token.text) > 1)
        self.tokens[self.at : self.at + 1] = [Token(kind, token.text[0], token.start, split), *rest]
        self.at += 1
        return self.atom(self.tokens[self.at - 1])

    def missing(self, what: str) -> Hole:
        here = self.tokens[self.at]
        span = Span(self.tokens[self.at - 1].start, here.start) if self.at else Span(here.start, here.start)
        written = self.context.text[span.start : span.end].strip()
        self.context.troubles.append(Trouble("missing-argument", written, span))
        return Hole("", f"missing {what}", span)

    def hole(self, token: Token, reason: str) -> Hole:
        return Hole(self.context.written(token), reason, Span(token.start, token.end))

    @property
    def end(self) -> int:
        """Where the last token that was read ends."""
        return self.tokens[self.at - 1].end

    def inside(self, token: Token, font: str) -> Node:
        """The content of a group."""
        return Reader(token.inside, token.end, self.context, font).content()
