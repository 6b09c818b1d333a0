"""Generic smooth functions, for what a note names but does not define.

Their coefficients are drawn from their name, so that one name is one function everywhere.
"""

from __future__ import annotations

import zlib
from functools import lru_cache

import numpy as np

from mdverify.operators import Array

REMEMBERED = 64  # tables of coefficients


@lru_cache(REMEMBERED)
def _coefficients(name: str, *shape: int) -> Array:
    values = np.random.default_rng(zlib.crc32(name.encode())).uniform(0.4, 1.1, shape)
    values.flags.writeable = False
    return values


def smooth(name: str, inputs: Array, outputs: int, order: int = 0) -> Array:
    """A generic smooth function R^k → R^outputs: waves with coefficients drawn from its name."""
    k = inputs.shape[1]
    table = _coefficients(f"{name}/{k}", outputs, 2, k + 2)
    sign = np.where(_coefficients(f"{name}/{k}/s", outputs, 2, k) > 0.75, 1.0, -1.0)
    weights = table[:, :, :k] * sign / np.sqrt(k)
    phase = np.einsum("bk,oqk->boq", inputs, weights) + table[None, :, :, k]
    if order == 0:
        return (table[None, :, :, k + 1] * np.sin(phase)).sum(axis=2)
    slope = weights[:, :, 0] ** order
    return (table[None, :, :, k + 1] * slope * np.sin(phase + order * np.pi / 2)).sum(axis=2)


def smooth_scalar(name: str, z: Array, order: int, which: Array | None = None, members: int = 1) -> Array:
    """A generic smooth function R → R, applied to every entry, or its derivative of an order.

    Of a family of them `which` says the one for every point. It grows no faster than its argument, so that
    layers upon layers of it keep their digits.
    """
    chosen = slice(0, 1) if which is None else which
    a, w, b, c, v, d, slope = _coefficients(f"{name}/elementwise", 7, members)[:, chosen, None, None]
    turn = order * np.pi / 2
    waves = a * w**order * np.sin(w * z + b + turn) + c * (2 * v) ** order * np.sin(2 * v * z + d + turn)
    line = (slope * z, slope + 0 * z)[order] if order <= 1 else 0 * z
    return waves + line


def constrained(value: Array, kinds: frozenset[str]) -> Array:
    """A generic matrix function made symmetric or positive definite where that is said of it."""
    if value.shape[-1] != value.shape[-2]:
        return value
    if kinds & {"positive-definite", "positive-semidefinite"}:
        return value @ np.swapaxes(value, -1, -2) + np.eye(value.shape[-1])
    if "symmetric" in kinds:
        return value + np.swapaxes(value, -1, -2)
    return value
