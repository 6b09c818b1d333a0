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


def smooth_scalar(name: str, z: Array, order: int) -> Array:
    """A generic smooth function R → R, applied to every entry, or its derivative of an order."""
    a, w, b, c = _coefficients(f"{name}/elementwise", 4)
    waves = a * w**order * np.sin(w * z + b + order * np.pi / 2)
    parabola = (c * z * z / 2, c * z, c + 0 * z)[order] if order <= 2 else 0 * z
    return waves + parabola


def constrained(value: Array, kinds: frozenset[str]) -> Array:
    """A generic matrix function made symmetric or positive definite where that is said of it."""
    if value.shape[-1] != value.shape[-2]:
        return value
    if kinds & {"positive-definite", "positive-semidefinite"}:
        return value @ np.swapaxes(value, -1, -2) + np.eye(value.shape[-1])
    if "symmetric" in kinds:
        return value + np.swapaxes(value, -1, -2)
    return value
