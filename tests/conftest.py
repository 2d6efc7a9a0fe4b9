"""Fixtures are plain modules, listed here and nowhere else; the bar is what nobody waits for on every change."""

from hypothesis import settings

pytest_plugins = ("fix_db",)
settings.register_profile("bar", max_examples=200)
