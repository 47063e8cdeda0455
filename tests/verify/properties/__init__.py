"""Tests of the properties: what each of them takes for a mistake."""
