"""Does a server keep the wire contract? Cases that run against any gymbridge.v1 server, in any language.

``python -m gymbridge.compliance --address unix:/path`` runs those of docs/protocol.md, section 13.
"""

from __future__ import annotations

from gymbridge.compliance._cases import CASES
from gymbridge.compliance._run import Outcome, run, run_on

__all__ = ["CASES", "Outcome", "run", "run_on"]
