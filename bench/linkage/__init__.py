"""Matching against the truth and against a plain Splink model: `python -m bench.linkage PART`."""
