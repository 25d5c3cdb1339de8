"""A window on this machine for the frames of an environment on another."""

from __future__ import annotations

from typing import Any

import numpy as np
from gymnasium.error import DependencyNotInstalled


class Window:
    """A pygame window, opened with the first frame."""

    def __init__(self, fps: Any) -> None:
        """Loads pygame.

        Args:
            fps: The environment's ``render_fps``; None is 30.

        Raises:
            gymnasium.error.DependencyNotInstalled: There is no pygame.
        """
        try:
            import pygame
        except ImportError as error:
            raise DependencyNotInstalled(
                'pygame is not installed, run `pip install "gymbridge[classic-control]"`'
            ) from error
        self._pygame = pygame
        self._fps = float(fps or 30)
        self._screen: Any = None
        self._clock: Any = None

    def show(self, frame: Any) -> None:
        """Shows a frame and waits until the next is due.

        Args:
            frame: uint8 (height, width, 3).

        Raises:
            TypeError: It is no such array.
        """
        if not isinstance(frame, np.ndarray) or frame.ndim != 3 or frame.shape[2] != 3:
            raise TypeError(f"A frame of shape (height, width, 3) is needed to show it, got {type(frame).__name__}.")
        pygame = self._pygame
        height, width = frame.shape[:2]
        if self._screen is None:
            pygame.display.init()
            self._screen = pygame.display.set_mode((width, height))
            self._clock = pygame.time.Clock()
        self._screen.blit(pygame.surfarray.make_surface(frame.swapaxes(0, 1)), (0, 0))
        pygame.event.pump()
        self._clock.tick(self._fps)
        pygame.display.flip()

    def close(self) -> None:
        """Closes the window."""
        if self._screen is not None:
            self._pygame.display.quit()
            self._screen = None
