# SPDX-License-Identifier: Apache-2.0
"""LangGraph: what a failed node takes with it, what a checkpointer keeps, what a resume runs again."""

import asyncio
import copy

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.errors import InvalidUpdateError
from langgraph.graph import END, START
from langgraph.types import RetryPolicy

from langgraph_drawing import Drawing, case, state_of
from langgraph_joins import play
from recording import Boom

thread = {"configurable": {"thread_id": "1"}, "recursion_limit": 25}


def fails(times: int):
    """A body that fails its first `times` executions."""

    def runs(body, state, config):
        body.part("before the error")
        if body.turn <= times:
            raise Boom("as the case wants it")
        body.part("after it")
        return {"notes": ["recovered"]}

    return runs


def branches(recording, times: int = 1, threads: bool = False) -> Drawing:
    d = Drawing(recording)
    d.nodes("split", threads=threads)
    d.node("bad", runs=fails(times), about=f"fails its first {times} executions", threads=threads)
    d.nodes("other after", threads=threads)
    d.chain(START, "split", "bad", END)
    d.chain("split", "other", "after", END)
    return d


async def in_thread(function, *arguments):
    return await asyncio.to_thread(function, *arguments)


async def saved_state(recording, compiled) -> None:
    """What the checkpointer holds: the committed state, the nodes still due, the number of checkpoints."""
    try:
        state = await compiled.aget_state(thread)
    except InvalidUpdateError as error:  # kept writes that clash make the state itself unreadable
        recording.calls[-1]["saved"] = {"error": type(error).__name__}
        return
    history = [snapshot async for snapshot in compiled.aget_state_history(thread)]
    done = sorted(task.name for task in state.tasks if task.result is not None)
    if state.next and recording.calls[-1]["outcome"] == "ok":  # it stopped in front of nodes that are due
        recording.calls[-1]["outcome"] = "interrupted"
    recording.calls[-1]["saved"] = {"state": state.values, "due": sorted(state.next), "done in the open step": done, "checkpoints": len(history)}


async def call_and_resume(d: Drawing, calls: int = 2, threads: bool = False, **options) -> dict:
    """Calls with an input, then again without one, which resumes the thread of the checkpointer."""
    compiled = d.graph.compile(checkpointer=InMemorySaver())
    for given in [{"notes": []}] + [None] * (calls - 1):
        started = in_thread(compiled.invoke, given, thread) if threads else compiled.ainvoke(given, thread, **options)
        await d.recording.call(started, state_of)
        await saved_state(d.recording, compiled)
    return d.neutral()


@case("split bad other after", "The first error ends the superstep: a slower sibling is cancelled, nothing follows (async).", fixed={"bad": 10, "other": 40})
async def failing_branch(recording):
    return await play(branches(recording))


@case("split bad other after", "The first error ends the superstep: a sibling that had already ended is followed by nothing.", fixed={"bad": 40, "other": 10})
async def failing_branch_late(recording):
    return await play(branches(recording))


@case("split bad other after", "With threads a slower sibling cannot be cancelled: it runs to its end before the call fails.", fixed={"bad": 10, "other": 50}, real_time=True)
async def failing_branch_threads(recording):
    d = branches(recording, threads=True)
    compiled = d.graph.compile()
    await recording.call(in_thread(compiled.invoke, {"notes": []}, {"recursion_limit": 25}), state_of)
    return d.neutral()


@case("split bad worse other", "Of two failures the first one ends the superstep; the second node is cancelled before it can fail.", fixed={"bad": 10, "worse": 20, "other": 40})
async def failing_twice(recording):
    d = branches(recording)
    d.node("worse", runs=fails(1), about="fails")
    d.chain("split", "worse", END)
    return await play(d)


@case("split bad other after", "Resume after an error: the sibling that had ended is not run again, its writes were kept aside; only the failed node runs.", fixed={"bad": 40, "other": 10})
async def resume_sibling_done(recording):
    return await call_and_resume(branches(recording))


@case("split bad other after", "Resume after an error: the failed node and the cancelled sibling both run again, from their tops.", fixed={"bad": 10, "other": 40})
async def resume_sibling_cancelled(recording):
    return await call_and_resume(branches(recording))


@case("split bad other after", "Resume with threads: the slower sibling ended after the error, its writes were kept, and it does not run again.", fixed={"bad": 10, "other": 50}, real_time=True)
async def resume_sibling_threads(recording):
    return await call_and_resume(branches(recording, threads=True), threads=True)


@case("split bad other after", "A node that fails at each resume is the only one that runs at each resume.", fixed={"bad": 40, "other": 10})
async def resume_fails_again(recording):
    return await call_and_resume(branches(recording, times=2), calls=3)


@case("first second bad last", "A resume starts at the superstep that failed: those before it are not run again.")
async def resume_in_line(recording):
    d = Drawing(recording)
    d.nodes("first second last")
    d.node("bad", runs=fails(1), about="fails its first execution")
    d.chain(START, "first", "second", "bad", "last", END)
    return await call_and_resume(d)


@case("first second bad last", "Durability `exit` saves one checkpoint when the call ends, even by an error: the resume is the same.")
async def resume_durability_exit(recording):
    d = Drawing(recording)
    d.nodes("first second last")
    d.node("bad", runs=fails(1), about="fails its first execution")
    d.chain(START, "first", "second", "bad", "last", END)
    return await call_and_resume(d, durability="exit")


@case("split bad other after", "Without a checkpointer a second call begins at the start.", fixed={"bad": 40, "other": 10})
async def call_again_without_checkpoint(recording):
    d = branches(recording)
    compiled = d.graph.compile()
    for _ in range(2):
        await recording.call(compiled.ainvoke({"notes": []}, {"recursion_limit": 25}), state_of)
    return d.neutral()


@case("split left right after", "A clash of writers fails again at each resume, and none of the writers runs again: their writes are kept.")
async def resume_clash(recording):
    d = Drawing(recording)
    d.nodes("split after")
    d.node("left", writes={"single": "left"})
    d.node("right", writes={"single": "right"})
    d.chain(START, "split", "left", "after", END)
    d.chain("split", "right", END)
    return await call_and_resume(d)


@case("split bad other after", "A retry policy runs the body again inside the same superstep, from its top; the sibling is not run again.")
async def retry(recording):
    d = Drawing(recording)
    d.nodes("split other after")
    d.node("bad", runs=fails(2), about="fails its first two executions", retry_policy=RetryPolicy(initial_interval=0.01, jitter=False, retry_on=Boom))
    d.chain(START, "split", "bad", END)
    d.chain("split", "other", "after", END)
    return await play(d)


@case("split bad other after", "A retry policy that is used up fails the superstep like a plain error.", fixed={"bad": 5, "other": 50})
async def retry_used_up(recording):
    d = Drawing(recording)
    d.nodes("split other after")
    d.node("bad", runs=fails(9), about="always fails", retry_policy=RetryPolicy(max_attempts=2, initial_interval=0.01, jitter=False, retry_on=Boom))
    d.chain(START, "split", "bad", END)
    d.chain("split", "other", "after", END)
    return await play(d)


@case("split slow other after", "A node's timeout fails it, and with it the superstep.", fixed={"slow": 30, "other": 50})
async def node_timeout(recording):
    d = Drawing(recording)
    d.nodes("split other after")
    d.node("slow", timeout=0.02)
    d.chain(START, "split", "slow", END)
    d.chain("split", "other", "after", END)
    return await play(d)


@case("split bad rescue other after", "A node's error handler runs inside the same superstep; the failed node's edges are not taken, the siblings go on.")
async def error_handler(recording):
    d = Drawing(recording)
    d.nodes("split other after next")

    async def rescue(state, config: RunnableConfig):
        with recording.body("rescue", config["metadata"]["langgraph_step"]) as this:
            await this.work()
            return {"notes": ["rescue"]}

    d.node("bad", runs=fails(9), about="always fails", error_handler=rescue)
    d.chain(START, "split", "bad", "next", END)
    d.chain("split", "other", "after", END)
    return await play(d)


@case("split inner bad other after", "An error in a subgraph fails the parent's superstep; a resume goes on inside the subgraph at its failed step.", fixed={"bad": 40, "other": 10, "inner": 5})
async def resume_subgraph(recording):
    inner = Drawing(recording, within="sub")
    inner.nodes("inner")
    inner.node("bad", runs=fails(1), about="fails its first execution")
    inner.chain(START, "inner", "bad", END)
    d = Drawing(recording)
    d.nodes("split other after")
    d.graph.add_node("sub", inner.graph.compile())
    d.chain(START, "split", "sub", "after", END)
    d.chain("split", "other", END)
    graph = await call_and_resume(d)
    graph["nodes"]["sub"]["graph"] = inner.neutral()
    return graph


def subgraph_and_sibling(recording, times: int = 1, **options) -> tuple:
    inner = Drawing(recording, within="sub")
    inner.nodes("inner side")
    inner.node("bad", runs=fails(times), about=f"fails its first {times} executions")
    inner.chain(START, "inner", "bad", END)
    inner.chain("inner", "side", END)
    d = Drawing(recording)
    d.nodes("split after")
    d.graph.add_node("sub", inner.graph.compile(), **options)
    d.chain(START, "split", "sub", "after", END)
    return d, inner


@case("split inner side bad after", "A retry policy on a subgraph begins it again as a whole, though a checkpointer has what had ended in it.", fixed={"bad": 40, "side": 10})
async def retry_subgraph(recording):
    policy = RetryPolicy(initial_interval=0.001, jitter=False, max_attempts=2, retry_on=Boom)
    d, inner = subgraph_and_sibling(recording, retry_policy=policy)
    graph = await call_and_resume(d, calls=1)
    graph["nodes"]["sub"]["graph"] = inner.neutral()
    return graph


async def crash_and_resume(d: Drawing, after: int, **options) -> dict:
    """The process dies `after` milliseconds of a call; another one resumes with what the checkpointer held then."""
    saver = InMemorySaver()
    running = asyncio.create_task(d.graph.compile(checkpointer=saver).ainvoke({"notes": []}, thread, **options))
    await asyncio.sleep(after * 0.001)
    left = InMemorySaver()
    for name in ("storage", "writes", "blobs"):
        getattr(left, name).update(copy.deepcopy(dict(getattr(saver, name))))
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    compiled = d.graph.compile(checkpointer=left)
    d.recording.calls.append({"outcome": "crash"})
    await saved_state(d.recording, compiled)
    await d.recording.call(compiled.ainvoke(None, thread), state_of)
    await saved_state(d.recording, compiled)
    return d.neutral()


def race(recording) -> Drawing:
    d = Drawing(recording)
    d.nodes("split quick slow both")
    d.chain(START, "split", "quick")
    d.chain("split", "slow")
    d.graph.add_edge(["quick", "slow"], "both")
    d.chain("both", END)
    return d


@case("split quick slow both", "A crash inside a superstep: a node that had ended is not run again, one that was running is.", fixed={"split": 5, "quick": 5, "slow": 45})
async def crash_in_step(recording):
    return await crash_and_resume(race(recording), after=30)


@case("split quick slow both", "A crash under durability `exit` leaves nothing: there is no checkpoint to resume from.", fixed={"split": 5, "quick": 5, "slow": 45})
async def crash_durability_exit(recording):
    return await crash_and_resume(race(recording), after=30, durability="exit")


@case("split inner side bad after", "A crash amid a subgraph: the resume goes on inside, and what had ended in its open step does not run again.", fixed={"split": 5, "inner": 5, "side": 5, "bad": 40})
async def crash_in_subgraph(recording):
    d, inner = subgraph_and_sibling(recording, times=0)
    graph = await crash_and_resume(d, after=30)
    graph["nodes"]["sub"]["graph"] = inner.neutral()
    return graph
