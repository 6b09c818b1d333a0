"""mdverify: a linter for mathematics in Markdown notes."""
