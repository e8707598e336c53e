// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "scenarios/fields.hpp"

namespace squall::scenarios {

/// The shapes that a mapping in a workflow file may have: what each is, and by which field its short form is meant. Their
/// fields stand in the field table.
inline constexpr auto shape_table = std::to_array<ShapeRow>({
    {"file", "", "A workflow: who the agents are, what they do, what may go wrong and what must hold."},
    {"load", "", "How many instances of the workflow run at once."},
    {"network", "", "How messages travel."},
    {"link", "", "What differs on one link, from one agent to another."},
    {"key", "", "A key of the shared context: versions that agents read and write."},
    {"topic", "", "A published topic: a broadcast or a queue. A topic that is only sent needs no entry."},
    {"redeliver", "", "What was taken and not acknowledged comes again."},
    {"tool", "", "An outside service. That its effect happened and that the reply came are two facts."},
    {"resource", "", "What agents hold or are let through by. Exactly one of lock, semaphore, lease and rate."},
    {"lock", "", "One holder at a time, waiters in order of arrival, not re-entrant."},
    {"lease", "", "A lock that is taken back from a holder who does not renew it."},
    {"limiter", "", "So many per time."},
    {"agent", "", "A program with a mailbox."},
    {"mailbox", "", "Where messages wait until they are taken."},
    {"expect", "", "What a suite demands of the file; the seeds are 1 to n."},
    {"graph", "",
     "A graph design: nodes, edges, and under whose rules it runs. Each node is an agent, the runtime one too."},
    {"rules", "preset", "Rules of a framework: a preset, and choices that differ from it."},
    {"node", "", "A node of a graph."},
    {"worker", "", "A kind of workers of a graph."},
    {"join", "", "When a node begins."},
    {"group", "", "One group of a join."},
    {"without", "", "What a case file leaves out of the workflow that it extends."},
    {"schedule", "", "The decisions of one untimed run."},
    {"claim", "", "A claim of the workflow's own: exactly one kind of claim, a name and a reason."},
    {"eventually", "", "It comes true before the end, or in time."},
    {"leads-to", "", "Each time `when` happens, `then` follows."},
    {"precedes", "", "`then` does not happen before `first`."},
    {"at-most", "", "`of` happens no more than `n` times."},
    {"pattern", "", "Which events: exactly one kind of event, and whose. In `where`, `event` is the event."},
    {"step", "", "One step of a program: exactly one action, and any of the fields that every step may have."},
    {"retry", "",
     "Repeats exactly this step or block from its top. Agent variables, context, effects and consumed "
     "messages stay as they are."},
    {"work", "time", "Is busy for a time; the result is what it makes."},
    {"sleep", "time", "Waits idly."},
    {"send", "", "Sends a message. Never waits, except for room in a mailbox whose policy is `block`."},
    {"publish", "topic", "To all that are subscribed at that instant (broadcast), or to one taker (queue)."},
    {"subscribe", "topic", "Subscribes to a broadcast."},
    {"receive", "topic",
     "Takes messages from the mailbox: nothing until the whole demand can be met, then all at once. "
     "The result is the message or a list; also `msg`."},
    {"matcher", "topic", "Which messages."},
    {"interrupt", "",
     "In a node of a graph: asks, and the node gives way; when the answer is there its body runs again from its top, "
     "and this "
     "step yields the answer at once."},
    {"ask", "", "Sends a request and waits for its reply. A reply to an earlier attempt is dropped."},
    {"reply", "", "Answers the attempt that a message carried."},
    {"read", "key", "Reads a key; the result has `value` and `version`."},
    {"write", "key", "Writes a key through its reducer."},
    {"update", "", "Reads, then writes: two events, between which others may come."},
    {"compare-and-set", "", "Writes if the version is still the expected one, else fails `conflict`."},
    {"call", "tool",
     "Calls a tool: request, effect and reply are three events. Fails `unavailable`, `rate-limited`, "
     "`timeout` or `fenced`."},
    {"acquire", "resource", "Waits in line for a resource; the result has `token` and `until`."},
    {"renew", "resource", "Renews a lease; fails `lost-lease` if it is lost."},
    {"release", "resource", "Gives a resource back; fails `lost-lease` if it is lost."},
    {"choice", "", "One branch of a `choose`."},
    {"map", "", "One activation for each element; an empty range succeeds at once."},
    {"beside if", "", "Next to `if`."},
    {"beside repeat", "", "Next to `repeat`; none of the three: for ever."},
    {"beside parallel", "", "Next to `parallel`."},
    {"beside map", "", "Next to `map`."},
    {"spawn", "agent", "Starts a new member of an agent with `start: spawned`; the result is the agent."},
    {"cancel", "of", "Tells a spawned agent to stop."},
    {"checkpoint", "", "Saves position, locals, seen artifacts of this activation and the agent's variables."},
    {"restart", "after", "Ends this activation well, then restarts the agent as after a crash."},
    {"validate", "artifact", "Fails `unsound` if the artifact is."},
    {"emit", "event", "Tells judges that something happened."},
    {"ack", "message", "Acknowledges a message by hand."},
    {"fail", "because", "Fails this step."},
});

}  // namespace squall::scenarios
