"""Generators that are one with those of remote environments."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np
from gymnasium.utils import seeding

from gymbridge import _seeding
from gymbridge._generated import env_service_pb2 as pb

if TYPE_CHECKING:
    from gymbridge._session import Session

_REFERENCES_OF_OURS = 2  # The attribute, and the argument of getrefcount.


class _Lane:
    """The generator of one lane that somebody asked for."""

    __slots__ = ("fresh", "generator", "seed", "synced", "wanted")

    def __init__(self, generator: np.random.Generator, seed: int) -> None:
        self.generator = generator
        self.seed = seed
        self.synced: Any = generator.bit_generator.state
        self.fresh = True  # Whether it is in the state of the environment's, or ahead of it by draws made here.
        self.wanted = True  # Whether somebody asked for it since the last call.

    def held(self) -> bool:
        return sys.getrefcount(self.generator) > _REFERENCES_OF_OURS


class LiveGenerators:
    """Keeps the generators in the user's hands and those of the environment's lanes in one state.

    What was drawn here is written before the next call of the environment is executed, in the same message; while
    somebody holds a generator, or asked for it since the call before, each reply brings the state after the call.
    """

    def __init__(self, session: Session) -> None:
        """Starts with none."""
        self._session = session
        self._lanes: dict[int, _Lane] = {}
        self._minted: dict[int, int] = {}  # Seeds of generators that nobody had seeded before us.

    def get(self, lane: int) -> tuple[np.random.Generator, int]:
        """The generator of a lane, the same object as long as it is in use, and its seed."""
        known = self._lanes.get(lane)
        if known is not None and known.fresh:
            known.wanted = True
            return known.generator, known.seed
        state: Any
        state, seed = self._session.generator_state(lane)
        if state is None or seed is None:
            # Never seeded: Gymnasium seeds on first use, from the system's entropy.
            generator, seed = seeding.np_random()
            self._session.set_generator(generator, lane)
            self._minted[lane] = seed
            state = generator.bit_generator.state
        seed = self._minted.get(lane, seed)
        if known is None:
            known = self._lanes[lane] = _Lane(np.random.Generator(np.random.PCG64(0)), seed)
        self._take(known, state, seed)
        known.wanted = True
        return known.generator, known.seed

    def set(self, lane: int, generator: np.random.Generator) -> None:
        """Makes a generator of the user's that of a lane, as ``np_random``'s setter does: the seed is -1 then.

        Raises:
            TypeError: It is no PCG64.
        """
        self._session.set_generator(generator, lane)
        self._minted.pop(lane, None)
        self._lanes[lane] = _Lane(generator, -1)

    def forget(self, lane: int) -> None:
        """A seeded reset gives the environment a new generator; those in the user's hands are of the former."""
        self._lanes.pop(lane, None)
        self._minted.pop(lane, None)

    def before(self, call: pb.Call) -> bool:
        """Adds to a call what was drawn here, and asks for the states after it; False if nobody cares any more."""
        del call.generators[:]
        wanted = False
        for lane, known in list(self._lanes.items()):
            held = known.held()
            if known.fresh:
                state = known.generator.bit_generator.state
                if state != known.synced:
                    _seeding.encode_state(state, known.seed, call.generators.add(lane=lane).state)
            if held or known.wanted:
                wanted = True
            elif not call.generators:
                del self._lanes[lane]
            known.wanted = False
        call.want_generators = wanted
        return bool(self._lanes)

    def after(self, call: pb.Call, reply: pb.Reply) -> None:
        """Takes the states that a reply brought."""
        wanted = call.want_generators
        del call.generators[:]
        call.want_generators = False
        for known in self._lanes.values():
            known.fresh = False
        for item in reply.generators:
            lane = self._lanes.get(item.lane)
            if lane is not None:
                self._take(lane, *_seeding.decode_state(item.state))
        if wanted:
            for index, known in list(self._lanes.items()):
                if not known.fresh and known.held():  # The environment raised: its reply brings nothing else.
                    self.get(index)

    @staticmethod
    def _take(known: _Lane, state: Any, seed: int | None) -> None:
        known.generator.bit_generator.state = state
        known.synced = known.generator.bit_generator.state
        known.fresh = True
        if seed is not None and seed >= 0:
            known.seed = seed
