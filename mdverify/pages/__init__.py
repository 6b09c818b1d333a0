"""Verdicts inside rendered pages: a Python-Markdown extension and what a docs site needs around it."""
