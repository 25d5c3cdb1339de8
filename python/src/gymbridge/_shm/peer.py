"""The process at the other end of shared memory."""

from __future__ import annotations

import os
import select

from gymbridge._shm.errors import SharedMemoryError


class Peer:
    """The process at the other end, by a descriptor of its own, so that a number that is used again deceives nobody.

    Attributes:
        descriptor: Something can be read from it when the process has ended.
    """

    def __init__(self, process_id: int) -> None:
        """Watches it.

        Raises:
            SharedMemoryError: There is no such process, or the system is too old.
        """
        try:
            self.descriptor = os.pidfd_open(process_id)
        except OSError as error:
            raise SharedMemoryError(f"the system does not tell whether process {process_id} lives ({error})") from None
        self._poll = select.poll()
        self._poll.register(self.descriptor, select.POLLIN)

    def ended(self) -> bool:
        """Whether it has ended, be it that nobody has waited for it yet."""
        return bool(self._poll.poll(0))

    def __del__(self) -> None:
        """Lets go of it."""
        descriptor = self.__dict__.get("descriptor")
        if descriptor is not None:
            os.close(descriptor)
