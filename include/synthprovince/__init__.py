"""A province that does not exist: its people, its departments' dirty files, and the truth to judge results by.

For the demo, tests, evaluation and load runs; the product never imports it.
"""

from synthprovince.rounds import Dropped, drop

__all__ = ["Dropped", "drop"]
