"""What came of earlier readings, found again without reading.

A reading asks its options only for what it comes across. Options that give all the answers a reading was
given are the same reading.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from mdverify.reading import USUAL, Answer, Options, Question

Found = TypeVar("Found")
Answers = frozenset[tuple[Question, Answer]]


@dataclass(slots=True)
class Recall(Generic[Found]):
    """What was found, by the questions that got the usual answer, and by the others with theirs."""

    kept: dict[tuple[frozenset[Question], Answers], Found] = field(default_factory=dict)

    def find(self, options: Options) -> Found | None:
        """What came of the reading under these options, if one that answers alike was kept."""
        told = options.told
        for (usual, other), found in self.kept.items():
            if usual.isdisjoint(told) and other <= told.items():
                return found
        return None

    def keep(self, answers: Mapping[Question, Answer], found: Found) -> None:
        """Keep what came of a reading that was given these answers."""
        other = frozenset(pair for pair in answers.items() if pair[1] != USUAL[pair[0][0]])
        usual = answers.keys() - {question for question, _ in other}
        self.kept[frozenset(usual), other] = found
