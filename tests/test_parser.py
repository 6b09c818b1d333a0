"""LaTeX to trees. Trees are written as nested calls; `a`, `b`, … are Names."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_lexer import TEX

from mdverify.parser import parse, parse_expression, scan_macros
from mdverify.show import show
from mdverify.source import Span
from mdverify.syntax import Apply, Formula, Hole, Name, Node, Number, Statement, holes, walk


def dump(node: Node) -> str:
    """`(op:detail arg …)`, letters as they are, fonts after a dot."""
    match node:
        case Number(text):
            return text
        case Name(text, font):
            return f"{text}.{font}" if font else text
        case Hole(_, reason):
            return f"<{reason}>"
        case Apply(op, args, detail):
            head = f"{op}:{detail}" if detail else op
            return "(" + " ".join([head, *map(dump, args)]) + ")"


def dump_statement(statement: Statement) -> str:
    parts = [dump(statement.sides[0])]
    for relation, side in zip(statement.relations, statement.sides[1:], strict=True):
        parts += [relation.sign, dump(side)]
    lead = "".join(f"{sign} " for sign in statement.lead)
    return f"{statement.row}| {lead}{' '.join(parts)}"


def rows(text: str) -> list[str]:
    return [dump_statement(statement) for statement in parse(text).statements]


def troubles(text: str) -> list[tuple[str, str]]:
    return [(trouble.kind, trouble.text) for trouble in parse(text).troubles]


EXPRESSIONS = [
    # products, sums, fractions
    ("2ab", "(juxt 2 a b)"),
    ("a-b+c", "(+ (- a b) c)"),
    ("-ab+c", "(+ (neg (juxt a b)) c)"),
    (r"a\cdot b c", "(cdot a (juxt b c))"),
    (r"a\cdot -b", "(cdot a (neg b))"),
    (r"A*B\odot C", "(odot (ast A B) C)"),
    (r"\frac12 x", "(juxt (frac 1 2) x)"),
    (r"\frac1n", "(frac 1 n)"),
    (r"\dfrac{a}b", "(frac a b)"),
    (r"{a+1 \over b}", "(frac (+ a 1) b)"),
    (r"\sqrt[3]{u+v}", "(sqrt (+ u v) 3)"),
    (r"\binom{n}{k}", "(binom n k)"),
    ("1/2x", "(juxt (slash 1 2) x)"),
    (
        r"\partial f/\partial u\,\partial u/\partial v",
        "(juxt (slash (juxt partial f) (juxt partial u)) (slash (juxt partial u) (juxt partial v)))",
    ),
    (r"3\partial f/\partial u", "(juxt 3 (slash (juxt partial f) (juxt partial u)))"),
    (r"\partial^2 f/\partial u\partial v", "(slash (juxt (sup partial 2) f) (juxt partial u partial v))"),
    ("e^{-t^2/2}", "(sup e (neg (slash (sup t 2) 2)))"),
    (r"\pm c", "(pm (none) c)"),
    ("n!", "(call factorial n)"),
    # scripts
    ("u_k^2", "(sup (sub u k) 2)"),
    ("u^2_k", "(sup (sub u k) 2)"),
    ("u_k'^2", "(sup (prime:' (sub u k)) 2)"),
    (r"g^{\prime\prime}", "(prime:'' g)"),
    (r"g^{*\prime}", "(sup (prime:' g) ast)"),
    (r"g^{\prime(k)}", "(sup (prime:' g) (fence:() k))"),
    ("u^{k'}", "(sup u (prime:' k))"),
    ("u^{(k)}", "(sup u (fence:() k))"),
    ("W_{ij}", "(sub W (juxt i j))"),
    ("W_{i,j}", "(sub W (list:, i j))"),
    ("W_{:,j}", "(sub W (list:, : j))"),
    (r"W_{p\times q}", "(sub W (times p q))"),
    ("u_{*k}", "(sub u (juxt ast k))"),
    ("{}_k u", "(juxt (sub (none) k) u)"),
    ("u_12", "(juxt (sub u 1) 2)"),
    (r"u^{\text{old}}", "(sup u old.rm)"),
    ("M^T", "(sup M T)"),
    ("M^{-T}", "(sup M (neg T))"),
    (r"M^{-\mathsf T}", "(sup M (neg top))"),
    # fonts and accents
    (r"\mathbf{Mv}", "(juxt M.bf v.bf)"),
    (r"\boldsymbol{v^TM}", "(juxt (sup v.bf T) M.bf)"),
    (r"\bm\beta", "beta.bf"),
    (r"{\bf v}", "v.bf"),
    (r"\vec v", "v.vec"),
    (r"\vec{AB}", "(accent:vec (juxt A B))"),
    (r"\hat{\mathbf{v}}_k", "(sub (accent:hat v.bf) k)"),
    (r"\mathbf 1", "1.bf"),
    (r"\mathbb{1}\{i=j\}", "(juxt 1.bb (fence:{} (rel:= i j)))"),
    (r"\mathrm{d}M", "(juxt d.rm M)"),
    (r"\int g\,du_k+c", "(+ (big:int (juxt g d (sub u k)) (none) (none)) c)"),
    (r"\mathrm{dt}", "(juxt d.rm t.rm)"),
    (r"{\rm new}", "new.rm"),
    # functions
    (r"\sin 2t", "(call sin (juxt 2 t))"),
    (r"\ln t+1", "(+ (call ln t) 1)"),
    (r"\sin u\cos v", "(juxt (call sin u) (call cos v))"),
    (r"\sin^2 t", "(call (sup sin 2) t)"),
    (r"\log_2 t", "(call (sub log 2) t)"),
    (r"\log p(t)", "(call log (juxt p (fence:() t)))"),
    (r"\log(t)u", "(juxt (call log (fence:() t)) u)"),
    (r"\tanh(t)^2", "(sup (call tanh (fence:() t)) 2)"),
    (r"\ln\ln t", "(call ln (call ln t))"),
    (r"\log|M|", "(call log (fence:|| M))"),
    ("tr(AB)", "(call tr (fence:() (juxt A B)))"),
    (r"\operatorname{diag}(u)v", "(juxt (call diag (fence:() u)) v)"),
    (r"\max(0,t)", "(call max (fence:() (list:, 0 t)))"),
    (r"\tanh", "tanh"),
    # fences
    ("(0,1]", "(fence:(] (list:, 0 1))"),
    ("|u||v|", "(juxt (fence:|| u) (fence:|| v))"),
    ("||u||^2", "(sup (fence:‖‖ u) 2)"),
    ("||u|-|v||", "(fence:|| (- (fence:|| u) (fence:|| v)))"),
    (r"\|\cdot\|", "(fence:‖‖ cdot)"),
    ("p(u|v)", "(juxt p (fence:() (list:| u v)))"),
    ("g(u,v;w)", "(juxt g (fence:() (list:; (list:, u v) w)))"),
    (r"\sum_k|u_k|", "(big:sum (fence:|| (sub u k)) k (none))"),
    (r"\left.g\right|_{t=0}", "(at g (rel:= t 0))"),
    (r"\frac{g}{h}\Big|_{t=0}", "(at (frac g h) (rel:= t 0))"),
    (r"\langle u,v\rangle", "(fence:⟨⟩ (list:, u v))"),
    ("（u＋v）", "(fence:() (+ u v))"),
    (r"[u_1\ u_2\ \cdots\ u_n]", "(fence:[] (list:, (sub u 1) (sub u 2) (dots:cdots) (sub u n)))"),
    (r"(u_1,\cdots\,u_n)", "(fence:() (list:, (sub u 1) (dots:cdots) (sub u n)))"),
    # operators with limits
    (r"\sum^n_{k=1}u_kv_k+w", "(+ (big:sum (juxt (sub u k) (sub v k)) (rel:= k 1) n) w)"),
    (r"\sum_{i\atop j}u", "(big:sum u (list:, i j) (none))"),
    (r"\prod_{\substack{i<n\\ i\ne k}}u_i", "(big:prod (sub u i) (list:, (rel:< i n) (rel:ne i k)) (none))"),
    (r"\arg\min_w g+h", "(big:argmin (+ g h) w (none))"),
    (r"\underset{w}{\operatorname{argmin}}\,g", "(big:argmin g w (none))"),
    (r"\int_0^1 t+1\,\mathrm{d}t+c", "(+ (big:int (+ t (juxt 1 d.rm t)) 0 1) c)"),
    (r"\lim_{h\to 0}g", "(big:lim g (rel:to h 0) (none))"),
    # matrices and labels
    (r"\left[\begin{matrix}a,&b\\c&d\end{matrix}\right]", "(fence:[] (matrix:matrix (row a b) (row c d)))"),
    (r"\begin{pmatrix}a\\\hline b\\\end{pmatrix}", "(matrix:pmatrix (row a) (row b))"),
    (r"\underbrace{a+b}_{k}c", "(juxt (label:underbrace (+ a b) k) c)"),
    (r"\color{red}{a}b", "(juxt a b)"),
    (r"\foo b", "(juxt <undefined macro \\foo> b)"),
    (
        r"\begin{array}{c}a\\\cdot\\.\\b\end{array}",
        "(matrix:array (row a) (row (dots:vdots)) (row (dots:vdots)) (row b))",
    ),
]


@pytest.mark.parametrize(("text", "tree"), EXPRESSIONS)
def test_expression(text: str, tree: str) -> None:
    assert dump(parse_expression(text)) == tree


@pytest.mark.parametrize(
    "spelling",
    [
        r"^\top",
        r"^{\mathrm T}",
        r"^{\mathsf{T}}",
        r"^{\text T}",
        r"^\text{T}",
        r"^\intercal",
        "^⊤",
        "ᵀ",
        r"^{\rm T}",
    ],
)
def test_every_spelling_of_the_transpose(spelling: str) -> None:
    assert parse_expression("M" + spelling) == Apply("sup", (Name("M"), Name("top")))


STATEMENTS = [
    ("a=b=c", ["0| a = b = c"]),
    (r"a=b\\=c", ["0| a = b", "1| (none) = c"]),
    (r"a=b,\quad c=d.", ["0| a = b", "0| , quad c = d"]),
    (r"a=b\Rightarrow c=d", ["0| a = b", "0| Rightarrow c = d"]),
    (r"\begin{aligned}a&=b\\&\quad+c\\&=d\end{aligned}", ["0| a = (+ b c)", "1| (none) = d"]),
    (r"a=b+\\c", ["0| a = (+ b c)"]),
    (r"(a\\+b)=c", ["0| (fence:() (+ a b)) = c"]),
    (r"a=1,\\-b=2", ["0| a = 1", "1| (neg b) = 2"]),
    (r"\begin{eqnarray}a&=&b\\&=&c\end{eqnarray}", ["0| a = b", "1| (none) = c"]),
    (r"\begin{align}a&=b&c&=d\end{align}", ["0| a = b", "0| quad c = d"]),
    (r"\begin{cases}a=1\\b=2\end{cases}", ["0| a = 1", "1| b = 2"]),
    (r"\left\{\begin{array}{l}a=1\\b=2\end{array}\right.", ["0| a = 1", "1| b = 2"]),
    (r"g=\begin{cases}a,&a>0\\0\end{cases}", ["0| g = (matrix:cases (row a (rel:> a 0)) (row 0))"]),
    (r"\boxed{a=b}", ["0| a = b"]),
    (r"a=b\text{ where }c=d", ["0| a = b", "0| (text:where)", "0| c = d"]),
    (r"\text{误差}=a", ["0| (text:误差) = a"]),
    ("其中 a=b", ["0| (text:其中)", "0| a = b"]),
    (r"g:\mathbb R^n\to\mathbb R", ["0| g : (sup R.bb n) to R.bb"]),
    (r"a\overset{?}{=}b\stackrel{\text{def}}{=}c", ["0| a overset? b := c"]),
    ("a = ?", ["0| a = ?"]),
    (r"a|b", ["0| a mid b"]),
]


@pytest.mark.parametrize(("text", "expected"), STATEMENTS)
def test_statements(text: str, expected: list[str]) -> None:
    assert rows(text) == expected
    assert troubles(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(a+b", [("unclosed", "(")]),
        ("a+b)", [("unopened", ")")]),
        (r"\left(a", [("unclosed", r"\left(")]),
        ("{a", [("stray-brace", "{")]),
        ("a=1, & b=2", [("stray-ampersand", "&")]),
        (r"\frac{a}", [("missing-argument", "{a}")]),
        (r"\foo", [("undefined-macro", r"\foo")]),
        (r"g((a)=b,\qquad h(c)=d", [("unclosed", "(")]),
    ],
)
def test_troubles(text: str, expected: list[tuple[str, str]]) -> None:
    assert troubles(text) == expected


def test_an_unclosed_bracket_does_not_swallow_what_follows() -> None:
    assert rows(r"g((a)=b,\quad c=d") == [
        "0| (juxt g <unclosed bracket> (fence:() a)) = b",
        "0| , quad c = d",
    ]


def test_macros() -> None:
    macros = scan_macros(
        r"\newcommand{\R}{\mathbb{R}} \DeclareMathOperator{\rk}{rank}"
        r"\newcommand\fd[2]{\frac{\partial #1}{\partial #2}}"
    )
    assert sorted(macros) == ["R", "fd", "rk"]
    formula = parse(r"\fd{u}{v} = \rk M \R", macros=macros)
    assert dump_statement(formula.statements[0]) == (
        "0| (frac (juxt partial u) (juxt partial v)) = (call rank (juxt M R.bb))"
    )
    assert formula.troubles == ()


def test_macros_that_call_each_other_end() -> None:
    macros = scan_macros(r"\newcommand{\a}{\b\b\b} \newcommand{\b}{\a\a\a}")
    assert parse(r"\a", macros=macros).statements


def test_spans_are_offsets_into_the_text() -> None:
    text = r"prose $u_k + \frac{v}{w}$ prose"
    side = parse(text, Span(7, 24)).statements[0].sides[0]
    found = {text[part.span.start : part.span.end] for part in walk(side)}
    assert {"u_k", r"\frac{v}{w}", "v", r"u_k + \frac{v}{w}"} <= found


def inside(formula: Formula, end: int) -> bool:
    sides = [side for statement in formula.statements for side in statement.sides]
    spans = [part.span for side in sides for part in walk(side)]
    return all(0 <= span.start <= span.end <= end for span in spans)


@given(TEX)
@settings(max_examples=400)
def test_reading_never_fails(text: str) -> None:
    formula = parse(text, None, scan_macros(text))
    assert inside(formula, len(text))
    assert formula == parse(text, None, scan_macros(text))
    assert isinstance(show(formula), str)


_LEAVES = r"""
a x T d 1 2.5 \alpha \partial \nabla \mathbf{v} \vec{u} \mathrm{d} \mathbf{1} \mathbb{R} tr loss \sin
\text{new} \cdots \ell
"""
_SHAPES = r"""
A+B A-B -A A\;B A\cdot{}B A/B A*B \frac{A}{B} \sqrt[3]{A} A_{B} A^{B} A' A^T A^{-1} A^{\mathsf{T}} (A)
[A,B] |A| \|A\| \{A\} \left.A\right|_{B} \hat{A} \mathbf{A} \sin{A} \log(A) \operatorname{tr}(A)^2
\sum_{A}^{B}A \max_{A}B {A} {A}B \sqrt{A} A! \begin{pmatrix}A&B\\B&A\end{pmatrix} \underbrace{A}_{B}
(A;B|A) \overset{A}{B} \binom{A}{B} {A\over{}B} (A=B) A_{B\ne{}A} \int{}A\,dx \argmin_{A}B (0,A]
\lim_{A\to{}B}A \mathrm{d}A \pm{}A A\odot{}B A^{*} \begin{cases}A&B\end{cases} A^{(B)} A_{i,B}
\partial{}A/\partial{}B \ln{}A\ln{}B [A\;\cdots\;B] f(A) \det{}A \arg\min_A{B}
"""


def shaped(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """TeX in which `A` and `B` of a shape are replaced by smaller TeX."""
    return st.builds(
        lambda shape, a, b: "".join({"A": a, "B": b}.get(sign, sign) for sign in shape),
        st.sampled_from(_SHAPES.split()),
        inner,
        inner,
    )


@given(st.recursive(st.sampled_from([f"{leaf} " for leaf in _LEAVES.split()]), shaped, max_leaves=12))
@settings(max_examples=600)
def test_what_is_read_can_be_shown_and_read_again(text: str) -> None:
    for statement in parse(text).statements:
        for side in statement.sides:
            if not holes(side):
                assert parse_expression(show(side)) == side


@given(
    st.lists(
        st.sampled_from([text for text, _ in EXPRESSIONS if "foo" not in text and "array" not in text]),
        min_size=1,
        max_size=4,
    )
)
def test_statements_can_be_shown_and_read_again(sides: list[str]) -> None:
    for statement in parse(" = ".join(sides)).statements:
        again = parse(show(statement)).statements
        assert [(found.sides, found.relations) for found in again] == [(statement.sides, statement.relations)]


_PILED = r"""
( ) { } [ | || - +a a/ \frac \sqrt \ln \sum ^ _a ' \\+a \left( \right) \begin{aligned} \end{matrix} & \mathbf
\vec f|_ (a] \bf a! \text{ \partial{}a/\partial{}b \underset{a} \over{} {{ ({ _{ \hat{ 1 a, |a \{ \mathrm{
\left. \def\a{ \newcommand{\a}{\{\} \\&-a=b \quad \int+d \text{a}
"""
PILED = _PILED.split()


@pytest.mark.parametrize("piece", PILED)
def test_long_and_deep_input(piece: str) -> None:
    text = piece * 3000
    begin = time.perf_counter()
    formula = parse(text)
    assert time.perf_counter() - begin < 2
    assert formula == parse(text)
    assert isinstance(show(formula), str)
    closed = (
        piece * 300
        + "x"
        + {"(": ")", "{": "}", "[": "]", r"\left(": r"\right)", "_{": "}"}.get(piece, "") * 300
    )
    assert parse(closed) == parse(closed)
