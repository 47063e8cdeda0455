"""Tests of the ready adapters."""
