"""The command line.

What judges notes needs numpy and is imported inside the commands that judge, so that `--help`,
`--version`, `explain` and `rules` start at once.
"""

from __future__ import annotations

import argparse
import gc
import io
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn, TextIO

from mdverify import cache, files
from mdverify.diagnostics import RULES, Rule, labels, rule
from mdverify.messages import LANGUAGES, Message, message
from mdverify.render import FINDINGS_ONLY, FORMATS, Style, summary
from mdverify.report import Report
from mdverify.selection import failed
from mdverify.settings import FAIL_ON, LAYOUTS, Settings, UsageError, codes, load, suggest
from mdverify.source import Source
from mdverify.version import VERSION

OK, FOUND, USAGE, INTERRUPTED = 0, 1, 2, 130

COMMON: dict[str, dict[str, Any]] = {
    "--language": {"choices": LANGUAGES, "help": "language of the report"},
}
CONFIGURED: dict[str, dict[str, Any]] = {
    "--layout": {"choices": LAYOUTS, "help": "layout convention, where the note declares none"},
    "--config": {"metavar": "FILE", "help": "read the configuration from FILE"},
}
CONFIGURED_SITE: dict[str, dict[str, Any]] = {"--config": CONFIGURED["--config"]}
CHECK: dict[str, dict[str, Any]] = {
    "--output-format": {"choices": tuple(FORMATS), "default": "full", "help": "default: full"},
    **CONFIGURED,
    "--select": {"metavar": "RULE,...", "help": "report these rules only"},
    "--ignore": {"metavar": "RULE,...", "help": "do not report these rules"},
    "--fail-on": {"choices": FAIL_ON, "help": "lowest severity that makes the exit status 1"},
    "--jobs": {"type": int, "metavar": "N", "help": "number of processes"},
    "--no-cache": {"action": "store_true", "help": "judge every note anew"},
    "--statistics": {"action": "store_true", "help": "count findings by rule, list every reason"},
    "--exit-zero": {"action": "store_true", "help": "exit status 0 even with findings"},
}


class Parser(argparse.ArgumentParser):
    """Reports a wrong usage like every other mistake of the caller: in one line."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(Message("usage", (("text", message),)))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the result is the exit status."""
    _speak_unicode()
    given = sys.argv[1:] if arguments is None else arguments
    try:
        return _run(given)
    except UsageError as error:
        _complain(Style(_language(given)), error.message)
        return USAGE
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader (`| head`) has gone; nothing may be flushed to it when Python exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FOUND


def _run(arguments: Sequence[str]) -> int:
    options, unknown = parser().parse_known_args(arguments)
    if unknown:
        name = unknown[0].partition("=")[0]
        raise UsageError(suggest(message("unknown-argument", name=name), name, (*CHECK, *COMMON)))
    command: Callable[[argparse.Namespace], int] = options.run
    status = command(options)
    sys.stdout.flush()
    return status


def parser() -> Parser:
    top = Parser(prog="mdverify", description="Judges the mathematics in Markdown notes.", allow_abbrev=False)
    top.add_argument("--version", action="version", version=f"mdverify {VERSION}")
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    check = _command(commands, "check", _check, "judge every relation in notes", CHECK)
    check.add_argument("paths", nargs="*", metavar="PATH", help='notes or folders; "-" reads standard input')
    explain = _command(commands, "explain", _explain, "what a rule reports, and why", {})
    explain.add_argument("rule", metavar="RULE", help="code or name of a rule")
    show = _command(commands, "show", _show, "how a formula is read", CONFIGURED)
    show.add_argument("place", metavar="FILE:LINE", help="where the formula stands")
    site = _command(
        commands, "site", _site, "formulas that a common site set-up leaves as typed", CONFIGURED_SITE
    )
    site.add_argument("paths", nargs="*", metavar="PATH", help="notes or folders")
    _command(commands, "rules", _rules, "all rules, one a line", {})
    return top


def _command(
    commands: Any,
    name: str,
    run: Callable[[argparse.Namespace], int],
    text: str,
    options: dict[str, dict[str, Any]],
) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(
        name, help=text, description=f"{text[0].upper()}{text[1:]}.", allow_abbrev=False
    )
    command.set_defaults(run=run)
    for option, details in (options | COMMON).items():
        command.add_argument(option, **details)
    return command


def _check(options: argparse.Namespace) -> int:
    paths = options.paths or ["."]
    settings = _settings(options, paths[0])
    sources = [files.read(path, sys.stdin.buffer) for path in files.collect(paths, settings)]
    shelf = None if options.no_cache else Path(settings.root) / cache.FOLDER
    with _progress(len(sources), settings):
        report = cache.judged(sources, settings, _judge, shelf)
    style = Style(settings.language, _has_colour(sys.stdout), options.statistics)
    sys.stdout.write(FORMATS[options.output_format](report, style))
    if options.output_format in FINDINGS_ONLY:
        sys.stdout.flush()
        sys.stderr.write(summary(report, replace(style, colour=_has_colour(sys.stderr))))
    failures = [note.failure for note in report.notes if note.failure is not None]
    for failure in failures:
        _complain(style, failure)
    if failures:
        return FOUND  # whatever was asked for: the run says less than it seems to
    return FOUND if failed(report, settings.fail_on) and not options.exit_zero else OK


def _complain(style: Style, said: Message) -> None:
    """One line on the error stream."""
    print(style.say("error-line", text=" ".join(style.text(said).split())), file=sys.stderr)


def _judge(sources: Sequence[Source], settings: Settings) -> Report:
    gc.disable()  # until `own_process`: of what comes with a module nothing is garbage
    # Numpy comes with it.
    from mdverify.check import check_sources, own_process

    own_process()
    return check_sources(sources, settings)


def _show(options: argparse.Namespace) -> int:
    path, line = _place(options.place)
    settings = _settings(options, path)
    (note,) = files.collect([path], settings)[:1]
    source = files.read(note, sys.stdin.buffer)
    if not 1 <= line <= source.lines:
        raise UsageError(message("no-such-line", path=path, lines=source.lines, line=line))
    # Numpy comes with it.
    from mdverify.explain import show_formula

    text = show_formula(source, line, settings)
    if not text:
        raise UsageError(message("no-formula", line=line, path=path))
    print(text.rstrip("\n"))
    return OK


def _site(options: argparse.Namespace) -> int:
    # The parser of notes comes with them.
    from mdverify.notes import read_note
    from mdverify.stock import hidden

    paths = options.paths or ["."]
    settings = _settings(options, paths[0])
    style = Style(settings.language, _has_colour(sys.stdout))
    notes = [read_note(files.read(path, sys.stdin.buffer)) for path in files.collect(paths, settings)]
    count = 0
    for note in notes:
        for each in hidden(note):
            count += 1
            place = note.source.place(each.math.outer.start)
            print(f"{note.source.path}:{place.line}:{place.column}: {style.text(each.said)}")
    every = sum(len(note.maths) for note in notes)
    print(style.say("stock-sum", count=count, all=every, notes=len(notes)))
    return FOUND if count else OK


def _explain(options: argparse.Namespace) -> int:
    try:
        known = rule(options.rule)
    except KeyError:
        missing = message("unknown-rule", name=options.rule)
        raise UsageError(suggest(missing, options.rule, labels())) from None
    print(explanation(known, options.language or "en"))
    return OK


def _rules(options: argparse.Namespace) -> int:
    for each in RULES:
        summary_ = each.summary.text(options.language or "en")
        print(f"{each.code}  {each.name:22} {each.severity:9} {summary_}")
    return OK


HEADINGS = {
    "en": ("What it reports", "Why it matters", "For example", "Better"),
    "zh": ("检查什么", "为什么重要", "例如", "应写作"),
}


def explanation(known: Rule, language: str) -> str:
    """The documentation of a rule."""
    texts = (
        known.what.text(language),
        known.why.text(language),
        known.example_bad,
        known.example_good,
    )
    parts = [f"{known.code} {known.name} ({known.severity})", known.summary.text(language)]
    for heading, text in zip(HEADINGS[language], texts, strict=True):
        parts.append(heading + "\n" + "\n".join(f"    {line}" for line in text.splitlines()))
    return "\n\n".join(parts)


def _settings(options: argparse.Namespace, first_path: str) -> Settings:
    """The configuration with what the command line says over it."""
    settings = load("." if first_path == files.STDIN else first_path, options.config)
    given: dict[str, Any] = {
        name: getattr(options, name)
        for name in ("layout", "language", "fail_on", "jobs")
        if getattr(options, name, None) is not None
    }
    for name in ("select", "ignore"):
        if getattr(options, name, None) is not None:
            given[name] = codes(filter(None, re.split(r"[,\s]+", getattr(options, name))))
    if given.get("jobs", 1) < 1:
        raise UsageError(message("jobs-number"))
    return replace(settings, **given)


def _place(text: str) -> tuple[str, int]:
    path, _, line = text.rpartition(":")
    if not path or not line.isdecimal():
        raise UsageError(message("not-a-place", text=text))
    return path, int(line)


@contextmanager
def _progress(count: int, settings: Settings) -> Iterator[None]:
    """A line on the error stream while notes are judged, on a terminal only."""
    if not sys.stderr.isatty():
        yield
        return
    print(Style(settings.language).say("judging", count=count), end="", file=sys.stderr, flush=True)
    try:
        yield
    finally:
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def _has_colour(stream: TextIO) -> bool:
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _language(arguments: Sequence[str]) -> str:
    """The language asked for, even where the arguments could not be understood."""
    found = re.search(r"--language[= ](\w+)", " ".join(arguments))
    return found[1] if found and found[1] in LANGUAGES else "en"


def _speak_unicode() -> None:
    """Reports are UTF-8 on every system; a path that is not Unicode must not stop one."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
