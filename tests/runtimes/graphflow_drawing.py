# SPDX-License-Identifier: Apache-2.0
"""A GraphFlow of speakers, drawn with AutoGen's own builder."""

from autogen_agentchat.teams import DiGraphBuilder, GraphFlow

from autogen_team import Speaker, call, team_up


class Drawing:
    def __init__(self, recording) -> None:
        self.recording = recording
        self.builder = DiGraphBuilder()
        self.speakers: dict[str, Speaker] = {}

    def nodes(self, names: str, **more) -> None:
        for name in names.split():
            self.speakers[name] = Speaker(self.recording, name, **more)
            self.builder.add_node(self.speakers[name])

    def edge(self, a: str, b: str, when: str | None = None, group: str | None = None, join: str = "all") -> None:
        self.builder.add_edge(a, b, condition=when, activation_group=group, activation_condition=join)

    def chain(self, *stops: str) -> None:
        for a, b in zip(stops, stops[1:]):
            self.edge(a, b)

    def team(self, **options) -> GraphFlow:
        team = GraphFlow(participants=self.builder.get_participants(), graph=self.builder.build(), **options)
        team_up(team, self.speakers.values())
        return team

    async def play(self, **options) -> dict:
        await call(self.recording, self.team(**options))
        return self.neutral()

    def neutral(self) -> dict:
        edges = []
        for node in self.builder.nodes.values():
            for edge in node.edges:
                condition = edge.condition or ("by a function" if edge.condition_function else None)
                kept = {"from": node.name, "to": edge.target, "kind": "conditional" if condition else "plain", "group": edge.activation_group, "join": edge.activation_condition}
                edges.append({**kept, **({"condition": condition} if condition else {})})
        targets = {edge["to"] for edge in edges}
        start = self.builder._default_start_node
        return {
            "start": [start] if start else [n for n in self.builder.nodes if n not in targets],
            "nodes": {name: {"does": speaker.about} for name, speaker in self.speakers.items()},
            "edges": edges,
        }
