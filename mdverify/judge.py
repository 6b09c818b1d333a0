"""Every step of a note judged: claims, definitions and conditions, chains, and the layout contest."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from mdverify.calculus import LAYOUTS
from mdverify.derivation import EQUALITIES, Derivation, Site, mentions
from mdverify.evidence import Evidence
from mdverify.messages import Message, message
from mdverify.reading import Options, Reading
from mdverify.report import LayoutChoice, Verdict
from mdverify.show import show
from mdverify.source import Span
from mdverify.survey import survey
from mdverify.symbols import symbols_in
from mdverify.syntax import Apply, Hole, Name, Node, Number, is_none, walk
from mdverify.terms import Term
from mdverify.verify import attempt, ATTEMPTS_MORE, ATTEMPTS_ONCE, ATTEMPTS_PER_STEP, Case, Outcome, closure, free_names, is_zero, judge_pair


@dataclass(slots=True)
class Judgement:
    """What is known of one step before the layout of the note is settled.

    `true` holds the layouts under which it is true; `verdict` is final unless it is None, in which
    case the layouts decide between verified, layout and `otherwise`.
    """

    site: Site
    verdict: Verdict | None = None
    true: tuple[str, ...] = ()
    discriminating: bool = False
    otherwise: Verdict = Verdict.UNCHECKED
    outcome: Outcome | None = None
    reason: Message | None = None
    notation: Message | None = None
    rule: str | None = None
    blame: Span | None = None


@dataclass(slots=True)
class Judge:
    """Judges the steps of one derivation in order, remembering which sides of a chain are good."""

    derivation: Derivation
    evidence: Evidence
    layout: str = "auto"
    good: dict[int, int] = field(default_factory=dict)
    surveyed: dict[int, Options] = field(default_factory=dict)
    last_condition: int | None = None

    def all(self) -> list[Judgement]:
        self.surveyed = survey(self.derivation, self.evidence)
        judgements = []
        for site in self.derivation.sites:
            judged = self.step(site)
            judgements.append(judged)
            self.keep_condition(judged)
        return judgements

    def keep_condition(self, judged: Judgement) -> None:
        """Remember the last equation to be solved; a claim that was judged ends its reach."""
        if Verdict.CONDITION in (judged.verdict, judged.otherwise) and not judged.true:
            if judged.site.relation.sign in EQUALITIES:
                self.last_condition = judged.site.position

    def step(self, site: Site) -> Judgement:
        """One step: what is not an equality, unreadable or no claim is told apart first."""
        for test in (not_equal, malformed, postulated, quoted, incomplete, assigned, indexed_condition):
            found = test(self, site)
            if found is not None:
                return found
        if site.defines is not None:
            return self.definition(site)
        return self.claim(site)

    # --- claims ----------------------------------------------------------------------------

    def claim(self, site: Site) -> Judgement:
        judged = self.pair(site, site.lhs)
        chain = self.derivation.chains[site.chain]
        last_good = self.good.get(site.chain, 0)
        if not judged.true and judged.otherwise != Verdict.UNCHECKED and last_good < site.place:
            against = self.pair(site, chain[last_good])
            if against.true or against.otherwise == Verdict.UNCHECKED:
                judged = against
        if judged.true or judged.otherwise == Verdict.UNCHECKED:
            self.good[site.chain] = site.place + 1
        return judged

    def pair(self, site: Site, lhs: Node, limit: int = ATTEMPTS_PER_STEP) -> Judgement:
        """Both sides under every layout that makes a difference."""
        case = Case(self.derivation, self.evidence, lhs, site.rhs, site.position)
        outcomes: dict[str, Outcome] = {}
        hint: Options | None = None
        for layout in self.order(site):
            agreed = any(outcome.kind == "agree" for outcome in outcomes.values())
            tries = ATTEMPTS_ONCE if agreed else limit if not outcomes else ATTEMPTS_MORE
            start = hint or self.surveyed.get(site.section)
            outcomes[layout] = judge_pair(case, layout, start, tries)
            if outcomes[layout].kind in ("agree", "differ"):
                hint = outcomes[layout].options
            if not outcomes[layout].discriminates:
                outcomes.update({other: outcomes[layout] for other in LAYOUTS if other not in outcomes})
                break
        true = tuple(layout for layout in LAYOUTS if outcomes[layout].kind == "agree")
        first = outcomes[self.order(site)[0]]
        judged = Judgement(site, None, true, first.discriminates, outcome=first)
        if true:
            self.remember(outcomes[true[0]], site)
        else:
            self.refuse(judged, outcomes, case)
        return judged

    def order(self, site: Site) -> tuple[str, ...]:
        """The layouts, the one in force first."""
        first = in_force(self, site.position)
        return tuple(sorted(LAYOUTS, key=lambda layout: layout not in first))

    def remember(self, outcome: Outcome, site: Site) -> None:
        """A verified step votes for the modes its own symbols were read with."""
        if outcome.reading is None:
            return
        naming = self.derivation.naming
        written = {symbol.key for side in (site.lhs, site.rhs) for symbol in symbols_in(side, naming)}
        for variable, choice in outcome.reading.choices.items():
            key = variable.partition("#")[0]
            if key in written or key.rstrip("_") in written:
                self.evidence.votes[key, choice.chosen] += 1
                self.evidence.served.add((key, choice.chosen, site.section))

    def refuse(self, judged: Judgement, outcomes: dict[str, Outcome], case: Case) -> None:
        """No layout makes the step true: wrong, ill-shaped, a condition, or undecided."""
        kinds = [outcomes[layout].kind for layout in LAYOUTS]
        best = next((outcomes[la] for la in LAYOUTS if outcomes[la].kind in ("stuck", "uncertain")), None)
        if best is not None and ("uncertain" in kinds or outcomes[self.order(judged.site)[0]].kind == "stuck"):
            judged.otherwise, judged.reason = Verdict.UNCHECKED, best.reason
            judged.outcome = best
            return
        differing = [outcomes[la] for la in self.order(judged.site) if outcomes[la].kind == "differ"]
        chosen = min(differing, key=lambda outcome: outcome.cost, default=None)
        if chosen is not None:
            judged.outcome = chosen
            judged.otherwise = self.accused(judged, chosen)
            undecided = judged.otherwise in (Verdict.CONDITION, Verdict.UNCHECKED)
            plain = replace(judged, outcome=chosen.plain)
            if undecided and chosen.plain and not self.told_condition(judged.site) and trusted(self, plain):
                judged.outcome, judged.otherwise = chosen.plain, Verdict.SHAPE
            return
        judged.outcome = outcomes[self.order(judged.site)[0]]
        judged.otherwise = Verdict.SHAPE
        if self.names_unknown_function(judged.site):
            judged.otherwise, judged.reason = Verdict.UNCHECKED, message("unknown-functions")
            return
        if judged.outcome.reading is not None and judged.outcome.reading.tensor:
            judged.otherwise, judged.reason = Verdict.UNCHECKED, message("tensor")
        elif self.told_condition(judged.site):
            judged.otherwise, judged.reason = Verdict.UNCHECKED, message("equation-unread")

    def accused(self, judged: Judgement, outcome: Outcome) -> Verdict:
        """A difference: an equation to solve, something we cannot know, or wrong."""
        reading, left, right = outcome.reading, outcome.left, outcome.right
        assert reading is not None and left is not None and right is not None
        if is_zero(right) or is_zero(left) or self.told_condition(judged.site):
            return Verdict.CONDITION
        follows = CONSEQUENCES & set(judged.site.lead) or self.follows_condition(judged.site)
        if follows and not has_derivative(reading, left) and judged.site.heads:
            return Verdict.CONDITION
        if reading.tensor:
            judged.reason = message("tensor")
            return Verdict.UNCHECKED
        if reading.broadcasts:
            return Verdict.SHAPE
        one, two = free_names(reading, left), free_names(reading, right)
        only = {name for name in one ^ two if not name.startswith("?")}
        generic = any(name.startswith("?") for name in one | two)
        if any("Delta(" in name or name.partition("#")[0] == "Delta" for name in one | two):
            judged.reason = message("first-order")
            return Verdict.UNCHECKED
        bare = self.bare_functions(reading, left) | self.bare_functions(reading, right)
        if bare:
            judged.reason = message("undefined-function", text=readable(min(bare)))
            return Verdict.UNCHECKED
        explicit = has_derivative(reading, left) or has_derivative(reading, right)
        if generic and (only or not explicit):
            judged.reason = message("undefined-function", text=readable(next(n for n in sorted(one | two) if n.startswith("?"))))
            return Verdict.UNCHECKED
        new = {name for name in two - one if not name.startswith("?")}
        if new and not explicit:
            judged.reason = message("undefined-symbol", text=readable(min(new)))
            return Verdict.CONDITION if judged.site.place == 0 else Verdict.UNCHECKED
        unknown = sorted(only - {n for n in only if self.is_declared(reading, n)})
        if (unknown and not explicit) or (only and not explicit and judged.site.place == 0):
            return Verdict.CONDITION
        if unknown and any(self.is_unexplained(name) for name in unknown) and not self.in_formula(judged.site):
            judged.reason = message("undefined-symbol", text=readable(unknown[0]))
            return Verdict.UNCHECKED
        if outcome.limited is not None:
            judged.reason = outcome.limited
            return Verdict.UNCHECKED
        if guessed_generics(self, reading, judged.site.position):
            judged.reason = message("shapes-guessed")
            return Verdict.UNCHECKED
        if self.needs_symmetry(judged.site, outcome):
            judged.reason = message("if-symmetric")
            return Verdict.UNCHECKED if self.speaks_of_symmetry(judged.site) else Verdict.WRONG
        return Verdict.WRONG

    def needs_symmetry(self, site: Site, outcome: Outcome) -> bool:
        """Whether the step would be true if its matrices were symmetric."""
        if outcome.reading is None or not any(
            outcome.reading.kind(shape) == "M" for shape in outcome.reading.shapes.values()
        ):
            return False
        case = Case(self.derivation, self.evidence, site.lhs, site.rhs, site.position)
        return any(
            attempt(case, replace(options, layout=layout, symmetric=True)).kind == "agree"
            for options in dict.fromkeys((outcome.options, Options()))
            for layout in LAYOUTS
        )

    def speaks_of_symmetry(self, site: Site) -> bool:
        """Symmetry named nearby, in whatever language, by words no cue understood."""
        start = max(0, site.position - 400)
        near = self.derivation.note.source.text[start : site.position + 200].lower()
        understood = [fact.span for fact in self.derivation.facts if "symmetric" in fact.kind or "definite" in fact.kind]
        places = [near.find(word) for word in SYMMETRY_WORDS if word in near]
        return any(
            not any(span.start <= start + at < span.end for span in understood)
            and not any(word in near[max(0, at - 40) : at] for word in DENIALS)
            for at in places
        )

    def bare_functions(self, reading: Reading, term: Term) -> set[str]:
        """Functions nobody defined or said to be arbitrary, whose own value (not derivative) counts."""
        found = set()
        stack = [term]
        while stack:
            part = stack.pop()
            if part.op == "deriv" or (part.op == "call" and part.data.body is None and part.data.order):
                continue
            if part.op == "call" and part.data.body is None and not self.is_arbitrary(part.data.name):
                found.add(part.data.name)
            stack.extend(part.args)
        return found

    def is_arbitrary(self, name: str) -> bool:
        """Whether a function was declared as such: `f: R^n → R`, "u is a function of x"."""
        key, _, number = name.partition("#")
        lives = self.derivation.lives.get(key, [])
        if number and lives[int(number)].declaration is not None:
            return True
        return any(d.key == key and d.told and d.spoken for d in self.derivation.dependences)

    def is_declared(self, reading: object, name: str) -> bool:
        return "#" in name

    def is_unexplained(self, name: str) -> bool:
        return "#" not in name

    def in_formula(self, site: Site) -> bool:
        """Whether what is differentiated stands in the formula itself."""
        from mdverify.derivation import derivative_parts

        for side in (site.lhs, site.rhs):
            for node in walk(side):
                parts = derivative_parts(node)
                if parts is not None and parts.operand is not None and self.derivation.naming.symbol(parts.operand) is None:
                    return True
                if isinstance(node, Apply) and node.op == "juxt" and show(node).startswith(r"\nabla"):
                    return True
        return False

    def names_unknown_function(self, site: Site) -> bool:
        """A function without formula, applied: what shape it has is anybody's guess."""
        naming = self.derivation.naming
        for side in (site.lhs, site.rhs):
            for node in walk(side):
                if isinstance(node, Apply) and node.op == "juxt":
                    for head, after in zip(node.args, node.args[1:], strict=False):
                        symbol = naming.symbol(head) if isinstance(after, Apply) and after.op == "fence" else None
                        if symbol is not None and symbol.key in self.derivation.functions:
                            life = self.derivation.life(symbol.key, site.position)
                            if life is None or (life.definition is None and life.declaration is None):
                                return True
        return False

    def follows_condition(self, site: Site) -> bool:
        """An equation right after one to be solved: a further form of it."""
        if self.last_condition is None or site.position - self.last_condition > CONDITION_REACH:
            return False
        keys = {s.key for side in (site.lhs, site.rhs) for s in symbols_in(side, self.derivation.naming)}
        return any(self.derivation.targets.get(key, site.position) < site.position for key in keys)

    def told_condition(self, site: Site) -> bool:
        """Words next to a formula that make it an equation to solve or a constraint."""
        text = self.derivation.note.source.text
        outer = self.derivation.note.maths[site.math].outer
        reach = 60 if self.derivation.note.maths[site.math].display else 160
        before = text[max(0, outer.start - reach) : outer.start].lower()
        after = text[outer.end : outer.end + 40].lower()
        before = before[max(before.rfind("\n\n"), before.rfind(". "), before.rfind("。")) + 1 :]
        inside = text[outer.start : site.lhs.span.start].lower()[-60:]
        return any(cue in before or cue in inside for cue in EQUATION_BEFORE) or any(cue in after for cue in EQUATION_AFTER)

    # --- definitions -----------------------------------------------------------------------

    def definition(self, site: Site) -> Judgement:
        """A symbol set equal to something: introduced, restated, or given a new life."""
        defined = site.defines
        assert defined is not None
        life = self.derivation.life(defined.key, site.position)
        earlier = life.definition if life else None
        self.good[site.chain] = 1
        if mentions(site.rhs, defined.key, self.derivation.naming):
            return Judgement(site, Verdict.GIVEN)
        if earlier is not None and earlier is not defined and earlier.position <= site.position:
            judged = self.pair(site, site.lhs, ATTEMPTS_MORE)
            if judged.true:
                return judged
        declared = life is not None and (life.definition is not None or life.declaration is not None)
        if not declared or life is None or life.start > site.position:
            return Judgement(site, Verdict.GIVEN)
        return self.introduced(site)

    def introduced(self, site: Site) -> Judgement:
        """A restatement is given, unless what it says has no shape under any reading."""
        case = Case(self.derivation, self.evidence, site.rhs, site.rhs, site.position)
        outcome = judge_pair(case, self.order(site)[0], self.surveyed.get(site.section))
        if outcome.kind == "clash" and not any(
            judge_pair(case, layout).kind != "clash" for layout in self.order(site)[1:]
        ):
            return Judgement(site, None, otherwise=Verdict.SHAPE, outcome=outcome)
        return Judgement(site, Verdict.GIVEN, outcome=outcome)


SYMMETRY_WORDS = ("symmetr", "symetr", "simétr", "simmetr", "симметр", "对称", "對稱", "対称", "대칭", "hessian", "covarian")
DENIALS = ("not ", "no ", "without", "n't", "不", "没有", "非", "无")
CONDITION_REACH = 400  # characters
CONSEQUENCES = frozenset({"Rightarrow", "implies", "therefore", "iff", "Leftrightarrow"})
EQUATION_BEFORE = (
    "subject to", "s.t.", "such that", "satisf", "solve ", "solving", "system", "equation", "constraint",
    "differentiate", "suppose", "assume", "set ", "if ", "方程", "满足", "约束", "解得", "求解", "若", "如果", "假设", "令",
)  # fmt: skip
EQUATION_AFTER = ("on both sides", "has a solution", "is solved", "两边", "有解", "的解", "解出")


def has_derivative(reading: object, term: Term) -> bool:
    return any(part.op in ("deriv", "differential") or (part.op == "call" and part.data.order) for part in closure(reading, term))  # type: ignore[arg-type]


def readable(name: str) -> str:
    return name.lstrip("?").partition("#")[0].removeprefix("bf:").rstrip("_").removesuffix("^()")


# --- what is no claim --------------------------------------------------------------------------


def not_equal(judge: Judge, site: Site) -> Judgement | None:
    sign = site.relation.sign
    if sign in EQUALITIES and sign != "overset?":
        return None
    verdict = Verdict.CONDITION if sign in CONDITIONS else Verdict.GIVEN if sign in GIVENS else Verdict.UNCHECKED
    reason = message("relation-not-judged", sign=site.relation.text) if verdict is Verdict.UNCHECKED else None
    return Judgement(site, verdict, reason=reason)


CONDITIONS = frozenset({"ne", "<", ">", "le", "ge", "perp", "ll", "gg", "succ", "succeq", "prec", "preceq"})
GIVENS = frozenset({"in", "notin", "to", "mapsto", ":", "leftarrow", "sim", "subset", "subseteq", "mid", "rightarrow"})


def postulated(judge: Judge, site: Site) -> Judgement | None:
    """`P^2 = P` said of a free P: an assumption."""
    return Judgement(site, Verdict.GIVEN) if site.position in judge.derivation.postulates else None


def malformed(judge: Judge, site: Site) -> Judgement | None:
    """A bracket or ampersand in the wrong place, a derivative that lost its d."""
    troubles = [t for t in judge.derivation.formulas[site.math].troubles if t.kind in TROUBLES]
    if looks_balanced(judge.derivation.note.maths[site.math].body):
        troubles = [t for t in troubles if t.kind in ("stray-ampersand", "stray-brace")]
    start, end = site.lhs.span.start if not is_none(site.lhs) else site.position, site.rhs.span.end
    for trouble in troubles:
        owner = trouble_owner(judge, site, trouble.span.start)
        if owner is site:
            rule, key = TROUBLES[trouble.kind]
            return Judgement(site, Verdict.NOTATION, rule=rule, notation=message(key, text=trouble.text), blame=trouble.span)
    for side in (site.lhs, site.rhs):
        lost = lost_d(judge, side)
        if lost is not None and start <= end:
            return Judgement(site, Verdict.NOTATION, rule="MV402", notation=message("lost-d"), blame=lost.span)
    return None


def looks_balanced(tex: str) -> bool:
    """Whether a reader sees every bracket closed, groups and fonts left aside."""
    opened = sum(tex.count(sign) for sign in "([")
    return opened == sum(tex.count(sign) for sign in ")]")


TROUBLES = {
    "unclosed": ("MV401", "unclosed"),
    "unopened": ("MV401", "unopened"),
    "stray-brace": ("MV401", "unopened"),
    "stray-ampersand": ("MV403", "stray-ampersand"),
}


def trouble_owner(judge: Judge, site: Site, offset: int) -> Site | None:
    """The step a trouble belongs to: the last one of the formula whose relation stands before it."""
    inside = [s for s in judge.derivation.sites if s.math == site.math]
    before = [s for s in inside if s.position <= offset]
    return before[-1] if before else inside[0] if inside else None


def lost_d(judge: Judge, side: Node) -> Node | None:
    """`\\frac{f(x)}{dx}`: below stands a differential, above none."""
    for node in walk(side):
        match node:
            case Apply("frac", (above, Apply("juxt", (Name("d" | "partial" as sign), variable)))):
                symbol = judge.derivation.naming.symbol(variable)
                plain_d = sign == "d" and (judge.derivation.life("d", node.span.start) is not None or "d" in judge.derivation.sizes)
                if symbol is None or plain_d or isinstance(above, Number):
                    continue
                if not any(isinstance(p, Name) and p.text in ("d", "partial", "Delta", "delta", "nabla") for p in walk(above)):
                    return node
    return None


def quoted(judge: Judge, site: Site) -> Judgement | None:
    """Text after "Wrong:" is shown, not claimed; so is a question."""
    for fact in judge.derivation.facts_at(site.position, frozenset({"wrong-ahead"})):
        if site.math in fact.subjects or not fact.subjects:
            return Judgement(site, Verdict.UNCHECKED, reason=message("quoted-as-wrong"))
    return None


def incomplete(judge: Judge, site: Site) -> Judgement | None:
    """Nothing on one side, a question mark, or something unreadable."""
    for side in (site.lhs, site.rhs):
        if is_none(side):
            return Judgement(site, Verdict.UNCHECKED, reason=message("empty-side"))
        for part in walk(side):
            if isinstance(part, Name) and part.text == "?":
                return Judgement(site, Verdict.UNCHECKED, reason=message("question"))
            if isinstance(part, Hole) and site.defines is None:
                return Judgement(site, Verdict.UNCHECKED, reason=message("unread", reason=part.reason))
    if site.relation.sign == "overset?":
        return Judgement(site, Verdict.UNCHECKED, reason=message("question"))
    return None


def assigned(judge: Judge, site: Site) -> Judgement | None:
    """Shape arithmetic: `(m×n)(n×1) = m×1`, `(N, D) = (64, 784)`."""
    if all(is_sizes(judge, side) for side in (site.lhs, site.rhs)) or (is_tuple(site.lhs) and is_tuple(site.rhs)):
        return Judgement(site, Verdict.GIVEN)
    return None


def is_tuple(node: Node) -> bool:
    """A bracket with plain names or numbers, separated by commas."""
    match node:
        case Apply("fence", (Apply("list", items, ","),), "()"):
            return all(isinstance(item, Name | Number) for item in items)
    return False


def is_sizes(judge: Judge, node: Node) -> bool:
    """An expression made of `m×n` with letters that count."""
    parts = list(walk(node))
    has_times = any(isinstance(p, Apply) and p.op == "times" for p in parts)
    allowed = all(
        isinstance(p, Number)
        or (isinstance(p, Name) and (p.text in judge.derivation.sizes or (p.text.islower() and judge.derivation.life(p.text, p.span.start) is None)))
        or (isinstance(p, Apply) and p.op in ("times", "fence", "juxt", "cdot", "+", "-", "list"))
        for p in parts
    )
    return has_times and allowed and any(isinstance(p, Name) or (isinstance(p, Apply) and p.op == "fence") for p in parts)


def indexed_condition(judge: Judge, site: Site) -> Judgement | None:
    """`i = j`, `k = 1, …, n`, `m = n`: about indices and sizes."""
    if site.relation.sign != "=" or not isinstance(site.lhs, Name):
        return None
    text = site.lhs.text
    naming, derivation = judge.derivation.naming, judge.derivation
    counts = text in naming.index_letters or text in derivation.sizes
    if not counts or site.lhs.font or derivation.assumed(text, site.position):
        return None
    simple = all(
        isinstance(p, Number) or (isinstance(p, Name) and (p.text in naming.index_letters or p.text in derivation.sizes))
        or (isinstance(p, Apply) and p.op in ("+", "-", "cdot", "juxt", "times"))
        for p in walk(site.rhs)
    )
    return Judgement(site, Verdict.CONDITION) if simple else None


# --- layout ------------------------------------------------------------------------------------

DECLARED = {
    "layout-denominator": ("denominator",),
    "layout-numerator": ("numerator",),
    "layout-mixed": ("mixed",),
    "gradient-column": ("denominator", "mixed"),
    "gradient-row": ("numerator",),
}
ALTERNATIVES = frozenset({"alternative", "alternative-column", "alternative-row"})


def declared_layout(judge: Judge, position: int) -> tuple[str, ...]:
    """The layouts said to hold at a position, the latest statement counting."""
    told = judge.derivation.facts_at(position, frozenset(DECLARED))
    exact = [fact for fact in told if len(DECLARED[fact.kind]) == 1]
    chosen = (exact or told)[-1:] if told else []
    return DECLARED[chosen[0].kind] if chosen else ()


def in_force(judge: Judge, position: int) -> tuple[str, ...]:
    return declared_layout(judge, position) or ((judge.layout,) if judge.layout != "auto" else ("denominator",))


def majority(judge: Judge, judgements: list[Judgement]) -> LayoutChoice:
    """The convention of the note as a whole: declared, configured, or that of most claims that discriminate."""
    declared = [f for f in judge.derivation.facts if f.kind in DECLARED and len(DECLARED[f.kind]) == 1]
    if declared:
        widest = max(declared, key=lambda f: f.reach.end - f.reach.start)
        return LayoutChoice(DECLARED[widest.kind][0], "declared")
    if judge.layout != "auto":
        return LayoutChoice(judge.layout, "config")
    votes = {layout: 0 for layout in LAYOUTS}
    for judged in judgements:
        if judged.discriminating and 0 < len(judged.true) < len(LAYOUTS) and not declared_layout(judge, judged.site.position):
            for layout in judged.true:
                votes[layout] += 1
    best = max(LAYOUTS, key=lambda layout: (votes[layout], -LAYOUTS.index(layout)))
    if votes[best] == 0 or list(votes.values()).count(votes[best]) == len(LAYOUTS):
        return LayoutChoice("denominator", "default")
    return LayoutChoice(best, "majority")


def trusted(judge: Judge, judged: Judgement) -> bool:
    """Whether the shapes behind an accusation were declared, defined so, or have served a verified step."""
    outcome = judged.outcome
    if outcome is None or outcome.reading is None or outcome.reading.ranges_clash:
        return False
    clash, site = outcome.clash, judged.site
    if clash is None:
        keys = {key for side in (site.lhs, site.rhs) for key in keys_below(judge, side, outcome.reading)}
        return all(firm(judge, key, site, outcome.reading) for key in keys)
    places = [clash.span, *(span for span, _ in clash.related)]
    sides = (site.lhs.span, site.rhs.span)
    if not all(any(s.start <= p.start and p.end <= s.end for s in sides) for p in places):
        return False
    keys = {
        key
        for side in (site.lhs, site.rhs)
        for node in walk(side)
        if any(p.start <= node.span.start and node.span.end <= p.end for p in places)
        for key in keys_below(judge, node, outcome.reading)
    }
    return all(firm(judge, key, site, outcome.reading) for key in keys)


def keys_below(judge: Judge, node: Node, reading: Reading) -> set[str]:
    """The symbols of an expression that the reading gave a shape."""
    shaped = set(reading.names.values())
    return {symbol.key for symbol in symbols_in(node, judge.derivation.naming)} & shaped


def firm(judge: Judge, key: str, site: Site, reading: Reading, depth: int = 12) -> bool:
    """Whether the shape of a symbol was said, here or once and for all, and not only guessed."""
    derivation = judge.derivation
    for variable, choice in reading.choices.items():
        if variable.partition("#")[0] == key and (key, choice.chosen, site.section) in judge.evidence.served:
            return True
    life = derivation.life(key, site.position)
    if life is None or (derivation.distance(life.start, site.position) == 2 and len(derivation.lives[key]) > 1):
        base = key.rstrip("_")
        return base != key and firm(judge, base, site, reading, depth)
    if life.declaration is not None:
        return True
    if life.definition is None or depth == 0:
        return False
    return all(firm(judge, inner, site, reading, depth - 1) for inner in keys_below(judge, life.definition.body, reading))


def guessed_generics(judge: Judge, reading: Reading, position: int) -> bool:
    """Whether an undefined quantity was taken for a vector or matrix on no more than its looks."""
    for name in reading.generics:
        choice = reading.choices.get(name)
        life = judge.derivation.life(name.partition("#")[0], position)
        stated = life is not None and (life.declaration is not None or life.definition is not None)
        if choice is not None and choice.chosen not in ("S", "elementwise", "whole") and not stated:
            return True
    return False


def settle(judge: Judge, judged: Judgement, choice: LayoutChoice) -> Verdict:
    """The verdict of a step once the layout of the note is known."""
    if judged.verdict is not None:
        return judged.verdict
    if not judged.true:
        if judged.otherwise is Verdict.SHAPE and not trusted(judge, judged):
            judged.reason = message("shapes-guessed")
            return Verdict.UNCHECKED
        return judged.otherwise
    if not judged.discriminating or len(judged.true) == len(LAYOUTS):
        return Verdict.VERIFIED
    position = judged.site.position
    if judge.derivation.facts_at(position, ALTERNATIVES):
        return Verdict.VERIFIED
    expected = declared_layout(judge, position) or ((judge.layout,) if judge.layout != "auto" else ())
    if not expected or set(expected) & set(judged.true):
        return Verdict.VERIFIED
    return Verdict.LAYOUT
