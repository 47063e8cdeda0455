"""How the contract is explored: Hypothesis strategies for requests that are accepted and requests that are refused."""

from mockclaude.strategies.conversations import conversations
from mockclaude.strategies.images import ImageFile, images
from mockclaude.strategies.near_misses import NearMiss, near_misses
from mockclaude.strategies.pdfs import PdfFile, pdfs
from mockclaude.strategies.requests import requests
from mockclaude.strategies.served import FEATURES
from mockclaude.strategies.texts import texts
from mockclaude.strategies.violations import Refusal, Violation, violations

__all__ = [
    "FEATURES",
    "ImageFile",
    "NearMiss",
    "PdfFile",
    "Refusal",
    "Violation",
    "conversations",
    "images",
    "near_misses",
    "pdfs",
    "requests",
    "texts",
    "violations",
]
