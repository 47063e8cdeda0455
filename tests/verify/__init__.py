"""Tests of what proves clients."""
