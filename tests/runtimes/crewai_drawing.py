# SPDX-License-Identifier: Apache-2.0
"""CrewAI flows whose methods only work and tell the recording about it."""

import asyncio

from crewai.flow.flow import Flow
from crewai.flow.persistence.base import FlowPersistence

from golden import Cases
from recording import Boom

cases = Cases("crewai-flow")
case = cases.case


def steps(recording, *, returns=None, fails=None, runs=None, threads: bool = False):
    """A maker of methods: `step("name")` works as long as the recording says, then does what the tables say.

    `returns[name](k)`: what the k-th execution returns (a router's label); `fails[name]`: so many executions fail;
    `runs[name](body, flow)`: what it does before and after its work (a generator that yields where the work is).
    """
    returns, fails, runs = returns or {}, fails or {}, runs or {}

    def step(name: str):
        def ends(this):
            if this.turn <= fails.get(name, 0):
                raise Boom("as the case wants it")
            return returns[name](this.turn) if name in returns else name

        async def method(self):
            with recording.body(name) as this:
                more = runs[name](this, self) if name in runs else iter(())
                next(more, None)
                await this.work()
                next(more, None)
                return ends(this)

        def method_in_thread(self):
            with recording.body(name) as this:
                this.work_in_thread()
                return ends(this)

        method = method_in_thread if threads else method
        method.__name__ = method.__qualname__ = name
        return method

    return step


class Memory(FlowPersistence):
    """Keeps what a flow persists, in memory."""

    persistence_type: str = "recorder-memory"
    kept: dict = {}

    def init_db(self) -> None:
        pass

    def save_state(self, flow_uuid, method_name, state_data) -> None:
        self.kept[flow_uuid] = dict(state_data) if isinstance(state_data, dict) else state_data.model_dump()

    def load_state(self, flow_uuid):
        return self.kept.get(flow_uuid)

    def save_pending_feedback(self, flow_uuid, context, state_data) -> None:
        self.save_state(flow_uuid, context.method_name, state_data)
        self.kept[f"{flow_uuid}/pending"] = context

    def load_pending_feedback(self, flow_uuid):
        context = self.kept.get(f"{flow_uuid}/pending")
        return (self.kept[flow_uuid], context) if context else None

    def clear_pending_feedback(self, flow_uuid) -> None:
        self.kept.pop(f"{flow_uuid}/pending", None)


async def call(recording, awaitable, settle: float = 1.0):
    """Awaits one call; afterwards waits for methods that go on behind the caller's back."""
    result = None
    try:
        result = await awaitable
        paused = type(result).__name__ == "HumanFeedbackPending"
        kept = {"outcome": "interrupted" if paused else "ok"}
    except Exception as error:
        kept = {"outcome": "error", "error": type(error).__name__}
    returned = recording.now()
    await asyncio.sleep(settle)
    recording.calls.append(kept)
    if recording.now() > returned:
        kept["goes on after the call returned"] = sorted({f"{e['node']}#{e['k']}" for e in recording.executions if e.get("end", 0) > returned})
    return result


async def play(recording, flow_class, **options) -> dict:
    await call(recording, flow_class(suppress_flow_events=True, **options).kickoff_async())
    return neutral(flow_class)


def neutral(flow_class: type[Flow]) -> dict:
    """CrewAI's own definition of the class, in neutral words."""
    nodes, edges, starts, again = {}, [], [], []
    for name, method in flow_class.flow_definition().methods.items():
        nodes[name] = {"does": "routes by what it returns" if method.router else "works"}
        if method.start is True:
            starts.append(name)
        elif method.start:
            again.append(name)
            edges.append({"from": condition(method.start), "to": name, "kind": "start again"})
        if method.listen is not None:
            edges.append({"from": condition(method.listen), "to": name, "kind": "listen"})
    return {"start": starts or again, "nodes": nodes, "edges": edges}


def condition(tree):
    """A condition as CrewAI keeps it: a name, or {and: [...]}, {or: [...]}."""
    if isinstance(tree, str):
        return tree
    if hasattr(tree, "model_dump"):
        tree = tree.model_dump()
    return {key: [condition(branch) for branch in branches] for key, branches in tree.items()}
