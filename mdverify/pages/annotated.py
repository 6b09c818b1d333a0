"""A page whose formulas are finished, as it is kept between builds."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Annotated:
    """The Markdown of a page with a placeholder for each of the pieces of HTML."""

    text: str
    pieces: tuple[str, ...]

    def filled(self, stash: Callable[[str], str]) -> str:
        """The text with what `stash` gives for the pieces."""
        return _PLACEHOLDER.sub(lambda found: stash(self.pieces[int(found[1])]), self.text)


# Python-Markdown keeps these control characters for itself and takes them out of what authors write.
_PLACEHOLDER = re.compile("\x02mdv(\\d+)\x03")
