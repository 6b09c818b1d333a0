"""What is known of a step before the layout of the note is settled, and what it is judged by."""

from __future__ import annotations

from dataclasses import dataclass

from mdverify.case import Case
from mdverify.claims import Site
from mdverify.comparison import Outcome
from mdverify.derivation import Derivation
from mdverify.equations import Equation
from mdverify.evidence import Evidence
from mdverify.messages import Message
from mdverify.report import Verdict
from mdverify.source import Span


@dataclass(slots=True)
class Judgement:
    """What is known of one step before the layout of the note is settled.

    `true` holds the layouts under which it is true; `verdict` is final unless it is None, in which
    case the layouts decide between verified, layout and `otherwise`. `notation`, `rule` and `blame`
    are for what is malformed; `case` is what `outcome` is the outcome of; `restates` marks a symbol set
    equal to something else than before.
    """

    site: Site
    verdict: Verdict | None = None
    true: tuple[str, ...] = ()
    discriminating: bool = False
    otherwise: Verdict = Verdict.UNCHECKED
    outcome: Outcome | None = None
    case: Case | None = None
    reason: Message | None = None
    notation: Message | None = None
    rule: str | None = None
    blame: Span | None = None
    restates: bool = False

    @property
    def equation(self) -> Equation | None:
        """What the right side was put back into, if it was."""
        return self.case.equation if self.case is not None else None


@dataclass(slots=True)
class Docket:
    """A note on trial: `layout` is the configured one or "auto"."""

    derivation: Derivation
    evidence: Evidence
    layout: str = "auto"
