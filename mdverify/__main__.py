"""`python -m mdverify` is the command `mdverify`."""

from __future__ import annotations

import sys

from mdverify.cli import main

sys.exit(main())
