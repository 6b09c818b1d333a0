"""Steps that hold in a case only: equal indices, scalars only, what depends on more than is said of it.

Their mutants may be right in that case, which the mutation run cannot know, so they are no cases there.
"""

from __future__ import annotations

import pytest

from mdverify import check_text
from mdverify.report import Verdict

SEMICOLONS = r"""# 记号

- $U = [u_1^T; u_2^T; \dots; u_m^T]$，每行一个样本
- $t = [t_1, t_2, \dots, t_m]^T$ (m×1)

# 一维

$p=1$ 时 $u_i, v, c$ 都是数，

$$\sum_{i=1}^m (vu_i + c)^2 = v^2\sum_{i=1}^m u_i^2 + 2vc\sum_{i=1}^m u_i + mc^2 .$$

比如 $t = 3$。

# 多维

这里 $v$ 是 (p×1)。

$$LEFT = SIDE$$
"""
SPREAD = r"""Let $u, c\in\mathbb{R}^n$, let $N\in\mathbb{R}^{n\times n}$ be symmetric positive definite,
$\sigma^2(u) = u^TNu$ and $g(u) = c^Tu$. Then $STEP$.
"""
SOFTMAX = "Let $z \\in \\mathbb{R}^n$ and $s_i = e^{z_i} / \\sum_k e^{z_k}$. For $i = j$ we have "
UNIVARIATE = r"""# Univariate

$$
\log p(x \mid \mu, \sigma) = -\frac12 \log 2\pi - \log \sigma - \frac{1}{2\sigma^2}(x - \mu)^2
$$

## By the mean

$$
\frac{\partial \log p(x \mid \mu, \sigma)}{\partial \mu} = SIDE
$$

# Multivariate

Now $\mathbf{x}, \boldsymbol{\mu} \in \mathbb{R}^n$.
"""

DENSITY = r"""设 $\mu \in \mathbb{R}^p$，$\Sigma \in \mathbb{R}^{p\times p}$ 对称正定，

$$
p(x \mid \mu, \Sigma) = (2\pi)^{-\frac p2} |\Sigma|^{-\frac12} e^{-\frac12 (x-\mu)^T \Sigma^{-1} (x-\mu)}
$$

$$
\ell(\mu) = \sum_{i=1}^n \ln p(x_i \mid \mu, \Sigma) = SIDE
$$
"""
HIDDEN = r"""Put $M = S + \sigma^2 I$ (symmetric, positive definite) with
$S \in \mathbb{R}^{q\times q}$, $v \in \mathbb{R}^q$,
$\alpha = M^{-1}v$ and

$$E = \frac12 v^TM^{-1}v + \frac12\ln\det M .$$

For any parameter $\phi$ of the kernel

$$\frac{\partial WHOLE}{\partial\phi} = SIDE$$
"""
KERNEL = (
    "For numbers $t$ and $t'$ let $k(t,t') = e^{-(t-t')^2}$. Then $\\dfrac{\\partial k}{\\partial t} = SIDE$."
)


def verdict(text: str, side: str) -> Verdict:
    (found,) = [s.verdict for n in check_text(text).notes for s in n.steps if n.source.excerpt(s.rhs) == side]
    return found


def filled(note: str, left: str, side: str) -> Verdict:
    """The verdict on `left = side` where a note leaves room for it."""
    return verdict(note.replace("LEFT", left).replace("SIDE", side), side)


@pytest.mark.parametrize(
    ("left", "side", "wanted"),
    [
        (r"\|Uv\|^2", r"\sum_{i=1}^m (u_i^Tv)^2", Verdict.VERIFIED),
        ("U^TU", r"\sum_{i=1}^m u_iu_i^T", Verdict.VERIFIED),
        ("U^TU", r"-\sum_{i=1}^m u_iu_i^T", Verdict.WRONG),
        ("[1, 2; 3, 4][1; 1]", "[3; 7]", Verdict.VERIFIED),
        ("[1, 2; 3, 4][1; 1]", "[4; 6]", Verdict.WRONG),
    ],
)
def test_semicolons_end_rows(left: str, side: str, wanted: Verdict) -> None:
    assert filled(SEMICOLONS, left, side) is wanted


@pytest.mark.parametrize(
    ("left", "side", "wanted"),
    [
        (r"\nabla\sigma^2(u)", "2Nu", Verdict.VERIFIED),
        (r"\nabla\sigma^2(u)", "Nu", Verdict.WRONG),
        ("g^2(u)", "u^Tcc^Tu", Verdict.VERIFIED),
        (r"\frac{\partial\sigma^2(u)}{\partial u}", "2Nu", Verdict.VERIFIED),
        (r"\frac{\partial\sigma^2(u)}{\partial u}", "Nu", Verdict.WRONG),
        ("N^2(u)", "NNu", Verdict.VERIFIED),
        (r"\nabla g^2(u)", "2g(u)c", Verdict.VERIFIED),
        (r"\nabla g^2(u)", "g(u)c", Verdict.WRONG),
    ],
)
def test_an_exponent_before_the_argument_is_of_the_value(left: str, side: str, wanted: Verdict) -> None:
    assert verdict(SPREAD.replace("STEP", f"{left} = {side}"), side) is wanted


@pytest.mark.parametrize(
    ("side", "wanted"), [("s_i(1 - s_i)", Verdict.VERIFIED), ("s_i(1 + s_i)", Verdict.WRONG)]
)
def test_equal_indices(side: str, wanted: Verdict) -> None:
    claim = r"$\frac{\partial s_i}{\partial z_j} = " + side + "$."
    assert verdict(SOFTMAX + claim + "\n", side) is wanted


def test_letters_that_are_bold_elsewhere_may_be_scalars() -> None:
    side = r"\frac{1}{\sigma^2}(x - \mu)"
    assert verdict(UNIVARIATE.replace("SIDE", side), side) is Verdict.VERIFIED


def test_a_wrong_univariate_step_is_not_verified() -> None:
    side = r"\frac{2}{\sigma^2}(x - \mu)"
    assert verdict(UNIVARIATE.replace("SIDE", side), side) is not Verdict.VERIFIED


@pytest.mark.parametrize(("sign", "wanted"), [("-", Verdict.VERIFIED), ("+", Verdict.WRONG)])
def test_a_letter_counts_and_is_a_function_where_it_is_applied(sign: str, wanted: Verdict) -> None:
    side = (
        rf"-\frac{{np}}{{2}} \ln(2\pi) {sign} \frac n2 \ln|\Sigma|"
        r" - \frac12 \sum_{i=1}^n (x_i-\mu)^T \Sigma^{-1} (x_i-\mu)"
    )
    assert verdict(DENSITY.replace("SIDE", side), side) is wanted


@pytest.mark.parametrize(("side", "wanted"), [("-2(t-t')k", Verdict.VERIFIED), ("0", Verdict.CONDITION)])
def test_a_prime_nobody_explains_may_be_another_number(side: str, wanted: Verdict) -> None:
    assert verdict(KERNEL.replace("SIDE", side), side) is wanted


@pytest.mark.parametrize(
    ("whole", "side", "holds"),
    [
        ("M^{-1}", r"-M^{-1}\frac{\partial M}{\partial\phi}M^{-1}", True),
        ("M^{-1}", r"M^{-1}\frac{\partial M}{\partial\phi}M^{-1}", False),
        ("M^{-1}", r"-M^{-1}\frac{\partial M}{\partial\phi}", False),
        ("v^TM^{-1}v", r"-v^TM^{-1}\frac{\partial M}{\partial\phi}M^{-1}v", True),
        (r"\ln\det M", r"\operatorname{tr}\left(M^{-1}\frac{\partial M}{\partial\phi}\right)", True),
        (
            "E",
            r"-\frac12\alpha^T\frac{\partial M}{\partial\phi}\alpha"
            r" + \frac12\operatorname{tr}\left(M^{-1}\frac{\partial M}{\partial\phi}\right)",
            True,
        ),
        (
            "E",
            r"\frac12\alpha^T\frac{\partial M}{\partial\phi}\alpha"
            r" + \frac12\operatorname{tr}\left(M^{-1}\frac{\partial M}{\partial\phi}\right)",
            False,
        ),
    ],
)
def test_what_is_differentiated_depends_on_more_than_its_definition_names(
    whole: str, side: str, holds: bool
) -> None:
    note = HIDDEN.replace("WHOLE", whole).replace("SIDE", side)
    assert verdict(note, side) is (Verdict.VERIFIED if holds else Verdict.UNCHECKED)


@pytest.mark.parametrize(("body", "wanted"), [("b^Tb", Verdict.UNCHECKED), ("b^Tx", Verdict.WRONG)])
def test_a_letter_that_is_zero_by_its_definition_proves_nothing(body: str, wanted: Verdict) -> None:
    text = rf"""Let $x, b \in \mathbb{{R}}^n$ and $f = {body}$. We write $g$ for its gradient,

$$
g = \frac{{\partial f}}{{\partial x}} .
$$

Then $x + g = x + 2g$.
"""
    assert verdict(text, "x + 2g") is wanted


PRIMES_TURNED = r"""# Thin factors

We write $M'$ for the transpose. $M$ is $p\times k$ with $p\ge k$ and independent columns, $g$ is a vector.

$M = Q D R'$ where $Q$ is $p\times k$ with $Q'Q = I$, $R$ is $k\times k$ orthogonal, so that $RR' = I$, and
$D$ is diagonal.

$$
LEFT = SIDE
$$
"""


@pytest.mark.parametrize(
    ("left", "side", "wanted"),
    [
        ("M'M", "R D^2 R'", Verdict.VERIFIED),
        ("(M'M + \\mu I)^{-1} M' g", "R (D^2 + \\mu I)^{-1} D Q' g", Verdict.VERIFIED),
        ("MM'", "Q D^2 Q'", Verdict.VERIFIED),
        ("MM'", "Q D Q'", Verdict.WRONG),
        ("M''D", "MD", Verdict.VERIFIED),
    ],
)
def test_primes_said_to_be_transposes_are_such(left: str, side: str, wanted: Verdict) -> None:
    assert filled(PRIMES_TURNED, left, side) is wanted


FILTER = r"""The prior is $h \sim \mathcal N(a, C)$, $h \in \mathbb R^{n}$, the noise has the covariance $W$
of size $k\times k$, and $G \in \mathbb R^{k\times n}$ with $k < n$. $C$ and $W$ are positive definite.

$$
V = G C G^\top + W
$$

$$
(C^{-1} + G^\top W^{-1} G)^{-1} = SIDE
$$

Now let $W = \omega I$ with a scalar $\omega>0$, and $C$ as general as before. Then

$$
\frac{\partial}{\partial \omega}\left(C^{-1} + \omega^{-1} G^\top G\right) = LATER
$$
"""


@pytest.mark.parametrize(
    ("side", "later", "wanted"),
    [
        (r"C - C G^\top V^{-1} G C", r"-\omega^{-2} G^\top G", Verdict.VERIFIED),
        (r"C + C G^\top V^{-1} G C", r"\omega^{-2} G^\top G", Verdict.WRONG),
    ],
)
def test_what_is_only_set_further_down_says_nothing_of_what_stood_before(
    side: str, later: str, wanted: Verdict
) -> None:
    note = FILTER.replace("SIDE", side).replace("LATER", later)
    assert verdict(note, side) is wanted
    assert verdict(note, later) is wanted


LISTED = r"""# One number

If $q=\tanh(s)$, then $s=\operatorname{artanh} q$.

# All samples

The inputs $r_i$ are columns of length $d$, so is $v$. Put $q_i=\tanh(v^\top r_i)$, and

$$
C(v) = \sum_{i=1}^n \left[\log\cosh(v^\top r_i) - b_i\, v^\top r_i\right]
$$

# In matrices

## Gradient

Row $i$ of $A$ is $r_i^\top$ (n×d), $q=(q_1,\dots,q_n)^\top$, $b=(b_1,\dots,b_n)^\top$:

$$
\nabla C(v) = SIDE
$$
"""


@pytest.mark.parametrize(
    ("side", "wanted"), [(r"A^\top (q - b)", Verdict.VERIFIED), (r"A^\top (b - q)", Verdict.WRONG)]
)
def test_a_letter_set_to_the_list_of_its_members_is_all_of_them(side: str, wanted: Verdict) -> None:
    assert verdict(LISTED.replace("SIDE", side), side) is wanted


@pytest.mark.parametrize("turn", ["{0}^T{0} = {0}{0}^T = I", "{0}{0}^T = {0}^T{0} = I"])
@pytest.mark.parametrize(("side", "wanted"), [("HD^2H^T", Verdict.VERIFIED), ("HDH^T", Verdict.UNCHECKED)])
def test_orthonormal_rows_and_columns_make_a_square_matrix(turn: str, side: str, wanted: Verdict) -> None:
    said = turn.format("H")
    note = f"Let $N = FDH^T$, where $F^TF=I$, ${said}$ and $D$ is diagonal. Then $N^TN = {side}$."
    assert verdict(note, side) is wanted


EXAMPLE = r"""# Fit

Let $X\in\mathbb R^{n\times p}$ have full column rank and $y\in\mathbb R^n$, with $q$ conditions $Cw=e$,
$q<p$.
Put $K=X^TX$ and $\hat w=K^{-1}X^Ty$. With $R=CK^{-1}C^T$ we have

$$
RR^{-1}CK^{-1}X^Ty = GENERAL
$$

# Numbers

$$
X=\begin{bmatrix}1&0\\1&1\\1&2\end{bmatrix},\qquad y=\begin{bmatrix}1\\2\\2\end{bmatrix}
$$

so that

$$
K^{-1}=\frac16\begin{bmatrix}5&-3\\-3&CORNER\end{bmatrix}
$$
"""


@pytest.mark.parametrize(
    ("general", "corner", "wanted"),
    [(r"C\hat w", "3", Verdict.VERIFIED), (r"-C\hat w", "2", Verdict.WRONG)],
)
def test_formulas_hold_for_any_sizes_and_for_the_numbers_of_an_example(
    general: str, corner: str, wanted: Verdict
) -> None:
    note = EXAMPLE.replace("GENERAL", general).replace("CORNER", corner)
    assert verdict(note, general) is wanted
    numbers = rf"\frac16\begin{{bmatrix}}5&-3\\-3&{corner}\end{{bmatrix}}"
    found = verdict(note, numbers)
    assert found is wanted if wanted is Verdict.VERIFIED else found is not Verdict.VERIFIED


STATES = r"""The system is $\mathbf h_{t+1}=\mathbf F\mathbf h_t+\mathbf G\mathbf a_t$ with
$\mathbf h_t\in\mathbb R^n$ and $\mathbf a_t\in\mathbb R^m$. $\mathbf M$ is symmetric. In the state
$\mathbf h$, the action $\mathbf a$ costs

$$
c(\mathbf h,\mathbf a)
  =(\mathbf F\mathbf h+\mathbf G\mathbf a)^T\mathbf M(\mathbf F\mathbf h+\mathbf G\mathbf a)
$$

$$
\nabla_{\mathbf a}c = SIDE
$$
"""


@pytest.mark.parametrize(
    ("factor", "wanted"), [("2", Verdict.VERIFIED), ("", Verdict.WRONG), ("-2", Verdict.WRONG)]
)
def test_a_letter_without_its_time_is_one_state_and_not_all_of_them(factor: str, wanted: Verdict) -> None:
    side = factor + r"\mathbf G^T\mathbf M(\mathbf F\mathbf h+\mathbf G\mathbf a)"
    assert verdict(STATES.replace("SIDE", side), side) is wanted


@pytest.mark.parametrize(
    "told", ["A prime is always a transpose.", "Primes are transposes.", "撇号一律表示转置。"]
)
@pytest.mark.parametrize(("side", "wanted"), [("2VV'v", Verdict.VERIFIED), ("2V'Vv", Verdict.SHAPE)])
def test_lengths_in_brackets_and_primes_that_are_always_transposes(
    told: str, side: str, wanted: Verdict
) -> None:
    said = r"We have a vector $v$ (length $p$) and $V$, a $p\times q$ matrix."
    note = f"{told} {said}\n\n$$\n\\nabla_v (v'VV'v) = {side}\n$$\n"
    assert verdict(note, side) is wanted


ACTIONS = r"""# Score of an action

Preferences are $h\in\mathbb R^m$, and $\rho=\operatorname{softmax}(h)$ is a column vector.
Raising the log-probability of SAID pushes along $\nabla_h\log\rho_a = SIDE$WHERE.
"""
UNIT = ", where $e_a$ is the $a$-th unit vector"


@pytest.mark.parametrize("said", ["the $a$-th action", "the $a$th action", "class $a$", "第 $a$ 个动作"])
@pytest.mark.parametrize(
    ("side", "where", "wanted"),
    [
        (r"e_a - \rho", UNIT, Verdict.VERIFIED),
        (r"e_a + \rho", UNIT, Verdict.WRONG),
        (r"\rho - e_a", UNIT, Verdict.WRONG),
        (r"e_a - \rho", "", Verdict.UNCHECKED),
    ],
)
def test_a_letter_that_prose_counts_with_is_an_index(
    said: str, side: str, where: str, wanted: Verdict
) -> None:
    note = ACTIONS.replace("SAID", said).replace("SIDE", side).replace("WHERE", where)
    assert verdict(note, side) is wanted


@pytest.mark.parametrize("said", ["the $a$-th power", "the $a$-th root", "a move $a$"])
def test_what_is_not_counted_is_no_index(said: str) -> None:
    note = ACTIONS.replace("SAID", said).replace("WHERE", "").replace("SIDE", r"e_a - \rho")
    assert verdict(note, r"e_a - \rho") is Verdict.UNCHECKED


KEYS = r"""# The right key

For the query $u\in\mathbb R^d$ and the keys $v_1,\dots,v_N\in\mathbb R^d$, with the right one $v_+$, put
$z_j=v_j^\top u$ and $\rho_j=\frac{e^{z_j}}{\sum_{l=1}^Ne^{z_l}}$. For the loss $E=-\log\rho_+$ we have
$\frac{\partial E}{\partial z_j}=\rho_j-\mathbb 1[j=+]$ and $LEFT = SIDE$.
"""


@pytest.mark.parametrize(
    ("left", "side", "wanted"),
    [
        (r"\frac{\partial E}{\partial v_j}", r"(\rho_j-\mathbb 1[j=+])u", Verdict.VERIFIED),
        (r"\frac{\partial E}{\partial v_j}", r"(\rho_j+\mathbb 1[j=+])u", Verdict.WRONG),
        (r"\frac{\partial E}{\partial u}", r"\sum_j\rho_jv_j-v_+", Verdict.VERIFIED),
        (r"\frac{\partial E}{\partial u}", r"\sum_j\rho_jv_j+v_+", Verdict.WRONG),
        (r"\sum_j\rho_jv_j-v_+", r"\sum_{j\ne+}\rho_jv_j-(1-\rho_+)v_+", Verdict.VERIFIED),
        (r"\sum_j\rho_jv_j-v_+", r"\sum_{j\ne+}\rho_jv_j-v_+", Verdict.WRONG),
    ],
)
def test_a_sign_that_an_index_is_compared_with_names_a_member(left: str, side: str, wanted: Verdict) -> None:
    assert filled(KEYS, left, side) is wanted


RESIDUALS = r"""The parameters are $b\in\mathbb R^k$ and the residuals $r(b)\in\mathbb R^m$.
Gradients are columns. With $F=\frac{\partial r}{\partial b^\top}$ and $Q(b)=r^\top r$ we find $LEFT = SIDE$.
"""


@pytest.mark.parametrize(
    ("left", "side", "wanted"),
    [
        (r"\frac{\partial Q}{\partial b}", r"2F^\top r", Verdict.VERIFIED),
        (r"\frac{\partial Q}{\partial b}", r"F^\top r", Verdict.WRONG),
        (r"\frac{\partial Q}{\partial b_j}", r"2(F^\top r)_j", Verdict.VERIFIED),
        (r"\frac{\partial Q}{\partial b_j}", r"-2(F^\top r)_j", Verdict.WRONG),
    ],
)
def test_what_is_differentiated_by_a_row_is_a_function_of_it(left: str, side: str, wanted: Verdict) -> None:
    assert filled(RESIDUALS, left, side) is wanted
