# SPDX-License-Identifier: Apache-2.0
"""AutoGen agents that only work and speak, a team of them, and one call of a team told to the recording."""

import asyncio
from typing import Sequence

from autogen_agentchat.agents import BaseChatAgent
from autogen_agentchat.base import Response
from autogen_agentchat.messages import BaseChatMessage, HandoffMessage, StopMessage, TextMessage
from autogen_core import AgentId, CancellationToken

from golden import Cases
from recording import Boom

graph_cases = Cases("graphflow")
chat_cases = Cases("group-chat")


class Speaker(BaseChatAgent):
    """Works, then says what `says(k)` gives at its k-th turn: a text, a message, a list (inner ones first), or Boom."""

    def __init__(self, recording, name: str, says=None, about: str = "speaks", sees: bool = False, within: str = "") -> None:
        super().__init__(name, description=about)
        self.recording, self.says, self.about, self.keeps = recording, says or (lambda k: name), about, sees
        self.within = {"within": within} if within else {}
        self.team = None

    @property
    def produced_message_types(self):
        return (TextMessage, HandoffMessage, StopMessage)

    async def on_messages(self, messages: Sequence[BaseChatMessage], cancellation_token: CancellationToken) -> Response:
        with self.recording.body(self.name, await round_of(self.team), **self.within) as this:
            if self.keeps:
                this.sees(messages=sorted(m.source for m in messages))
            await this.work()
            said = self.says(this.turn)
            if said is Boom:
                raise Boom("as the case wants it")
            made = [TextMessage(content=m, source=self.name) if isinstance(m, str) else m for m in (said if isinstance(said, list) else [said])]
            return Response(chat_message=made[-1], inner_messages=made[:-1])

    async def on_reset(self, cancellation_token: CancellationToken) -> None:
        pass


async def round_of(team):
    """The manager counts its turns: one turn is one round of speakers, who all have answered before the next."""
    if team is None:
        return None
    runtime = team._runtime
    manager = await runtime.try_get_underlying_agent_instance(AgentId(type=team._group_chat_manager_topic_type, key=team._team_id))
    return manager._current_turn + 1


def team_up(team, speakers) -> None:
    for speaker in speakers:
        speaker.team = team


async def call(recording, team, task="go", patience: float = 10.0) -> None:
    """One run of the team; a run in which nothing is due any more counts as a hang (virtual time makes the wait short)."""
    try:
        result = await asyncio.wait_for(team.run(task=task), patience)
        recording.calls.append({"outcome": "ok", "stop reason": result.stop_reason, "messages": len(result.messages)})
    except asyncio.TimeoutError:
        recording.calls.append({"outcome": "hangs"})
    except Exception as error:
        recording.calls.append({"outcome": "error", "error": type(error).__name__, "because": "Boom" if "Boom" in str(error) else str(error).splitlines()[0]})
