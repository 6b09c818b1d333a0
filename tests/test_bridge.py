"""The bridge to SymPy: what it writes, that it has the value mdverify computes, and what it refuses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from mdverify.bridge import NotExpressible, Writer, to_sympy, understand, writer_for
from mdverify.cloud import PAD
from mdverify.evaluate import Model, quiet
from mdverify.operators import OPERATORS
from mdverify.places import Places
from mdverify.sampling import POINTS, sampler
from mdverify.terms import Term

CONTEXT = r"""
# Notation

Let $A, B \in \mathbb{R}^{m\times n}$ and $Q \in \mathbb{R}^{n\times n}$; the vectors are
$x, y \in \mathbb{R}^n$ and $b \in \mathbb{R}^m$.

For numbers we write $s, t \in \mathbb{R}$.
"""
DEFINITIONS = r"""
Let $A$ be an $m\times n$ matrix and $x \in \mathbb{R}^n$, $b \in \mathbb{R}^m$. Put $r = Ax - b$ and
$L = \|r\|^2$. With $t \in \mathbb{R}$ let $u = t^2$ and $g(t) = t^2 + 1$.
"""


# --- what is written ---------------------------------------------------------------------------

WRITTEN = {
    r"x^T y": "Trace(x.T*y)",
    r"A^\top b": "A.T*b",
    r"\|Ax-b\|^2 + s\|x\|^2": "s*Trace(x.T*x) + Trace((A*x - b).T*(A*x - b))",
    r"(A^TA)^{-1}A^Tb": "(A.T*A)**(-1)*A.T*b",
    r"\operatorname{tr}(AB^T)": "Trace(A*B.T)",
    r"\log\det (Q^TQ)": "log(Determinant(Q.T*Q))",
    r"A \odot B": "HadamardProduct(A, B)",
    r"A \otimes x": "KroneckerProduct(A, x)",
    r"Q^3 + 2I": "2*I + Q**3",
    r"\sum_{i=1}^n x_i y_i": "Sum(x[i - 1, 0]*y[i - 1, 0], (i, 1, n))",
    r"\sum_{i \ne j} Q_{ij}": "Sum(Piecewise((Q[i - 1, j - 1], Ne(i, j)), (0, True)), (j, 1, n), (i, 1, n))",
    r"\frac1N\sum_{i=1}^N z_i": "Sum(z[i], (i, 1, N))/N",
    r"\sum_{i=1}^N w_i w_i^T": (
        "FunctionMatrix(d_1, d_1, Lambda((_r, _c), Sum(w[i, _c + 1]*w[i, _r + 1], (i, 1, N))))"
    ),
    r"\exp(x)": "Lambda(z, exp(z)).(x)",
    r"0.1 \pi s + e^{-t}": "pi*s/10 + exp(-t)",
    r"\hat{\mathbf{w}}_{\text{new}}": "what_new",
    r"s = t": "Eq(s, t)",
    r"Qx = 0": "Eq(Q*x, 0)",
    r"s < t \le 1": "(t <= 1) & (s < t)",
    r"\frac{\partial x^TQx}{\partial x} = (Q+Q^T)x": "Eq(Derivative(Trace(x.T*Q*x), x), (Q + Q.T)*x)",
    r"\frac{\partial^2 x^TQx}{\partial x \partial x^T}": "Derivative(Trace(x.T*Q*x), (x, 2))",
    r"\frac{d(t^2)}{dt} x": "Derivative(t**2, t)*x",
    r"-2\frac{\partial (Ax)}{\partial x}": "-2*Derivative(A*x, x)",
    r"\frac{\partial x^Tx}{\partial x_i}": ("Derivative(Sum(x[_i_1, 0]**2, (_i_1, 0, n - 1)), x[i - 1, 0])"),
    r"h(x)": "h(x)",
    r"h'(2t)": "Subs(Derivative(h(xi), xi), xi, 2*t)",
}


@pytest.mark.parametrize("latex", WRITTEN)
def test_written(latex: str) -> None:
    assert str(to_sympy(latex, CONTEXT)) == WRITTEN[latex]


def test_a_symbol_keeps_its_shape_and_name() -> None:
    n, m = sympy.symbols("n m")
    assert to_sympy("A", CONTEXT) == sympy.MatrixSymbol("A", m, n)
    assert to_sympy("b", CONTEXT) == sympy.MatrixSymbol("b", m, 1)
    assert to_sympy(r"\lambda") == sympy.Symbol("lambda")
    assert to_sympy(r"\frac{1}{3}") == sympy.Rational(1, 3)


UNFOLDED = {
    r"L": ("L", "Trace((A*x - b).T*(A*x - b))"),
    r"2r": ("2*r", "2*A*x - 2*b"),
    r"g(3)": ("g(3)", "10"),
    r"\frac{\partial L}{\partial x}": ("Derivative(L, x)", "Derivative(Trace((A*x - b).T*(A*x - b)), x)"),
    r"\frac{\partial L}{\partial r}": ("Derivative(L, r)", "Derivative(Trace(r.T*r), r)"),
    r"\frac{\partial r}{\partial x}": ("Derivative(r, x)", "Derivative(A*x - b, x)"),
    r"\frac{du}{dt} = 2t": ("Eq(Derivative(u(t), t), 2*t)", "Eq(Derivative(t**2, t), 2*t)"),
    r"g'(t)": ("Derivative(g(t), t)", "Derivative(t**2 + 1, t)"),
}


@pytest.mark.parametrize("latex", UNFOLDED)
def test_definitions_are_unfolded_when_asked(latex: str) -> None:
    folded, unfolded = UNFOLDED[latex]
    assert str(to_sympy(latex, DEFINITIONS)) == folded
    assert str(to_sympy(latex, DEFINITIONS, unfold=True)) == unfolded


@pytest.mark.parametrize("latex", [r"\|x\|_1 + \exp(x)^T x", r"\operatorname{diag}(Q)", r"\sum_i w_i w_i^T"])
def test_the_same_formula_is_the_same_expression(latex: str) -> None:
    assert to_sympy(latex, CONTEXT) == to_sympy(latex, CONTEXT)


# --- what is refused ---------------------------------------------------------------------------

REFUSED = {
    r"\|Q\|_2": r"SymPy has no spectral norm: `\|Q\|`",
    r"\|x\|_\infty": r"SymPy has no maximum norm: `\|x\|`",
    r"\operatorname{vec}(A)": r"SymPy has no vectorised matrix: `\operatorname{vec}(A)`",
    r"\mathrm{softmax}(A)": r"SymPy has no softmax of a matrix: `\mathrm{softmax}(A)`",
    r"(QA^T)^\dagger x": r"SymPy has no pseudo-inverse: `(QA^T)^\dagger`",
    r"\mathrm{d}(Q^{-1})": r"SymPy has no form for `\mathrm{d}(Q^{-1})`",
    r"\frac{\partial}{\partial x}(x^TQx) + 2x": (
        "SymPy has no shape for a derivative of or by a matrix inside an expression: "
        r"`\frac{\partial}{\partial x}(x^TQx)`"
    ),
    r"A \in \mathbb{R}^{m\times n}": r"SymPy has no relation `\in`",
    r"x + A": "adds n×1 to m×n",
    r"\frac{x": "could not read: stray brace",
    r"x, y": "not exactly one formula: `x, y`",
    r"x =": "not exactly one formula: `x =`",
    "": "not a formula: ``",
    "x$$ and $$y": "not a formula: `x$$ and $$y`",
}


@pytest.mark.parametrize("latex", REFUSED)
def test_refused(latex: str) -> None:
    with pytest.raises(NotExpressible) as error:
        to_sympy(latex, CONTEXT)
    assert str(error.value) == REFUSED[latex]


def test_every_operator_has_a_form_or_is_known_not_to_have_one() -> None:
    without = {name for name, operator in OPERATORS.items() if operator.sympy is None}
    of_matrices = {"chol", "sqrtm", "expm", "pinv", "rank", "softmax-rows", "softmax-columns"}
    assert without == {"spectral", "norminf", "vec", "skew", "length"} | of_matrices


# --- the same value ----------------------------------------------------------------------------


def both_values(latex: str, context: str, unfold: bool = False) -> tuple[np.ndarray[Any, Any], Any]:
    """The value of an expression at one random point, by mdverify and by SymPy."""
    reading, _, (term,) = understand(latex, context)
    writer = writer_for(reading, [term], unfold)
    expression = writer.write(term)
    sizes = reading.dims.sizes()
    assert sizes is not None
    model = Model(
        Places(reading.dims),
        sizes,
        reading.definitions,
        reading.generics,
        sampler("bridge", "positive", {}),
        POINTS,
    )
    letters = dict.fromkeys(sorted(reading.free), 2)
    with quiet():
        value = model.value(term, model.start({name: np.full(POINTS, at) for name, at in letters.items()}))[0]
    return value, by_sympy(writer, expression, term, model, letters)


def by_sympy(writer: Writer, expression: Any, term: Term, model: Model, letters: dict[str, int]) -> Any:
    """Sizes and indices first, then sums and derivatives written out, then the sampled values."""
    expression = expression.subs(letters)
    # Not `subs`, which forgets the sizes of matrices inside a sum.
    sizes = {size: sympy.Integer(model.size(dim)) for dim, size in writer.sizes.items() if size.is_Symbol}
    expression = settled(expression.xreplace(sizes))
    expression = expression.subs(dict(samples(writer, model, expression)))
    expression = settled(expression.replace(sympy.Trace, explicit_trace))
    matrix = expression if expression.is_Matrix else sympy.ImmutableMatrix([[expression]])
    return np.array(matrix.as_explicit().tolist(), dtype=complex)


def settled(expression: Any) -> Any:
    """`doit` until nothing changes: SymPy often leaves the inside of a product for the next time."""
    for _ in range(6):
        done = expression.replace(sympy.FunctionMatrix, explicit_matrix).doit()
        if done == expression:
            break
        expression = done
    return expression


def explicit_matrix(*args: Any) -> Any:
    return sympy.ImmutableMatrix(sympy.FunctionMatrix(*args).as_explicit())


def explicit_trace(matrix: Any) -> Any:
    return sympy.Trace(settled(matrix).as_explicit()).doit()


def samples(writer: Writer, model: Model, expression: Any) -> Iterator[tuple[Any, Any]]:
    """What mdverify sampled, by the SymPy symbols it stands for."""
    drawn = dict(model.drawn())
    for key, name in writer.names.items():
        if key in drawn and drawn[key].ndim == 3:
            value = drawn[key][0]
            if value.size == 1:
                yield sympy.Symbol(name), float(value[0, 0])
            yield sympy.MatrixSymbol(name, *value.shape), sympy.ImmutableMatrix(value.tolist())
    for indexed in expression.atoms(sympy.Indexed):
        (key,) = [key for key, name in writer.names.items() if name == str(indexed.base)]
        family = drawn[key][0]
        slots = family.ndim - 2
        where = tuple(int(i) + PAD for i in indexed.indices[:slots])
        entry = tuple(int(i) - 1 for i in indexed.indices[slots:])
        member = family[where]
        yield indexed, float(member.reshape(-1)[entry[0]] if len(entry) == 1 else member[entry or (0, 0)])


def assert_same(latex: str, context: str, unfold: bool = False) -> None:
    ours, theirs = both_values(latex, context, unfold)
    assert ours.shape == theirs.shape, latex
    scale = max(1.0, float(np.abs(ours).max()))
    assert np.allclose(ours, theirs, rtol=1e-8, atol=1e-9 * scale), latex


LISTED = (
    *(latex for latex in WRITTEN if not any(sign in latex for sign in ("=", "<", "h(", "h'", r"\partial"))),
    r"Q^{-1}x",
    r"(Q^{-1})^T Q^{-2}",
    r"\operatorname{diag}(x) Q \operatorname{diag}(y)",
    r"\operatorname{diag}(Q)",
    r"\operatorname{diag}(x - x)",
    r"\operatorname{softmax}(x)",
    r"\operatorname{logsumexp}(x) + \|x\|_1",
    r"\operatorname{sigmoid}(Ax)",
    r"\operatorname{ReLU}(x - y) + \operatorname{softplus}(y)",
    r"\sin^2 x + \cos^2 x",
    r"\frac{x}{\|x\|_2} + \frac{1}{y}",
    r"x^2 + \sqrt{y} + 1",
    r"\langle A, B \rangle + \|A\|_F^2",
    r"x x^T A^T b",
    r"\begin{bmatrix} Q & x \\ y^T & s \end{bmatrix}",
    r"\begin{bmatrix} s & t \\ 1 & st \end{bmatrix}",
    r"(x_1, x_2, \dots, x_n)^T",
    r"\begin{bmatrix} z_1 & z_2 & \cdots & z_n \end{bmatrix} x",
    r"\prod_{i=1}^n x_i",
    r"\sum_{k=1}^{n-1} k^2 x_k",
    r"\sum_{i=1}^n \sum_{j=1}^n x_i Q_{ij} y_j",
    r"\sum_{i=1}^N (y^T w_i - z_i)^2",
    r"\sum_{i=1}^N z_i w_i + x",
    r"\sum_{l=1}^N x^T \mathbf{W}_l x",
    r"Q_{ij} + \delta_{ij}",
    r"\mathbf{1}^T x + \mathbf{e}_i^T x",
    r"A \mathbf{1}",
    r"(A + 0)^T (B - A)",
    r"\log_2 s + \log_{10} t + \lg s",
    r"\frac{d}{dt} \sin(t^2 s)",
    r"\frac{\partial (x^TQx)}{\partial x_i}",
    r"\frac{\partial \|Ax - b\|^2}{\partial x_i}",
    r"\frac{d^2}{dt^2} e^{-t^2/2}",
)


@pytest.mark.parametrize("latex", LISTED)
def test_same_value(latex: str) -> None:
    assert_same(latex, CONTEXT)


@pytest.mark.parametrize(
    "latex", ["L", "2r", "g(3) + u", r"g'(t)", r"\frac{du}{dt}", r"\frac{\partial L}{\partial x_i}"]
)
def test_same_value_unfolded(latex: str) -> None:
    assert_same(latex, DEFINITIONS, unfold=True)


def sums(part: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds("({} {} {})".format, part, st.sampled_from("+-"), part)


def grown(kinds: dict[str, st.SearchStrategy[str]]) -> dict[str, st.SearchStrategy[str]]:
    """Formulas one operator higher than those given, by kind: scalar, n- and m-vector, m×n and n×n matrix."""
    s, v, w, m, q = (kinds[kind] for kind in "svwmq")
    rows: dict[str, tuple[tuple[str, tuple[st.SearchStrategy[str], ...]], ...]] = {
        "s": (
            (r"{}^T {}", (v, v)), (r"{}^T {}", (w, w)), (r"{} {}", (s, s)), (r"\|{}\|^2", (w,)),
            (r"\operatorname{{tr}}({})", (q,)), (r"\det({})", (st.just("Q"),)),
            (r"\frac{{{}}}{{1 + {}^2}}", (s, s)),
            (r"\langle {}, {} \rangle", (m, m)), (r"e^{{-{}^2}}", (s,)), (r"\|{}\|_1", (v,)),
            (r"\sum_{{i=1}}^n x_i {}", (s,)),
        ),
        "v": (
            (r"{} {}", (q, v)), (r"{}^T {}", (m, w)), (r"{} {}", (s, v)), (r"{} \odot {}", (v, v)),
            (r"\sin({})", (v,)), (r"\operatorname{{softmax}}({})", (v,)), (r"({} + 1)", (v,)),
        ),
        "w": ((r"{} {}", (m, v)), (r"{} {}", (s, w)), (r"\tanh({})", (w,))),
        "m": (
            (r"{} {}", (m, q)), (r"{} {}^T", (w, v)), (r"{} \odot {}", (m, m)), (r"{} {}", (s, m)),
        ),
        "q": (
            (r"{} {}", (q, q)), (r"{}^T", (q,)), (r"{}^T {}", (m, m)), (r"\operatorname{{diag}}({})", (v,)),
            (r"({} {}^T + 9I)^{{-1}}", (q, q)), (r"{}^2", (q,)), (r"{} {}^T", (v, v)),
        ),
    }  # fmt: skip
    return {
        kind: kinds[kind] | sums(kinds[kind])
        | st.one_of([st.builds(("(" + text + ")").format, *parts) for text, parts in rows[kind]])
        for kind in kinds
    }  # fmt: skip


LEAVES = {
    "s": st.sampled_from(["s", "t", "2", "0.5"]),
    "v": st.sampled_from(["x", "y"]),
    "w": st.just("b"),
    "m": st.sampled_from(["A", "B"]),
    "q": st.just("Q"),
}
FORMULAS = st.one_of(list(grown(grown(LEAVES)).values()))


@given(FORMULAS)
@settings(max_examples=60, deadline=None)
def test_generated_formulas_have_the_same_value(latex: str) -> None:
    assert_same(latex, CONTEXT)
