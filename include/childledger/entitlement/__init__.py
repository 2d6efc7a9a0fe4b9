"""Entitlement: which services of the published list a child is due, and whose row proves it was received."""
