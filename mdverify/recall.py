"""What came of earlier readings, found again without reading.

A reading asks its options only for what it comes across, one question after the other, and every
question follows from the answers before it. Options that answer alike are the same reading.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from mdverify.reading import Answer, Options, Question

Found = TypeVar("Found")


@dataclass(slots=True)
class Recall(Generic[Found]):
    """A tree of questions: below each, by its answer, the next one or what was found."""

    question: Question | None = None
    branches: dict[Answer, Recall[Found]] = field(default_factory=dict)
    found: Found | None = None

    def find(self, options: Options) -> Found | None:
        """What came of the reading under these options, if one that answers alike was kept."""
        here = self
        while here.question is not None:
            below = here.branches.get(options.answer(*here.question))
            if below is None:
                return None
            here = below
        return here.found

    def keep(self, answers: Mapping[Question, Answer], found: Found) -> None:
        """Keep what came of a reading that asked for these answers, in their order."""
        here = self
        for question, answer in answers.items():
            here.question = question
            here = here.branches.setdefault(answer, Recall())
        here.found = found
