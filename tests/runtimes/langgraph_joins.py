# SPDX-License-Identifier: Apache-2.0
"""LangGraph: what starts a node, and how often."""

from langgraph.graph import END, START
from langgraph.types import Command, Send

from langgraph_drawing import Drawing, case, state_of


async def play(drawing: Drawing, limit: int = 25, invoke=None):
    compiled = drawing.graph.compile()
    await drawing.recording.call(compiled.ainvoke({"notes": []}, {"recursion_limit": limit}), state_of)
    return drawing.neutral()


@case("split left right meet", "Two plain edges that arrive in the same superstep start their target once.")
async def diamond_plain(recording):
    d = Drawing(recording)
    d.nodes("split left right meet")
    d.chain(START, "split", "left", "meet")
    d.chain("split", "right", "meet", END)
    return await play(d)


@case("split left right meet", "A list edge waits for all of its sources.")
async def diamond_list(recording):
    d = Drawing(recording)
    d.nodes("split left right meet")
    d.chain(START, "split", "left")
    d.chain("split", "right")
    d.graph.add_edge(["left", "right"], "meet")
    d.chain("meet", END)
    return await play(d)


@case("split short long longer meet after", "Plain edges of unequal depth start their target once each, and all that follows it too.")
async def unequal_plain(recording):
    d = Drawing(recording)
    d.nodes("split short long longer meet after")
    d.chain(START, "split", "short", "meet", "after", END)
    d.chain("split", "long", "longer", "meet")
    return await play(d)


@case("split short long longer meet after", "A list edge of unequal depth starts its target once, after the last source.")
async def unequal_list(recording):
    d = Drawing(recording)
    d.nodes("split short long longer meet after")
    d.chain(START, "split", "short")
    d.chain("split", "long", "longer")
    d.graph.add_edge(["short", "longer"], "meet")
    d.chain("meet", "after", END)
    return await play(d)


@case("split quick quicker slow meet", "A superstep waits for its slowest node: what follows the quick one does not start before.")
async def step_barrier(recording):
    d = Drawing(recording)
    d.nodes("split quick quicker slow meet")
    d.chain(START, "split", "quick", "quicker", END)
    d.chain("split", "slow", "meet", END)
    return await play(d)


@case("pick left right meet", "A list edge over the two routes of a router never starts its target; the graph ends well all the same.")
async def conditional_skip_list(recording):
    d = Drawing(recording)
    d.nodes("pick left right meet")
    d.chain(START, "pick")
    d.graph.add_conditional_edges("pick", lambda state: "left", ["left", "right"])
    d.graph.add_edge(["left", "right"], "meet")
    d.chain("meet", END)
    return await play(d)


@case("pick left right meet", "Plain edges behind a router: the target starts by the route that was taken.")
async def conditional_skip_plain(recording):
    d = Drawing(recording)
    d.nodes("pick left right meet")
    d.chain(START, "pick")
    d.graph.add_conditional_edges("pick", lambda state: "left", ["left", "right"])
    d.chain("left", "meet", END)
    d.chain("right", "meet")
    return await play(d)


@case("pick left right other meet", "A router may take two routes at once; both run in the next superstep.")
async def two_routes(recording):
    d = Drawing(recording)
    d.nodes("pick left right other meet")
    d.chain(START, "pick")
    d.graph.add_conditional_edges("pick", lambda state: ["left", "right"], ["left", "right", "other"])
    for route in ("left", "right", "other"):
        d.chain(route, "meet")
    d.chain("meet", END)
    return await play(d)


@case("jump static target", "A Command's goto adds to the static edges of its node: both targets run.")
async def goto_and_edge(recording):
    d = Drawing(recording)
    d.node("jump", runs=lambda body, state, config: Command(goto="target"), about="returns Command(goto=target)")
    d.nodes("static target")
    d.chain(START, "jump", "static", END)
    d.chain("target", END)
    graph = await play(d)
    graph["edges"].append({"from": "jump", "to": ["target"], "kind": "goto"})
    return graph


@case("draft review", "A cycle goes round as long as its router says.")
async def loop(recording):
    d = Drawing(recording)
    turns = {"review": 0}

    def review(body, state, config):
        turns["review"] = body.turn
        return {"notes": ["review"]}

    d.node("draft")
    d.node("review", runs=review, about="routes again twice, then end")
    d.chain(START, "draft", "review")
    d.graph.add_conditional_edges("review", lambda state: "again" if turns["review"] < 3 else "ok", {"again": "draft", "ok": END})
    return await play(d)


@case("draft review", "A recursion limit of 5 lets five supersteps run and fails instead of the sixth.")
async def loop_over_limit(recording):
    d = Drawing(recording)
    d.nodes("draft review")
    d.chain(START, "draft", "review", "draft")
    return await play(d, limit=5)


@case("one two three", "A graph that needs exactly as many supersteps as the recursion limit runs them all and fails: the limit is asked before the end.")
async def limit_reached_at_end(recording):
    d = Drawing(recording)
    d.nodes("one two three")
    d.chain(START, "one", "two", "three", END)
    return await play(d, limit=3)


@case("one two three", "A recursion limit one above the number of supersteps lets the graph end well.")
async def limit_one_above(recording):
    d = Drawing(recording)
    d.nodes("one two three")
    d.chain(START, "one", "two", "three", END)
    return await play(d, limit=4)


@case("split left right extra meet", "A node with a list edge and a plain edge starts for either: when the list is complete, and when the plain source ran.")
async def list_and_plain(recording):
    d = Drawing(recording)
    d.nodes("split left right extra meet")
    d.chain(START, "split", "left")
    d.chain("split", "right")
    d.chain(START, "extra", "meet")
    d.graph.add_edge(["left", "right"], "meet")
    d.chain("meet", END)
    return await play(d)


@case("split left right meet", "A list edge inside a cycle counts anew after each start of its target.")
async def loop_list(recording):
    d = Drawing(recording)
    turns = {}

    def meet(body, state, config):
        turns["meet"] = body.turn
        return {"notes": ["meet"]}

    d.nodes("split left right")
    d.node("meet", runs=meet, about="routes again twice, then end")
    d.chain(START, "split", "left")
    d.chain("split", "right")
    d.graph.add_edge(["left", "right"], "meet")
    d.graph.add_conditional_edges("meet", lambda state: "again" if turns["meet"] < 3 else "ok", {"again": "split", "ok": END})
    return await play(d)


@case("split twice slow slower meet after", "A list edge is a set of names: a source that ran twice before the others came counts once.")
async def list_repeated_source(recording):
    d = Drawing(recording)
    turns = {}

    def twice(body, state, config):
        turns["twice"] = body.turn
        return {"notes": ["twice"]}

    d.nodes("split")
    d.node("twice", runs=twice, about="routes again once, then end")
    d.nodes("slow slower meet after")
    d.chain(START, "split", "twice")
    d.graph.add_conditional_edges("twice", lambda state: "again" if turns["twice"] < 2 else "ok", {"again": "twice", "ok": END})
    d.chain("split", "slow", "slower")
    d.graph.add_edge(["twice", "slower"], "meet")
    d.chain("meet", "after", END)
    return await play(d)


@case("split twice slow slower more meet", "What came before a list edge was complete is spent with it: one source that runs again starts nothing.")
async def list_leftover(recording):
    d = Drawing(recording)
    turns = {}

    def twice(body, state, config):
        turns["twice"] = body.turn
        return {"notes": ["twice"]}

    d.nodes("split")
    d.node("twice", runs=twice, about="routes again three times, then end")
    d.nodes("slow slower more meet")
    d.chain(START, "split", "twice")
    d.graph.add_conditional_edges("twice", lambda state: "again" if turns["twice"] < 4 else "ok", {"again": "twice", "ok": END})
    d.chain("split", "slow", "slower", "more", END)
    d.graph.add_edge(["twice", "slower"], "meet")
    d.chain("meet", END)
    return await play(d)


@case("both left right", "Two start edges: both nodes run in the first superstep.")
async def two_starts(recording):
    d = Drawing(recording)
    d.nodes("left right both")
    d.chain(START, "left")
    d.chain(START, "right")
    d.graph.add_edge(["left", "right"], "both")
    d.chain("both", END)
    return await play(d)


@case("split worker collect", "Send starts its target once for each item, all in the next superstep; a plain edge behind them starts once.")
async def fan_out(recording):
    d = Drawing(recording)
    d.nodes("split worker collect")
    d.chain(START, "split")
    d.graph.add_conditional_edges("split", lambda state: [Send("worker", {"single": str(i)}) for i in (1, 2, 3)], ["worker"])
    d.chain("worker", "collect", END)
    return await play(d)


@case("split worker collect", "A fan-out over nothing starts nothing: the collector does not run and the graph ends well.")
async def fan_out_empty(recording):
    d = Drawing(recording)
    d.nodes("split worker collect")
    d.chain(START, "split")
    d.graph.add_conditional_edges("split", lambda state: [], ["worker"])
    d.chain("worker", "collect", END)
    return await play(d)


@case("split worker other collect", "Send and a plain edge to one node in the same superstep: it runs for each Send and once for the edge.")
async def send_and_edge(recording):
    d = Drawing(recording)
    d.nodes("split other worker collect")
    d.chain(START, "split", "worker")
    d.graph.add_conditional_edges("split", lambda state: [Send("worker", {}), Send("worker", {})], ["worker"])
    d.chain("worker", "collect", END)
    d.chain("split", "other", END)
    return await play(d)


@case("split inner deeper other more after", "A subgraph is one node of its parent: its inner supersteps all lie in one superstep of the parent.")
async def subgraph(recording):
    inner = Drawing(recording, within="sub")
    inner.nodes("inner deeper")
    inner.chain(START, "inner", "deeper", END)
    d = Drawing(recording)
    d.nodes("split other more after")
    d.graph.add_node("sub", inner.graph.compile())
    d.chain(START, "split", "sub", "after", END)
    d.chain("split", "other", "more", END)
    graph = await play(d)
    graph["nodes"]["sub"]["graph"] = inner.neutral()
    return graph
