#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""simpy_peer.py hold|phold N EVENTS: SimPy, by the interface of Debian's python3-simpy (SimPy 2) or of a later one.

HOLD: a process for each pending event, which holds for a delay. PHOLD: a process with a store each, which takes a message and
sends it on to a store drawn anew, where it arrives after a delay.
"""
import random
import sys
import time

draws = random.Random(42)


def delay():
    return draws.expovariate(1e-6)


class Count:
    def __init__(self, warm_up, measured):
        self.warm_up, self.last, self.events = warm_up, warm_up + measured, 0
        self.begin = self.end = time.process_time()

    def is_last(self):
        self.events += 1
        if self.events == self.warm_up:
            self.begin = time.process_time()
        if self.events != self.last:
            return False
        self.end = time.process_time()
        return True

    def print(self):
        print("%.1f" % ((self.end - self.begin) * 1e9 / (self.last - self.warm_up)))


def by_simpy_2(what, n, count):
    from SimPy.Simulation import Process, Simulation, Store, get, hold, put

    simulation = Simulation()

    class Holder(Process):
        def run(self):
            while True:
                yield hold, self, delay()
                if count.is_last():
                    simulation.stopSimulation()

    class Courier(Process):
        """A message under way."""

        def run(self, box, value):
            yield hold, self, delay()
            yield put, self, box, [value]

    class Agent(Process):
        def run(self, box):
            while True:
                yield get, self, box, 1
                if count.is_last():
                    simulation.stopSimulation()
                send(self.got[0] + 1)

    def send(value):
        courier = Courier(sim=simulation)
        simulation.activate(courier, courier.run(boxes[draws.randrange(n)], value))

    simulation.initialize()
    if what == "hold":
        boxes = []
        for _ in range(n):
            holder = Holder(sim=simulation)
            simulation.activate(holder, holder.run())
    else:
        boxes = [Store(capacity="unbounded", initialBuffered=[], sim=simulation) for _ in range(n)]
        for box in boxes:
            agent = Agent(sim=simulation)
            simulation.activate(agent, agent.run(box))
            send(0)
    simulation.simulate(until=1e300)


def by_simpy_3(what, n, count):
    import simpy

    env = simpy.Environment()
    over = env.event()

    def holder():
        while True:
            yield env.timeout(delay())
            if count.is_last():
                over.succeed()

    def agent(box):
        while True:
            value = yield box.get()
            if count.is_last():
                over.succeed()
            send(value + 1)

    def send(value):
        box = boxes[draws.randrange(n)]
        env.timeout(delay(), value).callbacks.append(lambda event: box.put(event.value))

    if what == "hold":
        for _ in range(n):
            env.process(holder())
    else:
        boxes = [simpy.Store(env) for _ in range(n)]
        for box in boxes:
            env.process(agent(box))
            send(0)
    env.run(until=over)


def main():
    if len(sys.argv) != 4 or sys.argv[1] not in ("hold", "phold"):
        sys.exit("usage: simpy_peer.py hold|phold N EVENTS")
    n, events = int(sys.argv[2]), int(sys.argv[3])
    count = Count(2 * n + 1000, events)
    try:
        import simpy  # noqa: F401
        by_simpy_3(sys.argv[1], n, count)
    except ImportError:
        by_simpy_2(sys.argv[1], n, count)
    count.print()


main()
