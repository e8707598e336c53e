# SPDX-License-Identifier: Apache-2.0
"""A LangGraph StateGraph of nodes that only work, write a note and tell the recording about it."""

import operator
from typing import Annotated, TypedDict

from langchain_core.runnables import RunnableConfig
from langgraph.graph import END, START, StateGraph

from golden import Cases

cases = Cases("langgraph")
case = cases.case


class State(TypedDict, total=False):
    notes: Annotated[list, operator.add]  # a reducer: every writer's value is appended
    single: str  # no reducer: one writer in a step


class Drawing:
    """The builder `graph` is LangGraph's own; this adds bodies and reads the neutral form back from the builder."""

    def __init__(self, recording, within: str = "") -> None:
        """`within`: the parent's node that this graph is; rounds of its executions count its own supersteps."""
        self.recording, self.within = recording, {"within": within} if within else {}
        self.graph = StateGraph(State)
        self.does: dict[str, dict] = {}

    def node(self, name: str, *, writes=None, runs=None, about: str = "works", threads: bool = False, **options) -> None:
        """`runs(body, state, config)`: what the body does after its work; what it returns is the node's update."""
        self.does[name] = {"does": about, **({"writes": writes} if writes else {})}
        runs = runs or (lambda body, state, config: writes if writes is not None else {"notes": [name]})

        def round_of(config):
            return config["metadata"]["langgraph_step"]

        async def body(state: State, config):
            with self.recording.body(name, round_of(config), **self.within) as this:
                await this.work()
                return runs(this, state, config)

        def body_in_thread(state: State, config):
            with self.recording.body(name, round_of(config), **self.within) as this:
                this.work_in_thread()
                return runs(this, state, config)

        for function in (body, body_in_thread):
            function.__annotations__["config"] = RunnableConfig
        self.graph.add_node(name, body_in_thread if threads else body, **options)

    def nodes(self, names: str, **more) -> None:
        for name in names.split():
            self.node(name, **more)

    def chain(self, *stops: str) -> None:
        """Plain edges from each to the next."""
        for a, b in zip(stops, stops[1:]):
            self.graph.add_edge(a, b)

    def neutral(self) -> dict:
        return neutral(self.graph, self.does)


def neutral(graph: StateGraph, does: dict) -> dict:
    """The builder's own tables, in neutral words: edge kinds plain, list, conditional."""
    edges = []
    name = lambda end: {START: "start", END: "end"}.get(end, end)
    for a, b in sorted(graph.edges):
        edges.append({"from": name(a), "to": name(b), "kind": "plain"})
    for sources, target in sorted(graph.waiting_edges):
        edges.append({"from": list(sources), "to": name(target), "kind": "list"})
    for source, branches in sorted(graph.branches.items()):
        for branch in branches.values():
            ends = {name(e) for e in branch.ends.values()} if branch.ends else {"any"}
            edges.append({"from": name(source), "to": sorted(ends), "kind": "conditional"})
    nodes = {}
    for node, spec in graph.nodes.items():
        nodes[node] = {**does.get(node, {"does": "is a graph of its own"}), **({"defer": True} if spec.defer else {})}
    starts = [e["to"] for e in edges if e["from"] == "start"]
    return {"start": starts, "nodes": nodes, "edges": [e for e in edges if e["from"] != "start"]}


def state_of(result) -> dict:
    return {"state": dict(result)} if isinstance(result, dict) else {}
