# SPDX-License-Identifier: Apache-2.0
"""CrewAI flows: what starts a method, how often, and what a race of alternatives takes away."""

from crewai.flow.flow import Flow, and_, listen, or_, start

from crewai_drawing import call, case, neutral, play, steps


@case("split left right meet", "and_ waits for all its names.")
async def diamond_and(recording):
    step = steps(recording)

    class Drawn(Flow):
        split = start()(step("split"))
        left = listen("split")(step("left"))
        right = listen("split")(step("right"))
        meet = listen(and_("left", "right"))(step("meet"))

    return await play(recording, Drawn)


@case("split left right meet", "or_ over listeners of one event is a race of whole chains: the first method to end starts the target within its own chain, and the first chain to end cancels the others. Mostly that is the chain of the later method, which starts nothing: it cancels the target amid its work, and the flow ends well.")
async def diamond_or(recording):
    return await play(recording, race(recording))


def race(recording, **tables):
    step = steps(recording, **tables)

    class Drawn(Flow):
        split = start()(step("split"))
        left = listen("split")(step("left"))
        right = listen("split")(step("right"))
        meet = listen(or_("left", "right"))(step("meet"))

    return Drawn


@case("split left right meet", "A second alternative that ends while the target is at work ends the race: the target is cancelled amid its work, and the flow ends well.", fixed={"left": 5, "right": 20, "meet": 40})
async def race_loser_ends(recording):
    return await play(recording, race(recording))


@case("split left right meet", "An alternative that still runs when the first one's chain, the target with it, has ended is cancelled.", fixed={"left": 5, "right": 45, "meet": 5})
async def race_loser_cancelled(recording):
    return await play(recording, race(recording))


@case("split left right meet after", "The same race with methods that are plain functions: a thread cannot be cancelled, so the target's body ends, but what follows the target never starts.", fixed={"split": 1, "left": 5, "right": 25, "meet": 50}, real_time=True)
async def race_loser_ends_threads(recording):
    step = steps(recording, threads=True)

    class Drawn(Flow):
        split = start()(step("split"))
        left = listen("split")(step("left"))
        right = listen("split")(step("right"))
        meet = listen(or_("left", "right"))(step("meet"))
        after = listen("meet")(step("after"))

    return await play(recording, Drawn)


@case("split left right other meet", "A listener of the same event that is not one of the alternatives is not cancelled.", fixed={"left": 5, "right": 40, "meet": 5, "other": 50})
async def race_beside_other(recording):
    step = steps(recording)

    class Drawn(Flow):
        split = start()(step("split"))
        left = listen("split")(step("left"))
        right = listen("split")(step("right"))
        other = listen("split")(step("other"))
        meet = listen(or_("left", "right"))(step("meet"))

    return await play(recording, Drawn)


@case("split left right meet audit", "Alternatives that feed another listener, too, do not race: nobody is cancelled; the target still starts once.", fixed={"left": 5, "right": 45, "meet": 5, "audit": 5})
async def race_not_exclusive(recording):
    step = steps(recording)

    class Drawn(Flow):
        split = start()(step("split"))
        left = listen("split")(step("left"))
        right = listen("split")(step("right"))
        meet = listen(or_("left", "right"))(step("meet"))
        audit = listen("right")(step("audit"))

    return await play(recording, Drawn)


@case("left right meet", "Start methods do not race: both run to their end; or_ over them starts its target once.")
async def starts_or(recording):
    step = steps(recording)

    class Drawn(Flow):
        left = start()(step("left"))
        right = start()(step("right"))
        meet = listen(or_("left", "right"))(step("meet"))

    return await play(recording, Drawn)


@case("left right both", "All start methods start at once.")
async def two_starts(recording):
    step = steps(recording)

    class Drawn(Flow):
        left = start()(step("left"))
        right = start()(step("right"))
        both = listen(and_("left", "right"))(step("both"))

    return await play(recording, Drawn)


@case("split short long longer meet after", "and_ over unequal depth starts its target once, after the last.")
async def unequal_and(recording):
    step = steps(recording)

    class Drawn(Flow):
        split = start()(step("split"))
        short = listen("split")(step("short"))
        long = listen("split")(step("long"))
        longer = listen("long")(step("longer"))
        meet = listen(and_("short", "longer"))(step("meet"))
        after = listen("meet")(step("after"))

    return await play(recording, Drawn)


@case("split short long longer meet after", "or_ over unequal depth starts its target once, after the first; the latch holds back the second, and nobody is cancelled.", fixed={"short": 5, "long": 20, "longer": 20})
async def unequal_or(recording):
    step = steps(recording)

    class Drawn(Flow):
        split = start()(step("split"))
        short = listen("split")(step("short"))
        long = listen("split")(step("long"))
        longer = listen("long")(step("longer"))
        meet = listen(or_("short", "longer"))(step("meet"))
        after = listen("meet")(step("after"))

    return await play(recording, Drawn)


@case("split quick quicker slow meet", "There are no rounds: what follows the quick one starts while the slow one is still at work.", fixed={"quick": 5, "quicker": 5, "slow": 45})
async def no_barrier(recording):
    step = steps(recording)

    class Drawn(Flow):
        split = start()(step("split"))
        quick = listen("split")(step("quick"))
        quicker = listen("quick")(step("quicker"))
        slow = listen("split")(step("slow"))
        meet = listen("slow")(step("meet"))

    return await play(recording, Drawn)


@case("split left right", "Several listeners of one event start at once.")
async def fan_out(recording):
    step = steps(recording)

    class Drawn(Flow):
        split = start()(step("split"))
        left = listen("split")(step("left"))
        right = listen("split")(step("right"))

    return await play(recording, Drawn)


@case("a b c d meet", "or_(and_(a, b), c): the first alternative starts the target; what comes later does not.", fixed={"a": 5, "b": 10, "c": 40})
async def or_of_and(recording):
    step = steps(recording)

    class Drawn(Flow):
        a = start()(step("a"))
        b = start()(step("b"))
        c = start()(step("c"))
        meet = listen(or_(and_("a", "b"), "c"))(step("meet"))

    return await play(recording, Drawn)


@case("a b c meet", "and_(or_(a, b), c): starts once a or b, and c, have ended; a surplus alternative starts nothing.")
async def and_of_or(recording):
    step = steps(recording)

    class Drawn(Flow):
        a = start()(step("a"))
        b = start()(step("b"))
        c = start()(step("c"))
        meet = listen(and_(or_("a", "b"), "c"))(step("meet"))

    return await play(recording, Drawn)


@case("first second", "A second kickoff of the same flow begins anew.")
async def kickoff_again(recording):
    step = steps(recording)

    class Drawn(Flow):
        first = start()(step("first"))
        second = listen("first")(step("second"))

    flow = Drawn(suppress_flow_events=True)
    await call(recording, flow.kickoff_async())
    await call(recording, flow.kickoff_async())
    return neutral(Drawn)
