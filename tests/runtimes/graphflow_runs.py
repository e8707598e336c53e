# SPDX-License-Identifier: Apache-2.0
"""GraphFlow: what a speaker sees, when termination is asked, what a failed speaker takes with it, what a second run does."""

import asyncio

from autogen_agentchat.conditions import MaxMessageTermination, TextMentionTermination

from autogen_team import call, graph_cases
from graphflow_drawing import Drawing
from recording import Boom

case = graph_cases.case


def diamond(recording, **more) -> Drawing:
    d = Drawing(recording)
    d.nodes("split left right meet", **more)
    d.chain("split", "left", "meet")
    d.chain("split", "right", "meet")
    return d


@case("split left right meet last", "Everyone sees all messages since its last turn, of parents or not; speakers of one round do not see each other's.")
async def sees_thread(recording):
    d = diamond(recording, sees=True)
    d.nodes("last", sees=True)
    d.chain("meet", "last")
    return await d.play()


@case("one two three", "The turn limit counts rounds.")
async def max_turns(recording):
    d = Drawing(recording)
    d.nodes("one two three")
    d.chain("one", "two", "three")
    return await d.play(max_turns=2)


@case("split left right meet", "The turn limit counts a round of two speakers as one turn.")
async def max_turns_parallel(recording):
    return await diamond(recording).play(max_turns=2)


@case("one two three four", "A message limit counts the task message, too: 3 let two speakers speak.")
async def max_messages(recording):
    d = Drawing(recording)
    d.nodes("one two three four")
    d.chain("one", "two", "three", "four")
    return await d.play(termination_condition=MaxMessageTermination(3))


@case("split a b c meet last", "Termination looks at the last answer of a round only: a round of three speakers counts as one message.")
async def max_messages_parallel(recording):
    d = Drawing(recording)
    d.nodes("split a b c meet last")
    for name in ("a", "b", "c"):
        d.chain("split", name, "meet")
    d.chain("meet", "last")
    return await d.play(termination_condition=MaxMessageTermination(4))


@case("split left right meet", "A text that ends the run is missed unless its speaker answers last in its round.", fixed={"left": 10, "right": 30})
async def text_missed(recording):
    d = Drawing(recording)
    d.nodes("split")
    d.nodes("left", says=lambda k: "DONE", about="says DONE")
    d.nodes("right meet")
    d.chain("split", "left", "meet")
    d.chain("split", "right", "meet")
    return await d.play(termination_condition=TextMentionTermination("DONE"))


@case("split left right meet", "The same text, said by the one who answers last in its round: the run ends.", fixed={"left": 30, "right": 10})
async def text_seen(recording):
    d = Drawing(recording)
    d.nodes("split")
    d.nodes("left", says=lambda k: "DONE", about="says DONE")
    d.nodes("right meet")
    d.chain("split", "left", "meet")
    d.chain("split", "right", "meet")
    return await d.play(termination_condition=TextMentionTermination("DONE"))


@case("one two", "The end of the graph is asked before termination: a last speaker's DONE is told as a complete graph.")
async def end_before_termination(recording):
    d = Drawing(recording)
    d.nodes("one")
    d.nodes("two", says=lambda k: "DONE", about="says DONE")
    d.chain("one", "two")
    return await d.play(termination_condition=TextMentionTermination("DONE"))


def failing(recording, times: int = 1) -> Drawing:
    d = Drawing(recording)
    d.nodes("split")
    d.nodes("bad", says=lambda k: Boom if k <= times else "recovered", about=f"fails its first {times} turns")
    d.nodes("other after")
    d.chain("split", "bad")
    d.chain("split", "other", "after")
    return d


@case("split bad other after", "A failed speaker fails the run; a slower sibling speaks to its end, nothing follows.", fixed={"bad": 10, "other": 40})
async def failing_branch(recording):
    return await failing(recording).play()


@case("split bad other after", "A failed speaker fails the run; what follows a faster sibling does not start.", fixed={"bad": 40, "other": 10})
async def failing_branch_late(recording):
    return await failing(recording).play()


@case("split bad other after", "A second run after a failure: the round that was due runs; the failed speaker is not asked again, still counts as speaking, and so nothing follows: the run stops and says nothing.", fixed={"bad": 40, "other": 10})
async def run_after_failure(recording):
    d = failing(recording)
    team = d.team()
    await call(recording, team)
    await call(recording, team, task=None)
    return d.neutral()


@case("first bad last", "A second run after a failure in a line: no one is due, the run stops at once as if all were well, and so does a third.")
async def run_after_failure_in_line(recording):
    d = Drawing(recording)
    d.nodes("first")
    d.nodes("bad", says=lambda k: Boom if k <= 1 else "recovered", about="fails its first turn")
    d.nodes("last")
    d.chain("first", "bad", "last")
    team = d.team()
    await call(recording, team)
    await call(recording, team, task=None)
    await call(recording, team, task=None)
    return d.neutral()


@case("first bad last", "A new task after a failure in a line: the graph is told complete and set back; the run after that starts anew and stops after its first round, since the failed speaker still counts as speaking.")
async def task_after_failure(recording):
    d = Drawing(recording)
    d.nodes("first")
    d.nodes("bad", says=lambda k: Boom if k <= 1 else "recovered", about="fails its first turn")
    d.nodes("last")
    d.chain("first", "bad", "last")
    team = d.team()
    for _ in range(3):
        await call(recording, team)
    return d.neutral()


@case("first bad last", "State saved after a failure and loaded into a new team: the failed node is in no queue, nothing ever runs again.")
async def load_after_failure(recording):
    d = Drawing(recording)
    d.nodes("first")
    d.nodes("bad", says=lambda k: Boom if k <= 1 else "recovered", about="fails its first turn")
    d.nodes("last")
    d.chain("first", "bad", "last")
    team = d.team()
    await call(recording, team)
    state = await team.save_state()
    fresh = d.team()
    await fresh.load_state(state)
    await call(recording, fresh, task=None)
    await call(recording, fresh, task=None)
    return d.neutral()


@case("one two three", "A run that a message limit ended goes on where it was at the next run.")
async def run_after_limit(recording):
    d = Drawing(recording)
    d.nodes("one two three")
    d.chain("one", "two", "three")
    team = d.team(termination_condition=MaxMessageTermination(3))
    await call(recording, team)
    await call(recording, team, task=None)
    return d.neutral()


@case("one two three", "State saved at a limit and loaded into a new team: it goes on at the next node.")
async def load_after_limit(recording):
    d = Drawing(recording)
    d.nodes("one two three")
    d.chain("one", "two", "three")
    team = d.team(max_turns=2)
    await call(recording, team)
    state = await team.save_state()
    fresh = d.team()
    await fresh.load_state(state)
    await call(recording, fresh, task=None)
    return d.neutral()


@case("split left right meet", "State saved amid a round and loaded into a new team: who was speaking is lost, their answers never come.", fixed={"split": 5, "left": 5, "right": 45})
async def load_amid_round(recording):
    d = diamond(recording)
    team = d.team()
    running = asyncio.create_task(call(recording, team))
    await asyncio.sleep(0.030)
    state = await team.save_state()
    crash = recording.now()
    await running
    recording.lose_after(crash)
    fresh = d.team()
    await fresh.load_state(state)
    await call(recording, fresh, task=None)
    return d.neutral()


@case("one two", "A graph that came to its end starts anew at the next run.")
async def run_after_end(recording):
    d = Drawing(recording)
    d.nodes("one two")
    d.chain("one", "two")
    team = d.team()
    await call(recording, team)
    await call(recording, team)
    return d.neutral()
