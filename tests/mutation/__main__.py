"""The whole mutation run; exit status 1 if a mutant survived."""

from __future__ import annotations

import sys

from .run import run, score, unproved


def main() -> int:
    results = run()
    for result in results:
        if result.outcome in ("survived", "accused", "unsettled"):
            print(result)
    for line in unproved():
        print(line)
    print(score(results))
    return int(any(result.outcome == "survived" for result in results))


if __name__ == "__main__":
    sys.exit(main())
