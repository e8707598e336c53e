# SPDX-License-Identifier: Apache-2.0
"""Group chats: when a termination condition is asked, over which messages, and how conditions combine."""

from autogen_agentchat.conditions import (
    ExternalTermination,
    MaxMessageTermination,
    SourceMatchTermination,
    StopMessageTermination,
    TextMentionTermination,
)
from autogen_agentchat.messages import StopMessage
from autogen_agentchat.teams import RoundRobinGroupChat

from autogen_team import call, chat_cases
from groupchat_speakers import chat, play, speakers_of

case = chat_cases.case


@case("ann bob cid", "A message limit counts the task message, too: 5 let four speakers speak.")
async def max_messages(recording):
    who = speakers_of(recording, "ann bob cid")
    await play(recording, RoundRobinGroupChat(who, termination_condition=MaxMessageTermination(5)), who)
    return chat("round-robin", who, termination="max messages 5")


@case("ann bob cid", "A message limit counts inner messages, too; an answer is never cut, so the limit may be passed.")
async def max_messages_inner(recording):
    who = speakers_of(recording, "ann bob cid", ann=[lambda k: ["thought", "idea", "answer"]])
    await play(recording, RoundRobinGroupChat(who, termination_condition=MaxMessageTermination(3)), who)
    return chat("round-robin", who, termination="max messages 3; ann makes two inner messages")


@case("ann bob cid", "A message limit counts anew at each run.")
async def max_messages_again(recording):
    who = speakers_of(recording, "ann bob cid")
    team = RoundRobinGroupChat(who, termination_condition=MaxMessageTermination(3))
    await play(recording, team, who)
    await call(recording, team, task=None)
    return chat("round-robin", who, termination="max messages 3")


@case("ann bob cid", "A text is looked for in each new message; the run ends after the speaker who said it.")
async def text(recording):
    who = speakers_of(recording, "ann bob cid", bob=[lambda k: "DONE" if k == 2 else "bob"])
    await play(recording, RoundRobinGroupChat(who, termination_condition=TextMentionTermination("DONE")), who)
    return chat("round-robin", who, termination="text DONE; bob says it at its second turn")


@case("ann bob", "Termination is asked of the task message, too: a task that mentions the text ends the run before anybody speaks.")
async def text_in_task(recording):
    who = speakers_of(recording, "ann bob")
    team = RoundRobinGroupChat(who, termination_condition=TextMentionTermination("DONE"))
    await call(recording, team, task="say DONE when you are done")
    return chat("round-robin", who, termination="text DONE, which the task mentions")


@case("ann bob cid", "Or: the run ends as soon as one condition holds.")
async def either(recording):
    who = speakers_of(recording, "ann bob cid", bob=[lambda k: "DONE"])
    await play(recording, RoundRobinGroupChat(who, termination_condition=MaxMessageTermination(5) | TextMentionTermination("DONE")), who)
    return chat("round-robin", who, termination="max messages 5, or text DONE; bob says it")


@case("ann bob cid", "And: a condition that once held stays true while the others are waited for.")
async def both(recording):
    who = speakers_of(recording, "ann bob cid", ann=[lambda k: "DONE" if k == 1 else "ann"])
    await play(recording, RoundRobinGroupChat(who, termination_condition=MaxMessageTermination(6) & TextMentionTermination("DONE")), who)
    return chat("round-robin", who, termination="max messages 6, and text DONE; ann says it at its first turn only")


@case("ann bob cid", "And in the other order: the limit is passed and the run goes on until the text is said.")
async def both_limit_first(recording):
    who = speakers_of(recording, "ann bob cid", ann=[lambda k: "DONE" if k == 3 else "ann"])
    await play(recording, RoundRobinGroupChat(who, termination_condition=MaxMessageTermination(3) & TextMentionTermination("DONE")), who)
    return chat("round-robin", who, termination="max messages 3, and text DONE; ann says it at its third turn")


@case("ann bob cid", "A condition is asked before the turn limit: where both hold, the condition is told.")
async def condition_before_turns(recording):
    who = speakers_of(recording, "ann bob cid")
    await play(recording, RoundRobinGroupChat(who, termination_condition=MaxMessageTermination(3), max_turns=2), who)
    return chat("round-robin", who, termination="max messages 3, max turns 2")


@case("ann bob cid", "A source ends the run after its first message.")
async def source(recording):
    who = speakers_of(recording, "ann bob cid")
    await play(recording, RoundRobinGroupChat(who, termination_condition=SourceMatchTermination(["bob"])), who)
    return chat("round-robin", who, termination="source bob")


@case("ann bob cid", "A stop message ends the run.")
async def stop_message(recording):
    who = speakers_of(recording, "ann bob cid", bob=[lambda k: StopMessage(content="stop", source="bob")])
    await play(recording, RoundRobinGroupChat(who, termination_condition=StopMessageTermination()), who)
    return chat("round-robin", who, termination="stop message; bob says it")


@case("ann bob cid", "A stop from outside takes effect when the present speaker has answered: nobody is cut short.")
async def external(recording):
    who = speakers_of(recording, "ann bob cid")
    stop = ExternalTermination()
    bob = who[1].says
    who[1].says = lambda k: (stop.set(), bob(k))[1]
    await play(recording, RoundRobinGroupChat(who, termination_condition=stop), who)
    return chat("round-robin", who, termination="from outside, while bob speaks")
