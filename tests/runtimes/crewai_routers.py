# SPDX-License-Identifier: Apache-2.0
"""CrewAI flows: routers, in which order their labels are served, cycles and what they re-arm."""

from crewai.flow.flow import Flow, and_, listen, or_, router, start

from crewai_drawing import case, play, steps


@case("begin pick left right", "A router's label starts its listeners; the other route's do not run.")
async def route(recording):
    step = steps(recording, returns={"pick": lambda k: "go-left"})

    class Drawn(Flow):
        begin = start()(step("begin"))
        pick = router("begin")(step("pick"))
        left = listen("go-left")(step("left"))
        right = listen("go-right")(step("right"))

    return await play(recording, Drawn)


@case("begin pick left right meet", "and_ over the two routes of a router never starts its target; the flow ends well.")
async def conditional_skip_and(recording):
    step = steps(recording, returns={"pick": lambda k: "go-left"})

    class Drawn(Flow):
        begin = start()(step("begin"))
        pick = router("begin")(step("pick"))
        left = listen("go-left")(step("left"))
        right = listen("go-right")(step("right"))
        meet = listen(and_("left", "right"))(step("meet"))

    return await play(recording, Drawn)


@case("begin pick left right meet", "or_ over the two routes of a router starts by the route taken.")
async def conditional_skip_or(recording):
    step = steps(recording, returns={"pick": lambda k: "go-left"})

    class Drawn(Flow):
        begin = start()(step("begin"))
        pick = router("begin")(step("pick"))
        left = listen("go-left")(step("left"))
        right = listen("go-right")(step("right"))
        meet = listen(or_("left", "right"))(step("meet"))

    return await play(recording, Drawn)


@case("begin pick left", "A label that nobody listens to ends the flow well.")
async def unknown_label(recording):
    step = steps(recording, returns={"pick": lambda k: "nowhere"})

    class Drawn(Flow):
        begin = start()(step("begin"))
        pick = router("begin")(step("pick"))
        left = listen("go-left")(step("left"))

    return await play(recording, Drawn)


@case("begin pick beside beside_more left", "A router goes first: other listeners of its event wait for it; its label is served only when their whole chains have ended.")
async def router_and_listener(recording):
    step = steps(recording, returns={"pick": lambda k: "go-left"})

    class Drawn(Flow):
        begin = start()(step("begin"))
        pick = router("begin")(step("pick"))
        beside = listen("begin")(step("beside"))
        beside_more = listen("beside")(step("beside_more"))
        left = listen("go-left")(step("left"))

    return await play(recording, Drawn)


@case("begin pick choose left left_more right", "Two routers of one event run one after the other, and their labels are served one after the other, each with its whole chain.")
async def two_routers(recording):
    step = steps(recording, returns={"pick": lambda k: "go-left", "choose": lambda k: "go-right"})

    class Drawn(Flow):
        begin = start()(step("begin"))
        pick = router("begin")(step("pick"))
        choose = router("begin")(step("choose"))
        left = listen("go-left")(step("left"))
        left_more = listen("left")(step("left_more"))
        right = listen("go-right")(step("right"))

    return await play(recording, Drawn)


@case("begin pick left right meet", "The router's own name is an event, too: who listens to the router starts beside its label, before it.")
async def router_is_an_event(recording):
    step = steps(recording, returns={"pick": lambda k: "go-left"})

    class Drawn(Flow):
        begin = start()(step("begin"))
        pick = router("begin")(step("pick"))
        left = listen("go-left")(step("left"))
        meet = listen("pick")(step("meet"))

    return await play(recording, Drawn)


def looping(recording, rounds: int = 3):
    step = steps(recording, returns={"review": lambda k: "again" if k < rounds else "good"})

    class Drawn(Flow):
        begin = start()(step("begin"))
        draft = listen(or_("begin", "again"))(step("draft"))
        review = router("draft")(step("review"))
        done = listen("good")(step("done"))

    return Drawn


@case("begin draft review done", "A cycle over a router's label: the label re-arms the or_ that names it, so it goes round.")
async def loop(recording):
    return await play(recording, looping(recording))


@case("begin draft review done", "A method may run max_method_calls times (100 by default; here 5): the next call fails the flow.")
async def loop_over_limit(recording):
    return await play(recording, looping(recording, rounds=1000), max_method_calls=5)


@case("draft review done", "A start method with a condition as well runs at the kickoff and again at each such label.")
async def loop_start(recording):
    step = steps(recording, returns={"review": lambda k: "again" if k < 3 else "good"})

    class Drawn(Flow):
        draft = start("again")(step("draft"))
        review = router("draft")(step("review"))
        done = listen("good")(step("done"))

    return await play(recording, Drawn)


@case("begin split left right meet done", "and_ inside a cycle counts anew after each start of its target.")
async def loop_and(recording):
    step = steps(recording, returns={"meet": lambda k: "again" if k < 3 else "good"})

    class Drawn(Flow):
        begin = start()(step("begin"))
        split = listen(or_("begin", "again"))(step("split"))
        left = listen("split")(step("left"))
        right = listen("split")(step("right"))
        meet = router(and_("left", "right"))(step("meet"))
        done = listen("good")(step("done"))

    return await play(recording, Drawn)


@case("begin pick left right next meet done", "What an and_ has seen stays over the turns of a cycle: left in one turn and right in the next start it.")
async def loop_and_stays(recording):
    step = steps(recording, returns={"pick": lambda k: {1: "go-left", 2: "go-right"}.get(k, "good"), "next": lambda k: "again"})

    class Drawn(Flow):
        begin = start()(step("begin"))
        pick = router(or_("begin", "again"))(step("pick"))
        left = listen("go-left")(step("left"))
        right = listen("go-right")(step("right"))
        next = router(or_("left", "right"))(step("next"))
        meet = listen(and_("left", "right"))(step("meet"))
        done = listen("good")(step("done"))

    return await play(recording, Drawn)


@case("begin draft left right note remark meet review done", "A method that runs again opens all latches, so inside a cycle an or_ holds in the first turn only: from the second turn on its target starts for each alternative, and all that follows it, too (no race here, as both alternatives feed others).", fixed={"left": 5, "right": 10, "note": 2, "remark": 2, "meet": 30})
async def loop_latch(recording):
    step = steps(recording, returns={"review": lambda k: "again" if k < 3 else "good"})

    class Drawn(Flow):
        begin = start()(step("begin"))
        draft = listen(or_("begin", "again"))(step("draft"))
        left = listen("draft")(step("left"))
        right = listen("draft")(step("right"))
        note = listen("left")(step("note"))
        remark = listen("right")(step("remark"))
        meet = listen(or_("left", "right"))(step("meet"))
        review = router("meet")(step("review"))
        done = listen("good")(step("done"))

    return await play(recording, Drawn)


@case("begin draft left right meet review done", "A race inside a cycle: the later alternative cancels the target and all that would follow; the cycle stops in its first turn and the flow ends well.", fixed={"left": 5, "right": 10, "meet": 30})
async def loop_race(recording):
    step = steps(recording, returns={"review": lambda k: "again" if k < 3 else "good"})

    class Drawn(Flow):
        begin = start()(step("begin"))
        draft = listen(or_("begin", "again"))(step("draft"))
        left = listen("draft")(step("left"))
        right = listen("draft")(step("right"))
        meet = listen(or_("left", "right"))(step("meet"))
        review = router("meet")(step("review"))
        done = listen("good")(step("done"))

    return await play(recording, Drawn)


@case("begin twice turn slow slower meet", "and_ is a set of names: a method that ran twice before the others came counts once.", fixed={"begin": 5, "twice": 5, "slow": 40, "slower": 40})
async def and_repeated_source(recording):
    step = steps(recording, returns={"turn": lambda k: "again" if k < 2 else "stop"})

    class Drawn(Flow):
        begin = start()(step("begin"))
        slow = start()(step("slow"))
        twice = listen(or_("begin", "again"))(step("twice"))
        turn = router("twice")(step("turn"))
        slower = listen("slow")(step("slower"))
        meet = listen(and_("twice", "slower"))(step("meet"))

    return await play(recording, Drawn)
