"""How the contract is explored: Hypothesis strategies for what is asked, what is answered and what goes wrong."""

from mockclaude.strategies.blocks import content_blocks
from mockclaude.strategies.conversations import conversations
from mockclaude.strategies.faults import fault_sequences, faults
from mockclaude.strategies.images import ImageFile, images
from mockclaude.strategies.messages import messages
from mockclaude.strategies.near_misses import NearMiss, near_misses
from mockclaude.strategies.pdfs import PdfFile, pdfs
from mockclaude.strategies.requests import requests
from mockclaude.strategies.scripts import Script, scripts
from mockclaude.strategies.served import FEATURES
from mockclaude.strategies.streams import Stream, streams
from mockclaude.strategies.texts import texts
from mockclaude.strategies.tool_inputs import tool_inputs
from mockclaude.strategies.tools import tools
from mockclaude.strategies.violations import Refusal, Violation, violations
from mockclaude.strategies.wires import Cut, Wire, wires

__all__ = [
    "FEATURES",
    "Cut",
    "ImageFile",
    "NearMiss",
    "PdfFile",
    "Refusal",
    "Script",
    "Stream",
    "Violation",
    "Wire",
    "content_blocks",
    "conversations",
    "fault_sequences",
    "faults",
    "images",
    "messages",
    "near_misses",
    "pdfs",
    "requests",
    "scripts",
    "streams",
    "texts",
    "tool_inputs",
    "tools",
    "violations",
    "wires",
]
