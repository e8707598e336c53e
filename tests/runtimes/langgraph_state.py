# SPDX-License-Identifier: Apache-2.0
"""LangGraph: when writes are seen, in which order they are applied, which of them clash."""

from langgraph.graph import END, START
from langgraph.types import Send

from langgraph_drawing import Drawing, case
from langgraph_joins import play


@case("split left right after", "Two writers of a key without a reducer in one superstep: both run to their end, then the step fails and nothing follows.")
async def writers_clash(recording):
    d = Drawing(recording)
    d.nodes("split after")
    d.node("left", writes={"single": "left"})
    d.node("right", writes={"single": "right"})
    d.chain(START, "split", "left", "after", END)
    d.chain("split", "right", END)
    return await play(d)


@case("split left right", "The clash is about the number of writers, not the values: equal values clash, too.")
async def writers_clash_equal(recording):
    d = Drawing(recording)
    d.nodes("split")
    d.nodes("left right", writes={"single": "same"})
    d.chain(START, "split", "left", END)
    d.chain("split", "right", END)
    return await play(d)


@case("split soon late later", "Writers of a key without a reducer in different supersteps do not clash: the later one stays.")
async def writers_in_turn(recording):
    d = Drawing(recording)
    d.nodes("split late")
    d.node("soon", writes={"single": "soon"})
    d.node("later", writes={"single": "later"})
    d.chain(START, "split", "soon", END)
    d.chain("split", "late", "later", END)
    return await play(d)


@case("split zebra middle apple", "With a reducer the writes of one superstep are applied in the order of the nodes' names, whoever ended first.")
async def writers_reducer(recording):
    d = Drawing(recording)
    d.nodes("split zebra middle apple")
    for name in ("zebra", "middle", "apple"):
        d.chain("split", name, END)
    d.chain(START, "split")
    return await play(d)


@case("split worker", "Writes of a fan-out are applied in the order of its items, whoever ended first.")
async def fan_out_order(recording):
    d = Drawing(recording)
    d.nodes("split")
    d.node("worker", runs=lambda body, state, config: {"notes": [f"item {state['single']}"]}, about="writes its item")
    d.chain(START, "split")
    d.graph.add_conditional_edges("split", lambda state: [Send("worker", {"single": i}) for i in "cab"], ["worker"])
    d.chain("worker", END)
    return await play(d)


@case("split writer reader after", "A node reads the state as the last superstep left it: not what a node of its own superstep wrote, however early.", fixed={"writer": 5, "reader": 45})
async def commit_at_step_end(recording):
    d = Drawing(recording)

    def reads(body, state, config):
        body.sees(single=state.get("single", "nothing"))
        return {"notes": ["read"]}

    d.nodes("split")
    d.node("writer", writes={"single": "new"})
    d.nodes("reader after", runs=reads, about="reads the key")
    d.chain(START, "split", "writer", "after", END)
    d.chain("split", "reader", END)
    return await play(d)


@case("split inner deeper reader after", "What a subgraph's steps write reaches the parent's state only when the whole subgraph has ended.", fixed={"inner": 2, "deeper": 40, "reader": 50})
async def subgraph_commit(recording):
    def reads(body, state, config):
        body.sees(single=state.get("single", "nothing"))
        return {"notes": ["read"]}

    inner = Drawing(recording, within="sub")
    inner.node("inner", writes={"single": "new"})
    inner.node("deeper", runs=reads, about="reads the key")
    inner.chain(START, "inner", "deeper", END)
    d = Drawing(recording)
    d.nodes("split")
    d.nodes("reader after", runs=reads, about="reads the key")
    d.graph.add_node("sub", inner.graph.compile())
    d.chain(START, "split", "sub", "after", END)
    d.chain("split", "reader", END)
    graph = await play(d)
    graph["nodes"]["sub"]["graph"] = inner.neutral()
    return graph


@case("pick other left right", "A router sees what its own node wrote, and not what others of that superstep wrote.")
async def router_sees_own_write(recording):
    d = Drawing(recording)
    d.node("pick", writes={"single": "left"})
    d.nodes("other left right")
    d.chain(START, "pick")
    d.chain(START, "other", END)

    def route(state):
        recording.facts["router saw"] = {"single": state.get("single"), "notes": state.get("notes")}
        return state["single"]

    d.graph.add_conditional_edges("pick", route, ["left", "right"])
    d.chain("left", END)
    d.chain("right", END)
    return await play(d)
