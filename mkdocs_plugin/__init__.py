"""The MkDocs plugin of mdverify: options, events, files, the log, the end of a build. No judgement.

What a page shows is decided in `mdverify.pages`.
"""

from mkdocs_plugin.plugin import MdverifyPlugin

__all__ = ["MdverifyPlugin"]
