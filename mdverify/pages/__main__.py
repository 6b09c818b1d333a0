"""Copy the style sheet and the script for pages into a folder, for sites that only use the extension.

python -m mdverify.pages FOLDER
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from mdverify.pages.assets import ASSETS


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0].startswith("-"):
        print("usage: python -m mdverify.pages FOLDER", file=sys.stderr)
        return 2
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    for asset in ASSETS:
        shutil.copyfile(asset, folder / asset.name)
        print(folder / asset.name)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
