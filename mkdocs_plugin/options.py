"""What can be said of mdverify in mkdocs.yml."""

from __future__ import annotations

from mkdocs.config import base
from mkdocs.config import config_options as c

from mdverify.messages import LANGUAGES
from mdverify.pages.options import NOTE, SHOWN
from mdverify.report import FINDINGS
from mdverify.settings import FAIL_ON, LAYOUTS


class Options(base.Config):  # type: ignore[no-untyped-call]
    """Whatever is not said here is taken from the configuration of the project, where there is one."""

    layout = c.Optional(c.Choice(LAYOUTS))
    select = c.ListOfItems(c.Type(str), default=[])
    ignore = c.ListOfItems(c.Type(str), default=[])
    show = c.ListOfItems(c.Choice(SHOWN), default=[name for name in SHOWN if name in FINDINGS])
    # Without it findings are warnings, which end a build with --strict.
    fail_on = c.Optional(c.Choice(FAIL_ON))
    language = c.Optional(c.Choice((*LANGUAGES, NOTE)))
    report = c.Type(bool, default=True)
    report_page = c.Type(str, default="mdverify.md")
    badge = c.Type(bool, default=True)
    cache = c.Type(bool, default=True)
    config = c.Optional(c.File(exists=True))
