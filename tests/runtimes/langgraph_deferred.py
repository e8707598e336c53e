# SPDX-License-Identifier: Apache-2.0
"""LangGraph: nodes that are deferred until no other node is due."""

from langgraph.graph import END, START

from langgraph_drawing import Drawing, case
from langgraph_joins import play


@case("split short long longer meet", "A deferred node on plain edges waits until no other node is due, and runs once.")
async def deferred(recording):
    d = Drawing(recording)
    d.nodes("split short long longer")
    d.node("meet", defer=True)
    d.chain(START, "split", "short", "meet", END)
    d.chain("split", "long", "longer", "meet")
    return await play(d)


@case("split late unrelated more last", "A deferred node waits for nodes that have no path to it, too.")
async def deferred_unrelated(recording):
    d = Drawing(recording)
    d.nodes("split unrelated more last")
    d.node("late", defer=True)
    d.chain(START, "split", "late", END)
    d.chain("split", "unrelated", "more", "last", END)
    return await play(d)


@case("split first second after", "Two deferred nodes that are due run in the same superstep; what follows them goes on as usual.")
async def deferred_two(recording):
    d = Drawing(recording)
    d.nodes("split after")
    d.nodes("first second", defer=True)
    d.chain(START, "split", "first", "after", END)
    d.chain("split", "second", END)
    return await play(d)


@case("split first second other more", "A deferred node behind a deferred node waits again.")
async def deferred_chain(recording):
    d = Drawing(recording)
    d.nodes("split other more")
    d.nodes("first second", defer=True)
    d.chain(START, "split", "first", "second", END)
    d.chain("first", "other", "more", END)
    return await play(d)


@case("split left right meet other more", "A deferred node on a list edge waits for its sources and then until no other node is due.")
async def deferred_list(recording):
    d = Drawing(recording)
    d.nodes("split left right other more")
    d.node("meet", defer=True)
    d.chain(START, "split", "left")
    d.chain("split", "right")
    d.chain("split", "other", "more", END)
    d.graph.add_edge(["left", "right"], "meet")
    d.chain("meet", END)
    return await play(d)


@case("pick left right meet", "A deferred list edge over two routes of a router never starts: defer does not forgive a missing source.")
async def deferred_list_skip(recording):
    d = Drawing(recording)
    d.nodes("pick left right")
    d.node("meet", defer=True)
    d.chain(START, "pick")
    d.graph.add_conditional_edges("pick", lambda state: "left", ["left", "right"])
    d.graph.add_edge(["left", "right"], "meet")
    d.chain("meet", END)
    return await play(d)
