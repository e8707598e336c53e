# SPDX-License-Identifier: Apache-2.0
"""An asyncio loop whose clock jumps to the next timer instead of waiting for it.

Delays of nodes are then exact and cost nothing, so a recording does not depend on how busy the machine is, and
recording again gives the same file. While a thread is at work the clock stands still. Bodies that sleep in threads
need real time; their cases say so.
"""

import asyncio
import selectors


class _JumpingSelector(selectors.DefaultSelector):
    """Polls the real selector; where that has nothing, the time asked for has passed at once."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.threads = 0

    def select(self, timeout=None):
        if timeout is None or (timeout > 0 and self.threads > 0):  # only a thread that ends can go on
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

    def run_in_executor(self, executor, function, *arguments):
        return self.stand_still(super().run_in_executor(executor, function, *arguments))

    def stand_still(self, future):
        """Lets no time pass until `future`, which a thread will fulfil, is done."""

        def ended(_) -> None:
            self._jumping.threads -= 1

        self._jumping.threads += 1
        future.add_done_callback(ended)
        return future


_wrap_future = asyncio.wrap_future


def _wrap_and_stand_still(future, *, loop=None):
    loop = loop or asyncio.get_running_loop()
    wrapped = _wrap_future(future, loop=loop)
    return loop.stand_still(wrapped) if isinstance(loop, VirtualTimeLoop) else wrapped


asyncio.wrap_future = _wrap_and_stand_still


def run(coroutine, *, real_time: bool = False):
    """Runs `coroutine` to its end on a fresh loop and returns what it returns."""
    factory = asyncio.new_event_loop if real_time else VirtualTimeLoop
    with asyncio.Runner(loop_factory=factory) as runner:
        return runner.run(coroutine)
