# SPDX-License-Identifier: Apache-2.0
"""CrewAI flows: the shared state, what a failed method takes with it, what is kept, what a resume runs again."""

import asyncio
import shutil
import tempfile
from pathlib import Path

from crewai import CheckpointConfig
from crewai.flow.async_feedback import HumanFeedbackPending
from crewai.flow.flow import Flow, and_, listen, or_, start
from crewai.flow.human_feedback import human_feedback
from crewai.flow.persistence import persist

from crewai_drawing import Memory, call, case, neutral, play, steps


@case("split writer reader", "The state is one shared object: a method sees at once what another has written that is still at work.", fixed={"writer": 5, "reader": 40})
async def state_at_once(recording):
    def writer(this, flow):
        flow.state["seen"] = "new"
        yield

    def reader(this, flow):
        yield
        this.sees(state=flow.state.get("seen", "nothing"))
        yield

    step = steps(recording, runs={"writer": writer, "reader": reader})

    class Drawn(Flow):
        split = start()(step("split"))
        writer = listen("split")(step("writer"))
        reader = listen("split")(step("reader"))

    return await play(recording, Drawn)


@case("split left right after", "Two writers of one key do not clash: both read 0 and write 1, one update is lost.")
async def lost_update(recording):
    def add(this, flow):
        old = flow.state.get("count", 0)
        yield
        flow.state["count"] = old + 1
        yield

    def reads(this, flow):
        this.sees(count=flow.state.get("count", 0))
        yield

    step = steps(recording, runs={"left": add, "right": add, "after": reads})

    class Drawn(Flow):
        split = start()(step("split"))
        left = listen("split")(step("left"))
        right = listen("split")(step("right"))
        after = listen(and_("left", "right"))(step("after"))

    return await play(recording, Drawn)


def branches(recording):
    step = steps(recording, fails={"bad": 1})

    class Drawn(Flow):
        split = start()(step("split"))
        bad = listen("split")(step("bad"))
        next = listen("bad")(step("next"))
        other = listen("split")(step("other"))
        after = listen("other")(step("after"))

    return Drawn


@case("split bad next other after", "kickoff_async: the first error is raised at once; a slower sibling and what follows it go on behind the caller's back.", fixed={"bad": 10, "other": 40})
async def failing_branch(recording):
    return await play(recording, branches(recording))


@case("split bad next other after", "kickoff_async: what follows a faster sibling has started and goes on, too.", fixed={"bad": 20, "other": 5, "after": 45})
async def failing_branch_late(recording):
    return await play(recording, branches(recording))


@case("split bad next other after", "kickoff: its loop ends with the error, so a slower sibling is cancelled.", fixed={"bad": 10, "other": 50}, real_time=True)
async def failing_branch_kickoff(recording):
    flow_class = branches(recording)
    await call(recording, asyncio.to_thread(flow_class(suppress_flow_events=True).kickoff), settle=0.15)
    return neutral(flow_class)


@case("left bad both after", "An error in one start method fails the flow; the other goes on behind the caller's back, and and_ over both never starts.", fixed={"bad": 10, "left": 40})
async def failing_start(recording):
    step = steps(recording, fails={"bad": 1})

    class Drawn(Flow):
        left = start()(step("left"))
        bad = start()(step("bad"))
        both = listen(and_("left", "bad"))(step("both"))
        after = listen("left")(step("after"))

    return await play(recording, Drawn)


@case("split bad right meet", "An error of one alternative in a race is swallowed: the other wins and the flow ends well.", fixed={"bad": 10, "right": 40})
async def race_failure_swallowed(recording):
    step = steps(recording, fails={"bad": 1})

    class Drawn(Flow):
        split = start()(step("split"))
        bad = listen("split")(step("bad"))
        right = listen("split")(step("right"))
        meet = listen(or_("bad", "right"))(step("meet"))

    return await play(recording, Drawn)


@case("split bad worse meet", "Errors of all alternatives of a race are swallowed: nothing follows and the flow ends well.")
async def race_all_fail(recording):
    step = steps(recording, fails={"bad": 1, "worse": 1})

    class Drawn(Flow):
        split = start()(step("split"))
        bad = listen("split")(step("bad"))
        worse = listen("split")(step("worse"))
        meet = listen(or_("bad", "worse"))(step("meet"))

    return await play(recording, Drawn)


@case("split left right bad meet next", "An error of another listener beside a race is swallowed, too.", fixed={"left": 5, "right": 40, "meet": 5, "bad": 20})
async def beside_race_failure_swallowed(recording):
    step = steps(recording, fails={"bad": 1})

    class Drawn(Flow):
        split = start()(step("split"))
        left = listen("split")(step("left"))
        right = listen("split")(step("right"))
        bad = listen("split")(step("bad"))
        next = listen("bad")(step("next"))
        meet = listen(or_("left", "right"))(step("meet"))

    return await play(recording, Drawn)


def line(recording, memory=None):
    """first and second each note themselves in the state; bad fails at its first execution."""

    def notes(this, flow):
        this.sees(notes=list(flow.state.get("notes", [])))
        yield
        flow.state["notes"] = [*flow.state.get("notes", []), this.entry["node"]]
        yield

    step = steps(recording, fails={"bad": 1}, runs={name: notes for name in ("first", "second", "bad", "last")})

    class Line(Flow):
        first = start()(step("first"))
        second = listen("first")(step("second"))
        bad = listen("second")(step("bad"))
        last = listen("bad")(step("last"))

    return persist(memory)(Line) if memory else Line


@case("first second bad last", "@persist keeps the state after each method, not the place: kickoff with the old id runs all methods again, on the old state.")
async def resume_persist(recording):
    memory = Memory()
    flow_class = line(recording, memory)
    flow = flow_class(suppress_flow_events=True)
    await call(recording, flow.kickoff_async())
    again = flow_class(suppress_flow_events=True)
    await call(recording, again.kickoff_async(inputs={"id": flow.state["id"]}))
    recording.facts["state at the end"] = again.state["notes"]
    return neutral(flow_class)


@case("first second bad last", "A second kickoff of a failed flow object with its own id: methods that had completed are passed over, the failed one runs.")
async def resume_same_object(recording):
    memory = Memory()
    flow_class = line(recording, memory)
    flow = flow_class(suppress_flow_events=True)
    await call(recording, flow.kickoff_async())
    await call(recording, flow.kickoff_async(inputs={"id": flow.state["id"]}))
    recording.facts["state at the end"] = flow.state["notes"]
    return neutral(flow_class)


async def checkpointed(recording, flow_class) -> dict:
    """Runs with a checkpoint after each method, then restores the last one into a new object and runs that."""
    folder = Path(tempfile.mkdtemp(prefix="recorder-"))
    try:
        flow = flow_class(suppress_flow_events=False, checkpoint=CheckpointConfig(location=str(folder), on_events=["method_execution_finished"]))
        await call(recording, flow.kickoff_async())
        files = sorted(folder.rglob("*.json"), key=lambda f: f.stat().st_mtime_ns)
        restored = flow_class.from_checkpoint(CheckpointConfig(restore_from=str(files[-1])))
        await call(recording, restored.kickoff_async())
        recording.facts["state at the end"] = {k: v for k, v in restored.state.items() if k != "id"}
        return neutral(flow_class)
    finally:
        shutil.rmtree(folder)


@case("first second bad last", "A checkpoint keeps which methods completed: the resume passes over them and goes on at the failed one.", real_time=True)
async def resume_checkpoint(recording):
    return await checkpointed(recording, line(recording))


@case("split bad other both", "A checkpoint beside a failure: the sibling that had completed is not run again, the failed one is; the and_ over both is met anew.", fixed={"bad": 50, "other": 5}, real_time=True)
async def resume_checkpoint_branches(recording):
    step = steps(recording, fails={"bad": 1})

    class Drawn(Flow):
        split = start()(step("split"))
        bad = listen("split")(step("bad"))
        other = listen("split")(step("other"))
        both = listen(and_("bad", "other"))(step("both"))

    return await checkpointed(recording, Drawn)


class Later:
    """A provider of answers that come later: the flow is to pause."""

    def request_feedback(self, context, flow):
        raise HumanFeedbackPending(context=context)


def asking(recording):
    step = steps(recording)

    class Drawn(Flow):
        before = start()(step("before"))
        ask = human_feedback(message="sure?", provider=Later())(listen("before")(step("ask")))
        after = listen("ask")(step("after"))
        other = listen("before")(step("other"))
        more = listen("other")(step("more"))

    return Drawn


async def pause_and_answer(recording) -> dict:
    flow_class = asking(recording)
    memory = Memory()
    flow = flow_class(suppress_flow_events=True, persistence=memory)
    await call(recording, flow.kickoff_async())
    restored = flow_class.from_pending(flow.state["id"], memory, suppress_flow_events=True)
    await call(recording, restored.resume_async("yes"))
    return neutral(flow_class)


@case("before ask after other more", "A question comes after the body: on the answer the body does not run again, its listeners start. A faster sibling had ended and does not run again.", fixed={"ask": 40, "other": 5, "more": 5})
async def interrupt_resume(recording):
    return await pause_and_answer(recording)


@case("before ask after other more", "A question pauses the call at once; a slower sibling and what follows it go on behind the caller's back, and the resume does not know of them.", fixed={"ask": 5, "other": 40, "more": 10})
async def interrupt_slow_sibling(recording):
    return await pause_and_answer(recording)
