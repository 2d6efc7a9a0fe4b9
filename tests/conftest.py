"""Fixtures are plain modules, listed here and nowhere else."""

pytest_plugins = ("fix_db",)
