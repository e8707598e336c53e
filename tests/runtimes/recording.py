# SPDX-License-Identifier: Apache-2.0
"""What one run of a graph did: which body began and ended when, in logical sequence numbers."""

import asyncio
import heapq
import itertools
import random
import threading
import time
from contextlib import contextmanager

ms = 0.001


class Boom(Exception):
    """The error of a node that is to fail."""


class QuietClock:
    """Time for bodies that sleep in threads: the earliest sleeper wakes once nothing has happened for `quiet` seconds.

    Which thread wakes next is then decided by the delays, and not by how busy the machine is.
    """

    def __init__(self, quiet: float = 0.15) -> None:
        self.quiet, self.now, self.sleepers, self.order = quiet, 0, [], itertools.count()
        self.changed, self.touched = threading.Condition(), 0.0

    def sleep(self, milliseconds: int) -> None:
        with self.changed:
            mine = (self.now + milliseconds, next(self.order))
            heapq.heappush(self.sleepers, mine)
            self.touched = time.monotonic()
            while self.sleepers[0] != mine or time.monotonic() - self.touched < self.quiet:
                self.changed.wait(self.quiet / 3)
            heapq.heappop(self.sleepers)
            self.now, self.touched = max(self.now, mine[0]), time.monotonic()


class Body:
    """One execution of a node's body, as the body itself sees it."""

    def __init__(self, recording: "Recording", entry: dict, delay: int) -> None:
        self.recording, self.entry, self.delay = recording, entry, delay

    @property
    def turn(self) -> int:
        """The how-many-th execution of this node this is, from 1."""
        return self.entry["k"]

    async def work(self) -> None:
        if self.recording.clock:
            await asyncio.to_thread(self.recording.clock.sleep, self.delay)
        else:
            await asyncio.sleep(self.delay * ms)

    def work_in_thread(self) -> None:
        self.recording.clock.sleep(self.delay)

    def part(self, name: str) -> None:
        """Marks a part of the body as reached."""
        self.entry.setdefault("parts", []).append(name)

    def sees(self, **values) -> None:
        """Keeps what this execution read."""
        self.entry.setdefault("sees", {}).update(values)


class Recording:
    """`delays(node, k)`: how many milliseconds the k-th execution of a node works. `real_time`: in threads."""

    def __init__(self, delays, real_time: bool = False) -> None:
        self.delays = delays
        self.clock = QuietClock() if real_time else None
        self.executions: list[dict] = []
        self.calls: list[dict] = []
        self.facts: dict = {}
        self._sequence = 0
        self._counts: dict[str, int] = {}
        self._lock = threading.Lock()

    @contextmanager
    def body(self, node: str, round: int | None = None, **more):
        with self._lock:
            k = self._counts[node] = self._counts.get(node, 0) + 1
            entry = {"node": node, "k": k, "call": len(self.calls) + 1, "round": round, **more, "start": self._next()}
            self.executions.append(entry)
        ended = "ok"
        try:
            yield Body(self, entry, self.delays(node, k))
        except asyncio.CancelledError:
            ended = "cancelled"
            raise
        except BaseException as error:
            ended = "interrupted" if type(error).__name__ == "GraphInterrupt" else "failed"
            raise
        finally:
            with self._lock:
                entry["end"] = self._next()
                entry["ended"] = ended

    def now(self) -> int:
        """The sequence number of the last event."""
        return self._sequence

    def lose_after(self, crash: int) -> None:
        """The process died at `crash`: what the last call did since is taken back, and its outcome with it."""
        self.executions = [e for e in self.executions if e["start"] <= crash]
        for entry in self.executions:
            if entry["end"] > crash:
                entry.update(end=crash + 1, ended="cancelled")
        self._counts = {}
        for entry in self.executions:
            self._counts[entry["node"]] = entry["k"]
        self._sequence = crash + 1
        self.calls[-1] = {"outcome": "crash"}

    def _next(self) -> int:
        self._sequence += 1
        return self._sequence

    async def call(self, awaitable, state=None):
        """Awaits one call into the framework and keeps how it came out; `state(result)` picks what to keep of it."""
        kept: dict = {}
        result = None
        try:
            result = await awaitable
            kept = {"outcome": "ok"}
        except Exception as error:
            kept = {"outcome": "error", "error": type(error).__name__}
        if state is not None and kept["outcome"] == "ok":
            kept.update(state(result))
        self.calls.append(kept)
        return result


def delay_patterns(nodes: list[str], case: str, fixed: dict[str, int]):
    """Ways to spread delays over nodes: all alike, rising, falling, each slow, each fast, eight drawn ones.

    At most 50 ms each, all different where the pattern allows it. `fixed` pins nodes whose order is the case itself.
    """
    place = {node: i for i, node in enumerate(nodes)}
    pick = lambda table: lambda node, k: fixed.get(node, table(node, k))
    yield pick(lambda node, k: 10)
    yield pick(lambda node, k: 5 + 4 * place.get(node, 0) % 45)
    yield pick(lambda node, k: 50 - 4 * place.get(node, 0) % 45)
    for slow in nodes:
        yield pick(lambda node, k, slow=slow: 47 if node == slow else 3)
    for fast in nodes:
        yield pick(lambda node, k, fast=fast: 2 if node == fast else 43)
    for drawn in range(8):
        yield pick(lambda node, k, drawn=drawn: random.Random(f"{case}/{drawn}/{node}/{k}").randint(1, 50))
