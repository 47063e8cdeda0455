"""Cassettes told in the forms of other tools."""
