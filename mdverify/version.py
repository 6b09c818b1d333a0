"""The version of mdverify, in one place for the package, the command line and the reports."""

VERSION = "0.1.0"
