# SPDX-License-Identifier: Apache-2.0
"""GraphFlow: what starts a node, and how often."""

from autogen_agentchat.conditions import MaxMessageTermination

from autogen_team import graph_cases
from graphflow_drawing import Drawing

case = graph_cases.case


@case("split left right meet", "The default join is all: the target starts once both have spoken.")
async def diamond(recording):
    d = Drawing(recording)
    d.nodes("split left right meet")
    d.chain("split", "left", "meet")
    d.chain("split", "right", "meet")
    return await d.play()


@case("split quick quicker slow meet", "Speakers of a turn run at once, and the next turn waits for the slowest: GraphFlow has rounds.")
async def step_barrier(recording):
    d = Drawing(recording)
    d.nodes("split quick quicker slow meet")
    d.chain("split", "quick", "quicker")
    d.chain("split", "slow", "meet")
    return await d.play()


@case("left right both", "Nodes without an edge into them all start in the first round.")
async def two_starts(recording):
    d = Drawing(recording)
    d.nodes("left right both")
    d.chain("left", "both")
    d.chain("right", "both")
    return await d.play()


@case("split short long longer meet after", "Join all over unequal depth: the target starts once, after the last source.")
async def unequal_all(recording):
    d = Drawing(recording)
    d.nodes("split short long longer meet after")
    d.chain("split", "short", "meet", "after")
    d.chain("split", "long", "longer", "meet")
    return await d.play()


@case("split short long longer meet after", "Join any over unequal depth: the target starts for each source, and all that follows it too.")
async def unequal_any(recording):
    d = Drawing(recording)
    d.nodes("split short long longer meet after")
    d.chain("split", "short")
    d.chain("split", "long", "longer")
    d.edge("short", "meet", join="any")
    d.edge("longer", "meet", join="any")
    d.chain("meet", "after")
    return await d.play()


@case("split left right meet", "Join any: two sources in one round start the target once.")
async def any_same_round(recording):
    d = Drawing(recording)
    d.nodes("split left right meet")
    d.chain("split", "left")
    d.chain("split", "right")
    d.edge("left", "meet", join="any")
    d.edge("right", "meet", join="any")
    return await d.play()


@case("pick left right meet", "Join all over the two routes of a router never starts its target; the run ends as complete.")
async def conditional_skip_all(recording):
    d = Drawing(recording)
    d.nodes("pick", says=lambda k: "go left", about="says left")
    d.nodes("left right meet")
    d.edge("pick", "left", when="left")
    d.edge("pick", "right", when="right")
    d.chain("left", "meet")
    d.chain("right", "meet")
    return await d.play()


@case("pick left right meet", "Join any over the two routes of a router starts by the route taken.")
async def conditional_skip_any(recording):
    d = Drawing(recording)
    d.nodes("pick", says=lambda k: "go left", about="says left")
    d.nodes("left right meet")
    d.edge("pick", "left", when="left")
    d.edge("pick", "right", when="right")
    d.edge("left", "meet", join="any")
    d.edge("right", "meet", join="any")
    return await d.play()


@case("pick left right other meet", "Every conditional edge whose text the message holds is taken: two routes at once.")
async def two_routes(recording):
    d = Drawing(recording)
    d.nodes("pick", says=lambda k: "left and right", about="says left and right")
    d.nodes("left right other meet")
    for route in ("left", "right", "other"):
        d.edge("pick", route, when=route)
        d.edge(route, "meet", join="any")
    return await d.play()


@case("draft review done", "A cycle back to the start node, with an exit by condition.")
async def loop(recording):
    d = Drawing(recording)
    d.nodes("draft")
    d.nodes("review", says=lambda k: "again" if k < 3 else "good", about="says again twice, then good")
    d.nodes("done")
    d.builder.set_entry_point("draft")
    d.chain("draft", "review")
    d.edge("review", "draft", when="again")
    d.edge("review", "done", when="good")
    return await d.play(termination_condition=MaxMessageTermination(20))


@case("plan draft review done", "A cycle entered from outside with default groups never starts: the entry edge and the back edge are one all-join.")
async def loop_entry_stalls(recording):
    d = Drawing(recording)
    d.nodes("plan draft")
    d.nodes("review", says=lambda k: "again" if k < 3 else "good", about="says again twice, then good")
    d.nodes("done")
    d.chain("plan", "draft", "review")
    d.edge("review", "draft", when="again")
    d.edge("review", "done", when="good")
    return await d.play(termination_condition=MaxMessageTermination(20))


@case("plan draft review done", "The back edge in an activation group of its own: the cycle goes round.")
async def loop_groups(recording):
    d = Drawing(recording)
    d.nodes("plan draft")
    d.nodes("review", says=lambda k: "again" if k < 3 else "good", about="says again twice, then good")
    d.nodes("done")
    d.chain("plan", "draft", "review")
    d.edge("review", "draft", when="again", group="back")
    d.edge("review", "done", when="good")
    return await d.play(termination_condition=MaxMessageTermination(20))


@case("plan draft review done", "Entry edge and back edge in one group with any: the cycle goes round, too.")
async def loop_any(recording):
    d = Drawing(recording)
    d.nodes("plan draft")
    d.nodes("review", says=lambda k: "again" if k < 3 else "good", about="says again twice, then good")
    d.nodes("done")
    d.edge("plan", "draft", join="any")
    d.chain("draft", "review")
    d.edge("review", "draft", when="again", join="any")
    d.edge("review", "done", when="good")
    return await d.play(termination_condition=MaxMessageTermination(20))


@case("split left right meet done", "An all-join inside a cycle counts anew after each start of its target.")
async def loop_all(recording):
    d = Drawing(recording)
    d.nodes("split left right")
    d.nodes("meet", says=lambda k: "again" if k < 3 else "good", about="says again twice, then good")
    d.nodes("done")
    d.builder.set_entry_point("split")
    d.chain("split", "left", "meet")
    d.chain("split", "right", "meet")
    d.edge("meet", "split", when="again")
    d.edge("meet", "done", when="good")
    return await d.play(termination_condition=MaxMessageTermination(40))


@case("split twice slow slower slowest meet", "Join all is one counter, not a place per source: a source that speaks twice stands in for one that never spoke.")
async def all_counts_messages(recording):
    d = Drawing(recording)
    d.nodes("split")
    d.nodes("twice", says=lambda k: "again tell" if k < 2 else "tell", about="speaks twice")
    d.nodes("slow slower slowest meet")
    d.edge("split", "twice", group="first")
    d.chain("split", "slow", "slower", "slowest", "meet")
    d.edge("twice", "twice", when="again", group="back")
    d.edge("twice", "meet", when="tell")
    return await d.play(termination_condition=MaxMessageTermination(20))


@case("pick left right meet done", "What an all-join has counted stays over the turns of a cycle: left in one turn and right in the next start it.")
async def all_count_stays(recording):
    d = Drawing(recording)
    d.nodes("pick", says=lambda k: {1: "left", 2: "right"}.get(k, "stop"), about="says left, then right, then stop")
    d.nodes("left right meet done")
    d.builder.set_entry_point("pick")
    d.edge("pick", "left", when="left")
    d.edge("pick", "right", when="right")
    d.edge("pick", "done", when="stop")
    d.edge("left", "pick", group="again", join="any")
    d.edge("right", "pick", group="again", join="any")
    d.edge("left", "meet")
    d.edge("right", "meet")
    return await d.play(termination_condition=MaxMessageTermination(20))


@case("split left right meet", "Two groups that are complete in one round start the target twice in the next, one after the other.")
async def two_groups_one_round(recording):
    d = Drawing(recording)
    d.nodes("split left right meet")
    d.chain("split", "left")
    d.chain("split", "right")
    d.edge("left", "meet", group="one")
    d.edge("right", "meet", group="two")
    return await d.play()


@case("split a b c later meet", "Groups are or-ed: a and b together start the target, and c alone does.")
async def group_all_or_single(recording):
    d = Drawing(recording)
    d.nodes("split a b c later meet")
    for name in ("a", "b", "later"):
        d.chain("split", name)
    d.chain("later", "c")
    d.edge("a", "meet", group="both")
    d.edge("b", "meet", group="both")
    d.edge("c", "meet", group="alone")
    return await d.play()


@case("draft review", "A cycle of unconditional edges only is refused when the graph is built.")
async def cycle_without_exit(recording):
    d = Drawing(recording)
    d.nodes("draft review done")
    d.builder.set_entry_point("draft")
    d.chain("draft", "review", "draft")
    return await refused(d)


@case("pick left right", "A node with conditional and unconditional edges is refused when the graph is built.")
async def mixed_edges(recording):
    d = Drawing(recording)
    d.nodes("pick left right")
    d.edge("pick", "left", when="left")
    d.edge("pick", "right")
    return await refused(d)


@case("draft review done", "A cycle with an exit but neither a termination condition nor a turn limit is refused when the run starts.")
async def cycle_without_limit(recording):
    d = Drawing(recording)
    d.nodes("draft")
    d.nodes("review", says=lambda k: "good", about="says good")
    d.nodes("done")
    d.builder.set_entry_point("draft")
    d.chain("draft", "review")
    d.edge("review", "draft", when="again")
    d.edge("review", "done", when="good")
    return await refused(d)


async def refused(d: Drawing) -> dict:
    try:
        await d.team().run(task="go")
        d.recording.calls.append({"outcome": "ok"})
    except ValueError as error:
        d.recording.calls.append({"outcome": "refused", "error": type(error).__name__, "says": str(error)})
    return d.neutral()
