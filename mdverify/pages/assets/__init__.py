"""The files that a browser needs: a style sheet, and a script for the reader's switch."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).parent
STYLE = _HERE / "mdverify.css"
SCRIPT = _HERE / "mdverify.js"
ASSETS = (STYLE, SCRIPT)
