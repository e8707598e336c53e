# SPDX-License-Identifier: Apache-2.0
"""Group chats: who speaks next."""

from autogen_agentchat.conditions import HandoffTermination, MaxMessageTermination
from autogen_agentchat.messages import HandoffMessage
from autogen_agentchat.teams import RoundRobinGroupChat, SelectorGroupChat, Swarm

from autogen_team import Speaker, call, chat_cases, team_up
from groupchat_scripted_model import ScriptedModel
from recording import Boom

case = chat_cases.case


def chat(kind: str, speakers, **options) -> dict:
    return {"team": kind, "start": [speakers[0].name], "nodes": {s.name: {"does": s.about} for s in speakers}, "edges": [], **options}


def speakers_of(recording, names: str, **says) -> list[Speaker]:
    return [Speaker(recording, name, *says.get(name, ())) for name in names.split()]


def handoff(source: str, target: str) -> HandoffMessage:
    return HandoffMessage(content=f"to {target}", source=source, target=target)


async def play(recording, team, speakers) -> None:
    team_up(team, speakers)
    await call(recording, team)


@case("ann bob cid", "Round robin: in the order of the list, over and over, one at a time.")
async def round_robin(recording):
    who = speakers_of(recording, "ann bob cid")
    await play(recording, RoundRobinGroupChat(who, max_turns=7), who)
    return chat("round-robin", who, termination="max turns 7")


@case("ann bob cid", "Round robin goes on with the next in line at a second run, with a new task or without.")
async def round_robin_goes_on(recording):
    who = speakers_of(recording, "ann bob cid")
    team = RoundRobinGroupChat(who, max_turns=2)
    await play(recording, team, who)
    await call(recording, team, task=None)
    await call(recording, team)
    return chat("round-robin", who, termination="max turns 2")


@case("ann bob cid", "A saved round robin, loaded into a new team, goes on with the next in line.")
async def round_robin_loaded(recording):
    who = speakers_of(recording, "ann bob cid")
    team = RoundRobinGroupChat(who, max_turns=2)
    await play(recording, team, who)
    state = await team.save_state()
    fresh = RoundRobinGroupChat(who, max_turns=2)
    team_up(fresh, who)
    await fresh.load_state(state)
    await call(recording, fresh, task=None)
    return chat("round-robin", who, termination="max turns 2")


@case("ann bob cid", "A reset round robin begins with the first again.")
async def round_robin_reset(recording):
    who = speakers_of(recording, "ann bob cid")
    team = RoundRobinGroupChat(who, max_turns=2)
    await play(recording, team, who)
    await team.reset()
    await call(recording, team)
    return chat("round-robin", who, termination="max turns 2")


@case("ann bob cid", "Everybody sees all messages since its own last turn.")
async def sees_thread(recording):
    who = [Speaker(recording, name, sees=True) for name in ("ann", "bob", "cid")]
    await play(recording, RoundRobinGroupChat(who, max_turns=5), who)
    return chat("round-robin", who, termination="max turns 5")


@case("ann bob cid", "A selector function names the next speaker after each message, the same one twice if it likes.")
async def selector_function(recording):
    who = speakers_of(recording, "ann bob cid")
    line = ["cid", "cid", "ann", "bob", "ann"]
    select = lambda thread: line[len(thread) - 1]
    await play(recording, SelectorGroupChat(who, ScriptedModel([]), selector_func=select, max_turns=5), who)
    return chat("selector", who, selector=line, termination="max turns 5")


@case("ann bob cid", "A model that selects is not offered the last speaker; naming it all the same is asked again.")
async def selector_no_repeat(recording):
    who = speakers_of(recording, "ann bob cid")
    model = ScriptedModel(["ann", "ann", "bob", "cid"])
    await play(recording, SelectorGroupChat(who, model, max_turns=3), who)
    recording.facts["times the model was asked"] = model.asked
    return chat("selector", who, selector=["ann", "ann (refused)", "bob", "cid"], termination="max turns 3")


@case("ann bob cid", "With repeated speakers allowed the model may name the last one.")
async def selector_repeat(recording):
    who = speakers_of(recording, "ann bob cid")
    model = ScriptedModel(["ann", "ann", "bob"])
    await play(recording, SelectorGroupChat(who, model, max_turns=3, allow_repeated_speaker=True), who)
    recording.facts["times the model was asked"] = model.asked
    return chat("selector", who, selector=["ann", "ann", "bob"], termination="max turns 3")


@case("ann bob cid", "A model that names nobody three times: the last speaker goes on; at the first turn, the first of the list.")
async def selector_names_nobody(recording):
    who = speakers_of(recording, "ann bob cid")
    model = ScriptedModel(["nobody"] * 3 + ["cid"] + ["nobody"] * 3)
    await play(recording, SelectorGroupChat(who, model, max_turns=3), who)
    recording.facts["times the model was asked"] = model.asked
    return chat("selector", who, selector=["nobody x3", "cid", "nobody x3"], termination="max turns 3")


@case("ann bob", "With two speakers and no repeats the model is asked for the first only: then they alternate.")
async def selector_two(recording):
    who = speakers_of(recording, "ann bob")
    model = ScriptedModel(["bob"])
    await play(recording, SelectorGroupChat(who, model, max_turns=4), who)
    recording.facts["times the model was asked"] = model.asked
    return chat("selector", who, selector=["bob"], termination="max turns 4")


@case("ann bob cid", "A selector function that names nobody known fails the run.")
async def selector_unknown(recording):
    who = speakers_of(recording, "ann bob cid")
    select = lambda thread: "ann" if len(thread) == 1 else "zoe"
    await play(recording, SelectorGroupChat(who, ScriptedModel([]), selector_func=select, max_turns=3), who)
    return chat("selector", who, selector=["ann", "zoe (unknown)"], termination="max turns 3")


@case("ann bob cid", "Swarm: the first of the list begins; a handoff names the next speaker; without one the same speaks again.")
async def swarm(recording):
    says = {
        "ann": [lambda k: "thinking" if k == 1 else handoff("ann", "cid")],
        "cid": [lambda k: handoff("cid", "bob")],
    }
    who = speakers_of(recording, "ann bob cid", **says)
    await play(recording, Swarm(who, termination_condition=MaxMessageTermination(6)), who)
    return chat("swarm", who, handoffs=["ann speaks, then ann -> cid", "cid -> bob", "bob speaks on"], termination="max messages 6")


@case("ann bob cid", "Swarm: of two handoffs in one answer the last one counts.")
async def swarm_two_handoffs(recording):
    who = speakers_of(recording, "ann bob cid", ann=[lambda k: [handoff("ann", "bob"), handoff("ann", "cid")]])
    await play(recording, Swarm(who, max_turns=2), who)
    return chat("swarm", who, handoffs=["ann -> bob, ann -> cid"], termination="max turns 2")


@case("ann bob", "Swarm: a handoff to nobody known fails the run.")
async def swarm_unknown(recording):
    who = speakers_of(recording, "ann bob", ann=[lambda k: handoff("ann", "zoe")])
    await play(recording, Swarm(who, max_turns=3), who)
    return chat("swarm", who, handoffs=["ann -> zoe (unknown)"], termination="max turns 3")


@case("ann bob", "Swarm: a handoff to the user ends the run; a handoff back from the user names who goes on.")
async def swarm_user(recording):
    who = speakers_of(recording, "ann bob", ann=[lambda k: handoff("ann", "user")])
    team = Swarm(who, termination_condition=HandoffTermination("user") | MaxMessageTermination(4))
    await play(recording, team, who)
    await call(recording, team, task=handoff("user", "bob"))
    return chat("swarm", who, handoffs=["ann -> user", "user -> bob"], termination="handoff to user, or max messages 4")


@case("ann bob cid", "A failed speaker fails the run; nobody follows.")
async def failing_speaker(recording):
    who = speakers_of(recording, "ann bob cid", bob=[lambda k: Boom if k == 1 else "recovered"])
    await play(recording, RoundRobinGroupChat(who, max_turns=5), who)
    return chat("round-robin", who, termination="max turns 5")


@case("ann bob cid", "A second run after a failed speaker: the next in line speaks, the failed one is not asked again; since it still counts as speaking nobody follows, and the run stops and says nothing.")
async def run_after_failure(recording):
    who = speakers_of(recording, "ann bob cid", bob=[lambda k: Boom if k == 1 else "recovered"])
    team = RoundRobinGroupChat(who, max_turns=5)
    await play(recording, team, who)
    await call(recording, team, task=None)
    await call(recording, team, task=None)
    return chat("round-robin", who, termination="max turns 5")


@case("ann bob cid", "State saved after a failed speaker and loaded into a new team: the failed one is passed over, the next in line goes on.")
async def load_after_failure(recording):
    who = speakers_of(recording, "ann bob cid", bob=[lambda k: Boom if k == 1 else "recovered"])
    team = RoundRobinGroupChat(who, max_turns=3)
    await play(recording, team, who)
    state = await team.save_state()
    fresh = RoundRobinGroupChat(who, max_turns=3)
    team_up(fresh, who)
    await fresh.load_state(state)
    await call(recording, fresh, task=None)
    return chat("round-robin", who, termination="max turns 3")


@case("ann bob cid dan", "A team inside a team takes one turn: its own speakers all speak in it.")
async def nested_team(recording):
    ann, dan = speakers_of(recording, "ann dan")
    bob, cid = (Speaker(recording, name, within="inner") for name in ("bob", "cid"))
    inner = RoundRobinGroupChat([bob, cid], name="inner", max_turns=3)
    team_up(inner, [bob, cid])
    team = RoundRobinGroupChat([ann, inner, dan], max_turns=3)
    await play(recording, team, [ann, dan])
    return {**chat("round-robin", [ann, dan], termination="max turns 3"), "inner": chat("round-robin", [bob, cid], termination="max turns 3")}
