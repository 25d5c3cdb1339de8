"""Where everything lies in the shared file: docs/protocol.md, section 16.

Both sides compute it from what Open has told; no offset is ever read from the file.
"""

from __future__ import annotations

import struct

from gymbridge._leaves import FixedLeaf, Layout

VERSION = 1
MAGIC = b"GYMBSHM1"
MESSAGE_BYTES = 64 * 1024
NONCE_BYTES = 16

# Bytes from the start of the file.
VERSION_AT = 8
BYTES_AT = 16
HOST_NONCE_AT = 32
CLIENT_NONCE_AT = 48
REQUEST_HEAD_AT = 320
REPLY_HEAD_AT = 384
MARKS_AT = 448

# Words of four bytes from the start of the file.
REQUEST = 64 // 4
CLIENT_STATE = 68 // 4
REPLY = 128 // 4
HOST_STATE = 132 // 4
HOST_BELL = 192 // 4
HOST_SLEEPS = 196 // 4
CLIENT_BELL = 256 // 4
CLIENT_SLEEPS = 260 // 4

REQUEST_HEAD = struct.Struct("<QIIIII")  # seq, kind, epoch, timeout_ms, want_info, length
REPLY_HEAD = struct.Struct("<QIIIII")  # seq, status, columns, env_us, server_us, length

STEP, MESSAGE = 1, 2  # Kinds of request.
DONE, ON_STREAM = 1, 2  # What a reply says: executed; or the gRPC connection has the answer.
OBSERVATIONS, OUTCOMES = 1, 2  # Columns of a reply that count.
HERE, GONE = 1, 2  # What a side says of itself.

_LINE = 64
_PAGE = 4096
_LEAST_ACTION_ITEM = 8  # An int64 or float64 in the place of a narrower one.


class FileLayout:
    """Offsets in the file of one session.

    Attributes:
        lanes: Count of lanes.
        actions: Where the action columns begin, by leaf.
        action_room: Their bytes.
        observations: Where the observation columns begin, by leaf.
        reward: Where the rewards begin.
        terminated: Where the flags of ends begin.
        truncated: Where the flags of cuts begin.
        request_message: Where the message of a request begins.
        reply_message: Where the message of a reply begins.
        size: Bytes of the file.
    """

    def __init__(self, observation: list[FixedLeaf], action: list[FixedLeaf], lanes: int) -> None:
        """Lays everything out."""
        self.lanes = lanes
        at = MARKS_AT + 2 * len(action)

        def take(size: int) -> int:
            nonlocal at
            start = -(-at // _LINE) * _LINE
            at = start + size
            return start

        rooms = [leaf.nbytes // leaf.dtype.itemsize * max(_LEAST_ACTION_ITEM, leaf.dtype.itemsize) for leaf in action]
        self.action_room = [room * lanes for room in rooms]
        self.actions = [take(room) for room in self.action_room]
        self.observations = [take(leaf.nbytes * lanes) for leaf in observation]
        self.reward = take(8 * lanes)
        self.terminated = take(lanes)
        self.truncated = take(lanes)
        self.request_message = take(MESSAGE_BYTES)
        self.reply_message = take(MESSAGE_BYTES)
        self.size = -(-at // _PAGE) * _PAGE


def layout_of(observation: Layout, action: Layout, lanes: int) -> FileLayout | None:
    """The layout for an environment; None where a space has leaves without a fixed size, or it would be too large."""
    observations = [leaf for leaf in observation.leaves if isinstance(leaf, FixedLeaf)]
    actions = [leaf for leaf in action.leaves if isinstance(leaf, FixedLeaf)]
    if len(observations) != observation.count or len(actions) != action.count:
        return None
    layout = FileLayout(observations, actions, lanes)
    return layout if layout.size < 1 << 31 else None
