# SPDX-License-Identifier: Apache-2.0
"""An asyncio loop whose clock jumps to the next timer instead of waiting for it.

Delays of nodes are then exact and cost nothing, so a recording does not depend on how busy the machine is, and
recording again gives the same file. Bodies that run in threads block in real time; such cases say so themselves.
"""

import asyncio
import selectors


class _JumpingSelector(selectors.DefaultSelector):
    """Polls the real selector; where that has nothing, the time asked for has passed at once."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout=None):
        if timeout is None:  # no timer is due: only a real event (a thread that ends) can go on
            return super().select(None)
        ready = super().select(0)
        if not ready and timeout > 0:
            self.now += timeout
        return ready


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now


def run(coroutine, *, real_time: bool = False):
    """Runs `coroutine` to its end on a fresh loop and returns what it returns."""
    factory = asyncio.new_event_loop if real_time else VirtualTimeLoop
    with asyncio.Runner(loop_factory=factory) as runner:
        return runner.run(coroutine)
