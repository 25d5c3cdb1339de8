"""Ctrl-C while the main thread is inside of the runtime: Python's own handler runs only when that thread is back."""

from __future__ import annotations

import contextlib
import signal
import socket
import threading
import time
from collections.abc import Callable

_AFTER_SECONDS = 1.05
"""How long a call may go on after Ctrl-C, and a little more: the runtime looks how long it has run."""


class Interrupts:
    """Hears of signals when they come, by :func:`signal.set_wakeup_fd`, as far as nobody else does.

    A call is ended where Python would raise KeyboardInterrupt once it is back; not where a program has a handler of its
    own, which may mean to let the call end.
    """

    def __init__(self, note_main_thread: Callable[[], None], interrupt: Callable[[], None]) -> None:
        """Hears of nothing yet.

        Args:
            note_main_thread: Tells the runtime which thread is meant; called on it.
            interrupt: Ends the call of that thread if it has run for long.
        """
        self._note_main_thread, self._interrupt = note_main_thread, interrupt
        self._reader: socket.socket | None = None
        self._writer: socket.socket | None = None

    def listen(self) -> None:
        """Hears of signals from now on; on another thread than the main one it does nothing."""
        if threading.current_thread() is not threading.main_thread():
            return
        if self._writer is None:
            self._reader, self._writer = socket.socketpair()
            self._writer.setblocking(False)
            self._note_main_thread()
            threading.Thread(target=self._run, args=(self._reader,), daemon=True, name="gymbridge-interrupts").start()
        former = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        if former not in (-1, self._writer.fileno()):
            signal.set_wakeup_fd(former)  # An event loop, for one, which is told of signals that way.

    def forget(self) -> None:
        """In a forked child: what this process hears is not the parent's."""
        writer, self._writer = self._writer, None
        if writer is not None:
            with contextlib.suppress(ValueError):
                former = signal.set_wakeup_fd(-1)
                if former not in (-1, writer.fileno()):
                    signal.set_wakeup_fd(former)

    def _run(self, reader: socket.socket) -> None:
        while data := reader.recv(256):
            self.heard(data)

    def heard(self, signals: bytes) -> None:
        """Ends the call of the main thread, if one of these signals is to."""
        if signal.SIGINT in signals and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            time.sleep(_AFTER_SECONDS)
            self._interrupt()
