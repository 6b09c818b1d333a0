"""How a report is to look: language, colour, how much."""

from __future__ import annotations

from dataclasses import dataclass

from mdverify.messages import Message, message


@dataclass(frozen=True, slots=True)
class Style:
    language: str = "en"
    colour: bool = False
    statistics: bool = False

    def say(self, key: str, /, **args: object) -> str:
        return self.text(message(key, **args))

    def text(self, sentence: Message) -> str:
        return sentence.text(self.language)

    def paint(self, text: str, role: str) -> str:
        return f"\x1b[{COLOURS[role]}m{text}\x1b[0m" if self.colour else text


COLOURS = {
    "error": "1;31",
    "warning": "1;33",
    "strong": "1",
    "frame": "34",
    "note": "36",
    "help": "32",
}
