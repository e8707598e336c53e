# SPDX-License-Identifier: Apache-2.0
"""LangGraph: questions to a human, and what an answer runs again."""

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START
from langgraph.types import Command, interrupt

from langgraph_drawing import Drawing, case
from langgraph_failures import fails, saved_state, thread


def asks(*questions: str):
    """A body that asks each question in turn."""

    def runs(body, state, config):
        body.part("top")
        for question in questions:
            body.part(f"{question} -> {interrupt(question)}")
        return {"notes": ["asked"]}

    return runs


async def call_and_answer(d: Drawing, *resumes, **compile_options) -> dict:
    """The first call has the input; each later one resumes with a value, or with what `resumes` makes of the state."""
    compiled = d.graph.compile(checkpointer=InMemorySaver(), **compile_options)
    for given in [{"notes": []}, *resumes]:
        if callable(given):
            given = given(await compiled.aget_state(thread))
        await d.recording.call(compiled.ainvoke(given, thread), lambda result: {"state": {k: v for k, v in result.items() if k != "__interrupt__"}, "questions": [i.value for i in result.get("__interrupt__", [])]})
        if d.recording.calls[-1].get("questions"):
            d.recording.calls[-1]["outcome"] = "interrupted"
        await saved_state(d.recording, compiled)
    return d.neutral()


@case("before ask after", "An answered question runs the body again from its top, and the question yields the answer at once.")
async def interrupt_resume(recording):
    d = Drawing(recording)
    d.nodes("before after")
    d.node("ask", runs=asks("sure"), about="asks a human once")
    d.chain(START, "before", "ask", "after", END)
    return await call_and_answer(d, Command(resume="yes"))


@case("ask after", "Two questions in one body: it runs three times, and answered questions yield their old answers in order.")
async def interrupt_twice(recording):
    d = Drawing(recording)
    d.node("ask", runs=asks("first", "second"), about="asks a human twice")
    d.nodes("after")
    d.chain(START, "ask", "after", END)
    return await call_and_answer(d, Command(resume="one"), Command(resume="two"))


@case("split ask other more after", "A question does not cancel a slower sibling: it ends, its writes are kept, the step is not over, and it does not run again.", fixed={"ask": 5, "other": 45})
async def interrupt_slow_sibling(recording):
    d = Drawing(recording)
    d.nodes("split other more after")
    d.node("ask", runs=asks("sure"), about="asks a human once")
    d.chain(START, "split", "ask", "after", END)
    d.chain("split", "other", "more", END)
    return await call_and_answer(d, Command(resume="yes"))


@case("split ask other more after", "A question beside a sibling that had ended: the sibling does not run again.", fixed={"ask": 45, "other": 5})
async def interrupt_quick_sibling(recording):
    d = Drawing(recording)
    d.nodes("split other more after")
    d.node("ask", runs=asks("sure"), about="asks a human once")
    d.chain(START, "split", "ask", "after", END)
    d.chain("split", "other", "more", END)
    return await call_and_answer(d, Command(resume="yes"))


def answers(names: dict):
    """Answers by node: a Command that maps each open question of the state to what its node is to get."""

    def make(state):
        return Command(resume={i.id: names[t.name] for t in state.tasks for i in t.interrupts if t.name in names})

    return make


@case("split ask demand both", "Two nodes ask in one superstep: both questions come out at once and one resume answers both.")
async def interrupt_both(recording):
    d = Drawing(recording)
    d.nodes("split both")
    d.nodes("ask demand", runs=asks("sure"), about="asks a human once")
    d.chain(START, "split", "ask")
    d.chain("split", "demand")
    d.graph.add_edge(["ask", "demand"], "both")
    d.chain("both", END)
    return await call_and_answer(d, answers({"ask": "yes", "demand": "no"}))


@case("split ask demand both", "Two nodes ask and one is answered: the other runs its body again too, and asks again.")
async def interrupt_one_of_both(recording):
    d = Drawing(recording)
    d.nodes("split both")
    d.nodes("ask demand", runs=asks("sure"), about="asks a human once")
    d.chain(START, "split", "ask")
    d.chain("split", "demand")
    d.graph.add_edge(["ask", "demand"], "both")
    d.chain("both", END)
    return await call_and_answer(d, answers({"ask": "yes"}), answers({"demand": "no"}))


@case("split ask bad after", "A question and then an error in one superstep: the call fails; the resume with the answer runs both again.", fixed={"ask": 5, "bad": 40})
async def interrupt_and_error(recording):
    d = Drawing(recording)
    d.nodes("split after")
    d.node("ask", runs=asks("sure"), about="asks a human once")
    d.node("bad", runs=fails(1), about="fails its first execution")
    d.chain(START, "split", "ask", "after", END)
    d.chain("split", "bad", END)
    return await call_and_answer(d, Command(resume="yes"))


@case("before ask after", "interrupt_before stops in front of a node: its body has not begun, and runs once after the resume.")
async def interrupt_before(recording):
    d = Drawing(recording)
    d.nodes("before ask after")
    d.chain(START, "before", "ask", "after", END)
    return await call_and_answer(d, None, interrupt_before=["ask"])


@case("split ask other more after", "interrupt_before holds the whole superstep that the node is part of, not only the node.")
async def interrupt_before_step(recording):
    d = Drawing(recording)
    d.nodes("split other more after ask")
    d.chain(START, "split", "ask", "after", END)
    d.chain("split", "other", "more", END)
    return await call_and_answer(d, None, interrupt_before=["ask"])


@case("inner ask other after", "A question inside a subgraph: the resume goes on inside, at the step that asked; steps before it do not run again.")
async def interrupt_subgraph(recording):
    inner = Drawing(recording, within="sub")
    inner.nodes("inner")
    inner.node("ask", runs=asks("sure"), about="asks a human once")
    inner.chain(START, "inner", "ask", END)
    d = Drawing(recording)
    d.nodes("after")
    d.graph.add_node("sub", inner.graph.compile())
    d.chain(START, "sub", "after", END)
    graph = await call_and_answer(d, Command(resume="yes"))
    graph["nodes"]["sub"]["graph"] = inner.neutral()
    return graph
