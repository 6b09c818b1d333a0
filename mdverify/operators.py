"""One row per operator: its shape rule, its value, its SymPy form.

Values are stacks of matrices `(batch, rows, columns)`; scalars are 1×1, vectors n×1. Functions
are analytic wherever they can be, so that a complex step passes through: transposes do not
conjugate, norms are roots of `z^T z`, `abs` and `relu` branch on the real part, and where a real
argument has no real value the result is NaN, which marks the sample as a bad point.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mdverify import sympy_operators as forms
from mdverify.shapes import SCALAR, Dims, Shape

APART = 1e-3  # numbers that vary by no more are one, give or take a step of a difference quotient
RANK_TOLERANCE = 1e-8  # of the largest singular value
Array = NDArray[Any]
REALLY_COMPLEX = 0.1  # imaginary parts of derivatives, by whatever method, are smaller


class ShapeClash(Exception):
    """Arguments `first` and `second` of an operator do not fit; `kind` names the rule broken."""

    def __init__(self, kind: str, first: int, second: int) -> None:
        super().__init__(kind)
        self.kind, self.first, self.second = kind, first, second


LARGEST_EXPONENT = 500.0  # norm of a matrix in an exponent
TAYLOR_TERMS = 18  # of e^A for |A| < 1/2: the rest is below rounding
LARGEST_POWER = 64
ShapeRule = Callable[[Dims, tuple[Shape, ...]], Shape]


@dataclass(frozen=True, slots=True)
class Operator:
    """A row of the table. `sympy` takes the SymPy module and the converted arguments."""

    name: str
    rule: ShapeRule
    value: Callable[..., Array]
    sympy: Callable[..., Any] | None = None


# --- shape rules -------------------------------------------------------------------------------


def is_scalar(dims: Dims, shape: Shape) -> bool:
    return dims.is_one(shape.rows) and dims.is_one(shape.cols)


def same(dims: Dims, shapes: tuple[Shape, ...]) -> Shape:
    return shapes[0]


def scalar(dims: Dims, shapes: tuple[Shape, ...]) -> Shape:
    return SCALAR


def transposed(dims: Dims, shapes: tuple[Shape, ...]) -> Shape:
    return shapes[0].transposed


def square(dims: Dims, shapes: tuple[Shape, ...]) -> Shape:
    if not dims.unify(shapes[0].rows, shapes[0].cols):
        raise ShapeClash("square", 0, 0)
    return shapes[0]


def square_to_scalar(dims: Dims, shapes: tuple[Shape, ...]) -> Shape:
    square(dims, shapes)
    return SCALAR


def alike(dims: Dims, shapes: tuple[Shape, ...]) -> Shape:
    a, b = shapes
    if not (dims.unify(a.rows, b.rows) and dims.unify(a.cols, b.cols)):
        raise ShapeClash("sum", 0, 1)
    return a


def product(dims: Dims, shapes: tuple[Shape, ...]) -> Shape:
    a, b = shapes
    if is_scalar(dims, a):
        return b
    if is_scalar(dims, b):
        return a
    if not dims.unify(a.cols, b.rows):
        raise ShapeClash("product", 0, 1)
    return Shape(a.rows, b.cols)


def scaled(dims: Dims, shapes: tuple[Shape, ...]) -> Shape:
    """A quotient: anything over a scalar, or entry by entry."""
    a, b = shapes
    if is_scalar(dims, b):
        return a
    if is_scalar(dims, a):
        return b
    return alike(dims, shapes)


def inner(dims: Dims, shapes: tuple[Shape, ...]) -> Shape:
    alike(dims, shapes)
    return SCALAR


def crossed(dims: Dims, shapes: tuple[Shape, ...]) -> Shape:
    """Two vectors in space."""
    if not dims.unify(alike(dims, shapes).rows, dims.const(3)):
        raise ShapeClash("product", 0, 1)
    return shapes[0]


def turning(dims: Dims, shapes: tuple[Shape, ...]) -> Shape:
    """The matrix of a cross product."""
    (a,) = shapes
    if not (dims.unify(a.rows, dims.const(3)) and dims.is_one(a.cols)):
        raise ShapeClash("product", 0, 0)
    return Shape(a.rows, a.rows)


def diagonal(dims: Dims, shapes: tuple[Shape, ...]) -> Shape:
    """`diag` of a vector is a matrix, of a matrix the vector of its diagonal."""
    (a,) = shapes
    if dims.is_one(a.cols):
        return Shape(a.rows, a.rows)
    if dims.is_one(a.rows):
        return Shape(a.cols, a.cols)
    return Shape(square(dims, shapes).rows, SCALAR.cols)


def vectorised(dims: Dims, shapes: tuple[Shape, ...]) -> Shape:
    (a,) = shapes
    return a if dims.is_one(a.cols) else Shape(times(dims, a.rows, a.cols), SCALAR.cols)


def kronecker(dims: Dims, shapes: tuple[Shape, ...]) -> Shape:
    a, b = shapes
    return Shape(times(dims, a.rows, b.rows), times(dims, a.cols, b.cols))


def times(dims: Dims, a: int, b: int) -> int:
    """The dimension `a·b`."""
    if dims.is_one(a):
        return b
    if dims.is_one(b):
        return a
    return dims.times(a, b)


# --- values ------------------------------------------------------------------------------------


def transpose(a: Array) -> Array:
    return np.swapaxes(a, -1, -2)


def multiply(a: Array, b: Array) -> Array:
    if a.shape[-2:] == (1, 1) or b.shape[-2:] == (1, 1):
        return a * b
    return a @ b


def undefined(like: Array) -> complex | float:
    """NaN in both parts: a NaN in the real part alone would pass for a derivative of 0."""
    return complex(np.nan, np.nan) if np.iscomplexobj(like) else np.nan


def _real_domain(
    test: Callable[[Array], Array], function: Callable[[Array], Array]
) -> Callable[[Array], Array]:
    def inside(a: Array) -> Array:
        return np.where(test(a.real), function(a), undefined(a))

    return inside


positive_log = _real_domain(lambda r: r > 0, lambda a: np.log(np.where(a.real > 0, a, 1.0)))
positive_sqrt = _real_domain(lambda r: r >= 0, lambda a: np.sqrt(np.where(a.real >= 0, a, 1.0)))


def power(a: Array, b: Array) -> Array:
    """`a^b`: repeated multiplication for whole exponents, else `exp(b log a)` for positive `a`."""
    whole = _whole(b)
    if a.shape[-1] != a.shape[-2] or a.shape[-1] == 1:
        return hadamard_power(a, b)
    if whole is not None:
        return np.linalg.matrix_power(inverse(a) if whole < 0 else a, abs(whole))
    if not _are_whole(b).all():
        return np.exp(b * positive_log(a))
    result = np.empty_like(a)
    exponents = b.real.reshape(len(b))
    for one in np.unique(exponents):
        rows = exponents == one
        result[rows] = power(a[rows], b[rows])
    return result


def hadamard_power(a: Array, b: Array) -> Array:
    whole = _whole(b)
    if whole is not None:
        return a**whole
    if b.shape[-2:] == (1, 1) and _are_whole(b).all():
        return a**b.real
    return np.exp(b * positive_log(a))


def _are_whole(b: Array) -> Array:
    """Which exponents are whole numbers of a reasonable size, each the same for a whole matrix."""
    return (b.imag == 0) & (b.real == np.rint(b.real)) & (np.abs(b.real) <= LARGEST_POWER)


def _whole(b: Array) -> int | None:
    first = b.flat[0]
    if (
        b.shape[-2:] == (1, 1)
        and (b == first).all()
        and first.imag == 0
        and first.real == np.rint(first.real)
    ):
        return int(first.real) if abs(first.real) <= LARGEST_POWER else None
    return None


def absolute(a: Array) -> Array:
    return np.where(a.real < 0, -a, a)


def frobenius(a: Array) -> Array:
    return np.sqrt(np.sum(a * a, axis=(-1, -2), keepdims=True))


def spectral(a: Array) -> Array:
    if np.iscomplexobj(a) and a.imag.any():
        gram = transpose(a) @ a
        values = np.linalg.eigvals(gram)
        return np.sqrt(np.take_along_axis(values, np.argmax(values.real, -1)[:, None], -1))[..., None]
    return np.linalg.norm(a.real, 2, axis=(-2, -1))[:, None, None]


def rank(a: Array) -> Array:
    """The number of singular values that are not nothing beside the largest one."""
    if np.iscomplexobj(a) and a.imag.any():
        return np.full((len(a), 1, 1), undefined(a))  # no derivative is taken of a rank
    finite = np.isfinite(a).all(axis=(-1, -2), keepdims=True)
    counts = np.linalg.matrix_rank(np.where(finite, a.real, 0.0), rtol=RANK_TOLERANCE)[:, None, None]
    return np.where(finite, counts.astype(float), np.nan)


def trace(a: Array) -> Array:
    return np.trace(a, axis1=-2, axis2=-1)[..., None, None]


def determinant(a: Array) -> Array:
    return np.linalg.det(a)[..., None, None]


def matrix_exponential(a: Array) -> Array:
    """`e^A` by scaling, a Taylor polynomial, and squaring; keeps the digits of a complex step."""
    norm = np.abs(a).sum(axis=-1).max(initial=0.0)
    if not np.isfinite(norm) or norm > LARGEST_EXPONENT:
        return np.full_like(a, undefined(a))
    halvings = max(0, int(np.ceil(np.log2(max(norm, 1e-300)))) + 1)
    scaled, term = a / 2.0**halvings, np.broadcast_to(np.eye(a.shape[-1]), a.shape)
    result = term
    for number in range(1, TAYLOR_TERMS):
        term = term @ scaled / number
        result = result + term
    for _ in range(halvings):
        result = result @ result
    return result


ROOT_STEPS = 16  # of an iteration that doubles the digits once it is near
ROOT_ERROR = 1e-11


def inverse(a: Array) -> Array:
    if a.shape[-2:] == (1, 1):
        return 1.0 / a
    finite: Array = np.asarray(np.isfinite(a).all(axis=(-1, -2)))
    shown = a if np.iscomplexobj(a) and (np.abs(a.imag) > REALLY_COMPLEX).any() else a.real
    good = np.linalg.cond(np.where(finite[:, None, None], shown, np.eye(a.shape[-1]))) < 1e7
    good &= finite
    safe = np.where(good[:, None, None], a, np.eye(a.shape[-1]))
    return np.where(good[:, None, None], np.linalg.inv(safe), undefined(a))


def pseudo_inverse(a: Array) -> Array:
    if a.shape[-2] >= a.shape[-1]:
        return inverse(transpose(a) @ a) @ transpose(a)
    return transpose(a) @ inverse(a @ transpose(a))


def cholesky(a: Array) -> Array:
    """The factor L of a positive definite `L L^T`; undefined where there is none."""
    if a.shape[-1] == 1:
        return positive_sqrt(a)
    finite = np.isfinite(a).all(axis=(-1, -2)) & (np.abs(np.imag(a)).max(axis=(-1, -2)) == 0)
    good = np.asarray(finite & (np.abs(a - transpose(a)).max(axis=(-1, -2)) < 1e-9))
    good[good] = np.linalg.eigvalsh(a[good].real).min(axis=-1) > 1e-9
    safe = np.where(good[:, None, None], a.real, np.eye(a.shape[-1]))
    return np.where(good[:, None, None], np.linalg.cholesky(safe), undefined(a))


def square_root(a: Array) -> Array:
    """The root with eigenvalues to the right of 0, by iteration: analytic, as derivatives need it."""
    size = np.linalg.norm(a.real, axis=(-1, -2), keepdims=True)
    root, reciprocal = a / size, np.broadcast_to(np.eye(a.shape[-1]), a.shape)
    for _ in range(ROOT_STEPS):
        root, reciprocal = (root + inverse(reciprocal)) / 2, (reciprocal + inverse(root)) / 2
    left = np.linalg.norm((root @ root - a / size).real, axis=(-1, -2), keepdims=True)
    return np.where(left < ROOT_ERROR, root * np.sqrt(size), undefined(a))


def diag(a: Array) -> Array:
    if a.shape[-1] == 1 or a.shape[-2] == 1:
        flat = a.reshape(a.shape[0], -1)
        return flat[:, :, None] * np.eye(flat.shape[1])
    return np.diagonal(a, axis1=-2, axis2=-1)[..., None]


def vec(a: Array) -> Array:
    return transpose(a).reshape(a.shape[0], -1, 1)


def kron(a: Array, b: Array) -> Array:
    big = a[:, :, None, :, None] * b[:, None, :, None, :]
    return big.reshape(len(big), a.shape[1] * b.shape[1], a.shape[2] * b.shape[2])


def softmax(a: Array) -> Array:
    axis = -2 if a.shape[-2] > 1 else -1
    e = np.exp(a)
    return e / e.sum(axis=axis, keepdims=True)


def softmax_of(axis: int) -> Callable[[Array], Array]:
    """The softmax of every row (axis -1) or column (axis -2)."""

    def value(a: Array) -> Array:
        e = np.exp(a)
        return e / e.sum(axis=axis, keepdims=True)

    return value


def sigmoid(a: Array) -> Array:
    return 1.0 / (1.0 + np.exp(-a))


def relu(a: Array) -> Array:
    return np.where(a.real > 0, a, 0.0)


def maximum(a: Array, b: Array) -> Array:
    return np.where(a.real >= b.real, a, b)


def above(a: Array, b: Array) -> Array:
    """1 where a number is greater than another, else 0."""
    return (a.real > b.real).astype(float)


def seen(holds: Array, gap: Array) -> Array:
    """1 where a condition holds, else 0; no value where no point shows what comes of it.

    What is said of `x > 10` has not been seen where no point lies above 10, unless x is a number given.
    """
    real = gap.real
    if holds.any() or (real == np.round(real)).all() or np.ptp(real) <= APART:
        return holds
    return np.full(holds.shape, np.nan)


def minimum(a: Array, b: Array) -> Array:
    return np.where(a.real <= b.real, a, b)


LARGEST_FACTORIAL = 100.0
_GAMMA = np.vectorize(math.gamma, otypes=[float])


def factorial(a: Array) -> Array:
    """Γ(a + 1) of real numbers; nothing is said of how it varies."""
    outside = (a.imag != 0) | (a.real < 0) | (a.real > LARGEST_FACTORIAL)
    value = _GAMMA(np.where(outside, 0.0, a.real) + 1.0)
    return np.where(outside, undefined(value), value)


def logsumexp(a: Array) -> Array:
    return np.log(np.sum(np.exp(a), axis=(-1, -2), keepdims=True))


def arsinh(a: Array) -> Array:
    """Odd by construction: the library's own loses the imaginary part of a complex step left of 0."""
    up = np.where(a.real < 0, -a, a)
    value = np.log(up + np.sqrt(up * up + 1))
    return np.where(a.real < 0, -value, value)


def hadamard(a: Array, b: Array) -> Array:
    return a * b


def cross(a: Array, b: Array) -> Array:
    return np.cross(a, b, axis=-2)


def skew(a: Array) -> Array:
    """`[a]_\\times`: the matrix that turns `b` into `a × b`."""
    x, y, z = (a[:, i, 0] for i in range(3))
    none = np.zeros_like(x)
    rows = ((none, -z, y), (z, none, -x), (-y, x, none))
    return np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)


# --- the table ---------------------------------------------------------------------------------

Row = tuple[str, ShapeRule, Callable[..., Array], Callable[..., Any] | None]

_LINEAR: tuple[Row, ...] = (
    ("add", alike, lambda a, b: a + b, forms.add),
    ("sub", alike, lambda a, b: a - b, lambda s, a, b: forms.add(s, a, forms.negative(s, b))),
    ("neg", same, lambda a: -a, forms.negative),
    ("mul", product, multiply, forms.product),
    ("div", scaled, lambda a, b: a / b, forms.quotient),
    ("hadamard", alike, hadamard, forms.hadamard),
    ("kron", kronecker, kron, lambda s, a, b: s.KroneckerProduct(a, b)),
    ("inner", inner, lambda a, b: np.sum(a * b, axis=(-1, -2), keepdims=True), forms.inner),
    ("cross", crossed, cross, lambda s, a, b: a.cross(b)),
    ("skew", turning, skew, None),
    ("T", transposed, transpose, forms.transpose),
    ("H", transposed, lambda a: np.conj(transpose(a)), lambda s, a: a.H),
    ("length", scalar, lambda a: np.sqrt(np.sum(np.abs(a) ** 2, axis=(-1, -2), keepdims=True)), None),
    ("inv", square, inverse, lambda s, a: s.Inverse(a) if a.is_Matrix else 1 / a),
    ("expm", square, matrix_exponential, None),
    ("pinv", transposed, pseudo_inverse, None),
    ("pow", square, power, lambda s, a, b: s.MatPow(a, b) if a.is_Matrix else a**b),
    ("hpow", same, hadamard_power, forms.power),
    ("chol", square, cholesky, None),
    ("sqrtm", square, square_root, None),
    ("tr", square_to_scalar, trace, forms.trace),
    ("det", square_to_scalar, determinant, lambda s, a: s.Determinant(a) if a.is_Matrix else a),
    ("rank", scalar, rank, None),
    ("norm", scalar, frobenius, lambda s, a: s.sqrt(forms.inner(s, a, a))),
    ("spectral", scalar, spectral, None),
    ("norm1", scalar, lambda a: np.sum(absolute(a), axis=(-1, -2), keepdims=True), forms.norm1),
    ("norminf", scalar, lambda a: np.max(absolute(a).real, axis=(-1, -2), keepdims=True), None),
    ("diag", diagonal, diag, forms.diag),
    ("vec", vectorised, vec, None),
    ("logsumexp", scalar, logsumexp, lambda s, a: s.log(forms.total(s, forms.each(s, a, s.exp)))),
    ("total", scalar, lambda a: np.sum(a, axis=(-1, -2), keepdims=True), forms.total),
    ("softmax", same, softmax, forms.softmax),
    ("softmax-rows", same, softmax_of(-1), None),
    ("softmax-columns", same, softmax_of(-2), None),
    ("max", alike, maximum, lambda s, a, b: s.Max(a, b)),
    ("min", alike, minimum, lambda s, a, b: s.Min(a, b)),
    ("above", alike, above, lambda s, a, b: s.Piecewise((1, a > b), (0, True))),
    ("seen", alike, seen, lambda s, a, b: a),
)

_ELEMENTWISE: tuple[tuple[str, Callable[[Array], Array], str | Callable[[Any, Any], Any]], ...] = (
    ("exp", np.exp, "exp"),
    ("log", positive_log, "log"),
    ("log10", lambda a: positive_log(a) / np.log(10.0), lambda s, z: s.log(z) / s.log(10)),
    ("log2", lambda a: positive_log(a) / np.log(2.0), lambda s, z: s.log(z) / s.log(2)),
    ("sqrt", positive_sqrt, "sqrt"),
    ("sin", np.sin, "sin"),
    ("cos", np.cos, "cos"),
    ("tan", np.tan, "tan"),
    ("cot", lambda a: 1 / np.tan(a), "cot"),
    ("sec", lambda a: 1 / np.cos(a), "sec"),
    ("csc", lambda a: 1 / np.sin(a), "csc"),
    ("arcsin", _real_domain(lambda r: abs(r) < 1, np.arcsin), "asin"),
    ("arccos", _real_domain(lambda r: abs(r) < 1, np.arccos), "acos"),
    ("arctan", np.arctan, "atan"),
    ("sinh", np.sinh, "sinh"),
    ("cosh", np.cosh, "cosh"),
    ("tanh", np.tanh, "tanh"),
    ("coth", lambda a: 1 / np.tanh(a), "coth"),
    ("sech", lambda a: 1 / np.cosh(a), "sech"),
    ("csch", lambda a: 1 / np.sinh(a), "csch"),
    ("arsinh", arsinh, "asinh"),
    ("arcosh", _real_domain(lambda r: r > 1, lambda a: np.log(a + np.sqrt(a - 1) * np.sqrt(a + 1))), "acosh"),
    ("artanh", _real_domain(lambda r: abs(r) < 1, lambda a: 0.5 * np.log((1 + a) / (1 - a))), "atanh"),
    ("abs", absolute, "Abs"),
    ("modulus", np.abs, "Abs"),
    ("sign", lambda a: np.where(a.real < 0, -1.0, 1.0), "sign"),
    ("sigmoid", sigmoid, lambda s, z: 1 / (1 + s.exp(-z))),
    ("relu", relu, lambda s, z: s.Max(z, 0)),
    ("factorial", factorial, "factorial"),
    ("softplus", lambda a: np.log(1 + np.exp(a)), lambda s, z: s.log(1 + s.exp(z))),
)


def _sympy_function(form: str | Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """A function of SymPy by its name, or a formula in one scalar."""
    if isinstance(form, str):
        return lambda s, a: forms.each(s, a, getattr(s, form))
    return lambda s, a: forms.each(s, a, lambda z: form(s, z))


OPERATORS: dict[str, Operator] = {row[0]: Operator(*row) for row in _LINEAR} | {
    name: Operator(name, same, value, _sympy_function(sympy)) for name, value, sympy in _ELEMENTWISE
}

ELEMENTWISE = frozenset(name for name, _, _ in _ELEMENTWISE)

# What authors write for a function of the table.
SPELLINGS: dict[str, str] = {
    "tr": "tr", "Tr": "tr", "trace": "tr", "Trace": "tr",
    "det": "det", "Det": "det", "rank": "rank",
    "ln": "log", "log": "log", "Log": "log", "lg": "log10",
    "exp": "exp", "sqrt": "sqrt",
    "sin": "sin", "cos": "cos", "tan": "tan", "cot": "cot", "sec": "sec", "csc": "csc",
    "arcsin": "arcsin", "arccos": "arccos", "arctan": "arctan",
    "asin": "arcsin", "acos": "arccos", "atan": "arctan",
    "sinh": "sinh", "cosh": "cosh", "tanh": "tanh", "coth": "coth", "sech": "sech", "csch": "csch",
    "arsinh": "arsinh", "arcosh": "arcosh", "artanh": "artanh", "arcsinh": "arsinh", "arccosh": "arcosh",
    "arctanh": "artanh", "asinh": "arsinh", "acosh": "arcosh", "atanh": "artanh",
    "abs": "abs", "sign": "sign", "sgn": "sign",
    "sigmoid": "sigmoid", "Sigmoid": "sigmoid", "sigm": "sigmoid", "logistic": "sigmoid",
    "relu": "relu", "ReLU": "relu", "Relu": "relu", "softplus": "softplus", "Softplus": "softplus",
    "factorial": "factorial",
    "softmax": "softmax", "Softmax": "softmax", "SoftMax": "softmax",
    "logsumexp": "logsumexp", "LSE": "logsumexp", "lse": "logsumexp",
    "diag": "diag", "Diag": "diag", "vec": "vec", "Vec": "vec",
}  # fmt: skip
