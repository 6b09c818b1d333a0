"""How long mdverify takes, and how long other readers take over the same LaTeX.

    python bench/reading.py [PATH ...] [--runs N] [--sides N]

Without paths the sample notes are measured. Three tables come out of one run: the wall time of the whole
process, the time of each phase in one process, and the time per side of an equation for this reader, for
latex2sympy2-extended and for SymPy's `parse_latex`. The last two need

    pip install 'latex2sympy2-extended>=1.11' 'antlr4-python3-runtime==4.11.*'

(SymPy takes no other version of that runtime); a reader that is not installed is skipped, with the reason.
Nothing here is a test: times depend on the machine, ratios hardly do.
"""

from __future__ import annotations

import argparse
import logging
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median

from mdverify import files
from mdverify.check import check_note
from mdverify.derivation import derive
from mdverify.evidence import gather
from mdverify.judge import Judge
from mdverify.notes import read_note
from mdverify.parser import parse, parse_expression, scan_macros
from mdverify.prose import facts
from mdverify.render import FORMATS, Style
from mdverify.report import Report
from mdverify.settings import Settings
from mdverify.source import Source
from mdverify.syntax import Hole, is_none, walk

SAMPLES = Path(__file__).parent.parent / "sample_notes"


def main() -> None:
    options = _options()
    names = files.collect(options.paths or [str(SAMPLES)], Settings())
    sources = [files.read(name) for name in names]
    length = sum(len(source.text) for source in sources)
    print(
        f"{len(sources)} note(s), {length} characters; Python {sys.version.split()[0]}, {options.runs} runs\n"
    )
    whole_process(names, options.runs)
    phases(sources, options.runs)
    readers(sides_of(sources)[: options.sides])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measures mdverify.", allow_abbrev=False)
    parser.add_argument("paths", nargs="*", metavar="PATH", help="notes or folders (default: the samples)")
    parser.add_argument("--runs", type=int, default=5, help="repetitions of the first two tables")
    parser.add_argument("--sides", type=int, default=None, help="compare readers on the first N sides only")
    return parser.parse_args()


def clocked(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


# --- the whole process -------------------------------------------------------------------------


def whole_process(names: Sequence[str], runs: int) -> None:
    command = [sys.executable, "-P", "-m", "mdverify", "check", *names, "--no-cache", "--exit-zero"]
    nothing = [sys.executable, "-P", "-m", "mdverify", "--version"]

    def run(arguments: list[str]) -> float:
        return clocked(lambda: subprocess.run(arguments, capture_output=True, check=True))

    run(command)  # the file cache; `-P`: the package that is installed, not a folder beside
    times = [run(command) for _ in range(runs)]
    print("whole process, wall time           median     best")
    print(f"  mdverify check                 {median(times):7.3f} s {min(times):7.3f} s")
    starts = [run(nothing) for _ in range(runs)]
    print(f"  mdverify --version             {median(starts):7.3f} s {min(starts):7.3f} s\n")


# --- phases ------------------------------------------------------------------------------------


def phases(sources: Sequence[Source], runs: int) -> None:
    measured = [_phases(sources) for _ in range(runs)]
    first, later = measured[0], measured[1:] or measured
    total = sum(median(one[name] for one in later) for name in first)
    print("phases, all notes in one process   median    share    first run")
    for name in first:
        usual = median(one[name] for one in later)
        print(f"  {name:29} {usual * 1e3:7.1f} ms {usual / total:7.0%} {first[name] * 1e3:9.1f} ms")
    print(f"  {'sum':29} {total * 1e3:7.1f} ms\n")


def _phases(sources: Sequence[Source]) -> dict[str, float]:
    """The phases one after the other; `derive` reads prose and formulas itself, so those are taken off."""
    settings = Settings()
    spent: dict[str, float] = {}
    start = time.perf_counter()

    def lap(name: str) -> None:
        nonlocal start
        now = time.perf_counter()
        spent[name], start = now - start, now

    notes = [read_note(source) for source in sources]
    lap("scan notes")
    for note in notes:
        facts(note)
    lap("facts from prose")
    for note in notes:
        macros = scan_macros(note.source.text)
        for math in note.maths:
            parse(note.source.text, math.span, macros)
    lap("parse formulas")
    derivations = [derive(note) for note in notes]
    lap("derive: names, definitions")
    for derivation in derivations:
        Judge(derivation, gather(derivation), settings.layout).all()
    lap("judge: infer and evaluate")
    spent["derive: names, definitions"] -= spent["facts from prose"] + spent["parse formulas"]
    report = Report(tuple(check_note(source, settings) for source in sources))
    start = time.perf_counter()
    for render in FORMATS.values():
        render(report, Style())
    lap("render, every format")
    return spent


# --- readers -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader by its module and function; `packages` are what it needs."""

    name: str
    module: str
    function: str
    packages: tuple[str, ...]


OTHERS = (
    Reader(
        "latex2sympy2-extended",
        "latex2sympy2_extended",
        "latex2sympy",
        ("latex2sympy2-extended", "antlr4-python3-runtime"),
    ),
    Reader("SymPy parse_latex", "sympy.parsing.latex", "parse_latex", ("sympy", "antlr4-python3-runtime")),
)


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds for every text, the first time and the second, and whether it could be read."""

    cold: tuple[float, ...]
    warm: tuple[float, ...]
    read: tuple[bool, ...]

    def on(self, chosen: Sequence[bool], cold: bool = False) -> float:
        times = self.cold if cold else self.warm
        return sum(seconds for seconds, wanted in zip(times, chosen, strict=True) if wanted)


def sides_of(sources: Sequence[Source]) -> list[str]:
    """Every side of every relation, and every formula without one, as written."""
    found: list[str] = []
    for source in sources:
        note = read_note(source)
        for math in note.maths:
            for statement in parse(source.text, math.span).statements:
                spans = [side.span for side in statement.sides if not is_none(side)]
                found += [source.excerpt(span) for span in spans if span.end > span.start]
    return found


def readers(sides: Sequence[str]) -> None:
    """Cold is the first pass over all sides, warm the second, in which caches and parse tables are filled."""
    logging.disable(logging.CRITICAL)
    own = timed(parse_expression, sides, lambda tree: not any(isinstance(part, Hole) for part in walk(tree)))
    everything = [True] * len(sides)
    print(f"{len(sides)} sides                           read      cold      warm   per side, warm")
    _row("mdverify", own, everything)
    for reader in OTHERS:
        function, why_not = loaded(reader)
        if function is None:
            print(f"  {reader.name:27} skipped: {why_not}")
            continue
        timing = timed(function, sides)
        _row(reader.name, timing, everything)
        for label, chosen in (("all sides", everything), ("those it reads", timing.read)):
            cold, warm = (timing.on(chosen, first) / own.on(chosen, first) for first in (True, False))
            print(f"    mdverify is faster on {label + ':':17} {cold:5.0f} × cold {warm:5.0f} × warm")


def _row(name: str, timing: Timing, chosen: Sequence[bool]) -> None:
    share = sum(timing.read) / len(timing.read)
    cold, warm = timing.on(chosen, cold=True), timing.on(chosen)
    print(f"  {name:27} {share:6.1%} {cold:7.3f} s {warm:7.3f} s {warm / len(chosen) * 1e6:9.0f} µs")


def loaded(reader: Reader) -> tuple[Callable[[str], object] | None, str]:
    """The function of a reader, or why there is none; a first call shows whether its parts fit together."""
    try:
        found = ", ".join(f"{package} {version(package)}" for package in reader.packages)
        function: Callable[[str], object] = getattr(import_module(reader.module), reader.function)
        function("x")
    except PackageNotFoundError as error:
        return None, f"{error.name} is not installed"
    except ImportError as error:
        return None, f"{' '.join(str(error).split())} ({found})"
    return function, found


def is_something(found: object) -> bool:
    return found is not None


def timed(
    function: Callable[[str], object], texts: Sequence[str], complete: Callable[..., bool] = is_something
) -> Timing:
    cold = list(_pass(function, texts, complete))
    warm = list(_pass(function, texts, complete))
    return Timing(tuple(s for s, _ in cold), tuple(s for s, _ in warm), tuple(read for _, read in cold))


def _pass(
    function: Callable[[str], object], texts: Sequence[str], complete: Callable[..., bool]
) -> Iterator[tuple[float, bool]]:
    for text in texts:
        start = time.perf_counter()
        try:
            found = function(text)
        except Exception:  # noqa: BLE001 (the other readers raise it bare)
            yield time.perf_counter() - start, False
            continue
        seconds = time.perf_counter() - start
        yield seconds, complete(found)


if __name__ == "__main__":
    main()
