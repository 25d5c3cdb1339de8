"""A client that does as it is told, for tests of servers."""

from __future__ import annotations

from typing import Any

import grpc
import numpy as np

from gymbridge import _wire
from gymbridge._channel import open_channel
from gymbridge._generated import env_service_pb2 as pb
from gymbridge._generated import values_pb2
from gymbridge._refusals import TRAILER, Detail, decode_detail
from gymbridge._version import GENERATION

_SECONDS = 20.0


class RefusedError(Exception):
    """A call that the server refused.

    Attributes:
        status: Name of the gRPC status.
        detail: The structured detail.
    """

    def __init__(self, error: grpc.RpcError) -> None:
        """Reads status and detail."""
        super().__init__(f"{error.code().name}: {error.details()}")
        self.status = error.code().name
        trailers = dict(error.trailing_metadata() or ())
        self.detail = decode_detail(trailers[TRAILER]) if TRAILER in trailers else Detail()


class Client:
    """Raw calls of the contract."""

    def __init__(self, address: str) -> None:
        """Connects when it is first used."""
        self._channel, self._metadata = open_channel(address, 1 << 28)

    def call(self, name: str, request: Any, reply: Any) -> Any:
        """One unary call.

        Raises:
            RefusedError: The server refused it.
        """
        function = self._channel.unary_unary(f"/{_wire.SERVICE}/{name}")
        data = request if isinstance(request, bytes) else request.SerializeToString()
        try:
            raw: bytes = function(data, _SECONDS, self._metadata)
        except grpc.RpcError as error:
            raise RefusedError(error) from None
        return raw if reply is bytes else reply.FromString(raw)

    def list(self) -> pb.ListResponse:
        """What the server has."""
        reply: pb.ListResponse = self.call("List", pb.ListRequest(), pb.ListResponse)
        return reply

    def open(self, env_id: str, **fields: Any) -> Game:
        """Opens a session."""
        request = pb.OpenRequest(**{"generation": GENERATION, "env_id": env_id, **fields})
        return Game(self, self.call("Open", request, pb.Session))

    def close(self) -> None:
        """Closes the channel."""
        self._channel.close()


class Game:
    """A session, and calls on it by hand.

    Attributes:
        session: What Open answered.
        seq: The number of the last call.
    """

    def __init__(self, client: Client, session: pb.Session) -> None:
        """Starts behind the calls that were made."""
        self.client = client
        self.session = session
        self.seq = session.last_seq

    def message(self, **fields: Any) -> pb.Call:
        """The next call; its number is taken when :meth:`exchange` succeeds."""
        base = {"seq": self.seq + 1, "session_id": self.session.session_id, "epoch": self.session.epoch}
        return pb.Call(**{**base, **fields})

    def raw(self, call: pb.Call) -> bytes:
        """A reply's bytes."""
        data: bytes = self.client.call("Exchange", call, bytes)
        return data

    def exchange(self, **fields: Any) -> pb.Reply:
        """Makes the next call."""
        call = self.message(**fields)
        reply = pb.Reply.FromString(self.raw(call))
        self.seq = max(self.seq, call.seq)
        return reply

    def reset(self, *seeds: int, **fields: Any) -> pb.Reply:
        """Starts an episode in every lane."""
        messages = [values_pb2.Seed(value=seed.to_bytes((seed.bit_length() + 7) // 8, "little")) for seed in seeds]
        return self.exchange(reset=pb.Reset(seeds=messages, **fields))

    def step(self, *actions: int, **fields: Any) -> pb.Reply:
        """Takes one step of a Discrete action space of int64."""
        return self.exchange(step=self.action(*actions, **fields))

    def action(self, *actions: int, **fields: Any) -> pb.Step:
        """The message of a step."""
        return pb.Step(
            action=[np.array(actions or [0] * self.session.lanes, "<i8").tobytes()], want_info=True, **fields
        )

    def close(self, **fields: Any) -> None:
        """Ends the session."""
        self.client.call("Close", pb.CloseRequest(session_id=self.session.session_id, **fields), pb.CloseResponse)


def rows(reply: pb.Reply, lanes: int) -> np.ndarray[Any, Any]:
    """Observations of CartPole by lane."""
    return np.frombuffer(reply.observation[0], "<f4").reshape(lanes, 4)
