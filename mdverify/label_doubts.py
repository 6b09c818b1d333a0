"""What keeps a superscript that may be a time or a label from being taken for a power."""

from __future__ import annotations

from mdverify.closure import closure
from mdverify.derivation import Derivation
from mdverify.messages import message
from mdverify.report import Verdict
from mdverify.suspects import Answer, Suspect, readable
from mdverify.symbols import mentions
from mdverify.syntax import Apply, Name, Number, walk
from mdverify.terms import Term


def is_labelled(suspect: Suspect) -> Answer:
    """`W^{t+1} = W^t - \\eta G`: a superscript may be a time, unless the letter is seen squared somewhere."""
    unclear = _raised_by_letters(suspect) - _raised_by_numbers(suspect.docket.derivation)
    unclear |= _updated(suspect)
    return (Verdict.UNCHECKED, message("label-or-power", text=readable(min(unclear)))) if unclear else None


def _raised_by_letters(suspect: Suspect) -> set[str]:
    """Vectors and matrices with an exponent that is no number."""
    reading = suspect.reading
    parts = (part for side in (suspect.left, suspect.right) for part in closure(reading, side))
    bases = (part.args[0] for part in parts if part.op in ("pow", "hpow") and not _is_numeric(part.args[1]))
    return {
        reading.names.get(base.data, "")
        for base in bases
        if base.op in ("sym", "member") and not reading.is_scalar(base)
    }


def _raised_by_numbers(derivation: Derivation) -> set[str]:
    """Symbols the note squares or raises to another number."""
    sides = (side for formula in derivation.formulas for one in formula.statements for side in one.sides)
    raised = (
        node.args[0]
        for side in sides
        for node in walk(side)
        if isinstance(node, Apply) and node.op == "sup" and isinstance(node.args[1], Number)
    )
    found = (derivation.naming.symbol(node) for node in raised)
    return {symbol.key for symbol in found if symbol is not None}


def _updated(suspect: Suspect) -> set[str]:
    """The number x of `x^{k+1} = x^k - f(x^k)`."""
    naming = suspect.docket.derivation.naming
    match suspect.site.lhs:
        case Apply("sup", (base, Apply("+" | "-", (Name(), Number())))):
            symbol = naming.symbol(base)
            if symbol is not None and mentions(suspect.site.rhs, symbol.key, naming):
                return {symbol.key}
    return set()


def _is_numeric(term: Term) -> bool:
    """A number with its sign."""
    return term.op == "num" or (term.op == "neg" and _is_numeric(term.args[0]))
