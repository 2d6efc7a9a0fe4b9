"""Benchmarks that print figures, and the generator of damaged files that tests share with them."""
