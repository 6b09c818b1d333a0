"""What the plugin costs: a site of 200 notes built without it, with it on an empty cache, and again.

    python bench/site.py [--notes 200] [--repeat 3] [FOLDER ...]

Every build is a process of its own. The notes are those of the folders (the sample notes if none is named),
in turn, each copy with a line of its own, so that none is the same as another.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from time import perf_counter

ROOT = Path(__file__).parents[1]
THEME = "theme:\n  name: {theme}\n"
PLAIN = "site_name: Bench\nmarkdown_extensions:\n  - tables\n  - pymdownx.arithmatex:\n      generic: true\n"
PLUGINS = {
    "plain": "plugins: [search]\n",
    "plugin": "plugins:\n  - search\n  - mdverify:\n      fail_on: never\n",
}


def main() -> None:
    options = arguments()
    with tempfile.TemporaryDirectory() as scratch:
        site = Path(scratch)
        fill(site / "docs", options.folders, options.notes)
        for name, plugins in PLUGINS.items():
            text = PLAIN + THEME.format(theme=options.theme) + plugins
            (site / f"{name}.yml").write_text(text, encoding="utf-8")
        plain, cold, warm = measure(site, options.repeat)
    print(f"{options.notes} notes, theme {options.theme}, median of {options.repeat}")
    print(f"plain  {plain:6.2f} s")
    print(f"cold   {cold:6.2f} s  {cold / plain:5.2f} times")
    print(f"warm   {warm:6.2f} s  {warm / plain:5.2f} times")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="*", type=Path, default=[ROOT / "sample_notes"])
    parser.add_argument("--notes", type=int, default=200)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--theme", default="material")
    return parser.parse_args()


def fill(docs: Path, folders: list[Path], count: int) -> None:
    docs.mkdir()
    notes = sorted(path for folder in folders for path in folder.glob("*.md"))
    for number, path in enumerate(islice(cycle(notes), count)):
        text = path.read_text(encoding="utf-8")
        (docs / f"note{number:03}.md").write_text(f"{text}\n\nCopy {number}.\n", encoding="utf-8")


def measure(site: Path, repeat: int) -> tuple[float, float, float]:
    """Medians of the plain, the cold and the warm build, taken in turn."""
    times: list[tuple[float, float, float]] = []
    for _ in range(repeat):
        shutil.rmtree(site / ".mdverify_cache", ignore_errors=True)
        times.append((build(site, "plain"), build(site, "plugin"), build(site, "plugin")))
    plain, cold, warm = (median(column) for column in zip(*times, strict=True))
    return plain, cold, warm


def build(site: Path, name: str) -> float:
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "-f", str(site / f"{name}.yml")]
    start = perf_counter()
    subprocess.run([*command, "-d", str(site / "out" / name)], check=True, stderr=subprocess.DEVNULL)
    return perf_counter() - start


if __name__ == "__main__":
    main()
