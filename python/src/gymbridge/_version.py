"""The version of the package, and of the protocol it speaks."""

from __future__ import annotations

__version__ = "0.1.0"

GENERATION = 1
"""Generation of gymbridge.v1; a host of another generation refuses, with both in the text."""
