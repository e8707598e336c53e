# SPDX-License-Identifier: Apache-2.0
"""The squall workflow of a case, written from the neutral graph: the same drawing, run as the preset runs it.

What a drawing does not hold stands in `Plan`: which labels a node takes at its k-th run, what it writes, reads, asks,
where it fails. Times are the recorder's delays: fixed where the case fixes them, else drawn.
"""

from dataclasses import dataclass, field


@dataclass
class Plan:
    routes: dict = field(default_factory=dict)  # node: labels of its 1st, 2nd, ... run; the last goes on
    fails: dict = field(default_factory=dict)  # node: so many first runs fail
    asks: dict = field(default_factory=dict)  # node: how many questions it asks a human
    writes: dict = field(default_factory=dict)  # node: key
    reads: dict = field(default_factory=dict)  # node: key
    context: str = ""
    over: dict = field(default_factory=dict)  # node: width of its fan-out
    joins: dict = field(default_factory=dict)  # node: join, where the drawing's own would not do
    more: dict = field(default_factory=dict)  # node: further fields, as text
    runs_as: str = ""  # where it is not the preset as it is
    answered: set = field(default_factory=set)  # nodes that end with a question, which a human answers
    bodies: dict = field(default_factory=dict)  # node: its steps, where they are others
    times: dict = field(default_factory=dict)  # node: its time in ms, or `1ms..10`, where something depends on it
    crash: int = 0  # ms: then the process crashes, where the recorded run failed and was called again
    calls: int = 1  # of the whole flow, one after the other
    limit: int = 0
    at_limit: str = "fail"
    start: list = field(default_factory=list)


def _route(labels: list, visit: int = 1) -> str:
    """`labels[k - 1]` at the k-th run; nested ifs, since a body knows its `visit`."""
    first, rest = labels[0], labels[1:]
    taken = f"{{route: {'[' + ', '.join(first) + ']' if isinstance(first, list) else first}}}"
    return f"{{if: visit == {visit}, then: [{taken}], else: [{_route(rest, visit + 1)}]}}" if rest else taken


def _body(name: str, plan: Plan, fixed: dict) -> str:
    if name in plan.bodies:
        return plan.bodies[name]
    fixed = fixed | plan.times
    steps = [f"{{work: {fixed[name]}ms}}" if name in fixed else "{work: 5ms..50ms}"]
    for question in range(plan.asks.get(name, 0)):
        steps.append(f"{{interrupt: {{to: human, topic: question}}, as: answer{question + 1}}}")
    if name in plan.answered:
        steps.append("{ask: {to: human, topic: question}}")
    if name in plan.reads:
        steps.append(f"{{read: {plan.reads[name]}}}")
    if name in plan.writes:
        steps.append(f"{{write: {{key: {plan.writes[name]}, value: 1}}}}")
    if name in plan.fails:
        steps.append(f"{{if: visit <= {plan.fails[name]}, then: [{{fail: as the case wants it}}]}}")
    if name in plan.routes:
        steps.append(_route(plan.routes[name]))
    return "[" + ", ".join(steps) + "]"


def _names(names) -> str:
    names = list(names)
    return names[0] if len(names) == 1 else "[" + ", ".join(names) + "]"


def _next(edges: list, routed: bool) -> str:
    """`edges`: (label or None, target). With labels, what is always taken has the label `always`."""
    if not edges:
        return "end"
    if not any(label for label, _ in edges):
        return _names(dict.fromkeys(to for _, to in edges))
    by_label: dict = {}
    for label, to in edges:
        by_label.setdefault(label or "always", []).append(to)
    return "{" + ", ".join(f"{label}: {_names(dict.fromkeys(to))}" for label, to in by_label.items()) + "}"


def _nodes(graph: dict, edges_of, join_of, plan: Plan, fixed: dict, indent: str, inner) -> list:
    lines = []
    for name, node in graph["nodes"].items():
        fields = []
        if "graph" in node:
            lines.append(f"{indent}{name}:")
            lines.append(f"{indent}  graph:")
            lines += inner(node["graph"], indent + "    ")
            lines.append(f"{indent}  next: {_next(edges_of(graph, name), False)}")
            continue
        if name in plan.over:
            fields.append(f"over: 1..{plan.over[name]}")
        join = plan.joins.get(name, join_of(graph, name))
        if join:
            fields.append(f"join: {join}")
        if node.get("defer"):
            fields.append("defer: true")
        if name in plan.more:
            fields.append(plan.more[name])
        fields.append(f"do: {_body(name, plan, fixed)}")
        fields.append(f"next: {_next(edges_of(graph, name), name in plan.routes)}")
        lines.append(f"{indent}{name}: {{{', '.join(fields)}}}")
    return lines


def text(preset: str, case, graph: dict, edges_of, join_of, plan: Plan) -> str:
    def section(part: dict, indent: str, outermost: bool = False) -> list:
        lines = [f"{indent}runs-as: {plan.runs_as or preset}"] if outermost else []
        lines.append(f"{indent}start: {_names(plan.start if outermost and plan.start else part['start'])}")
        if outermost and plan.limit:
            lines.append(f"{indent}limit: {plan.limit}")
            if plan.at_limit != "fail":
                lines.append(f"{indent}at-limit: {plan.at_limit}")
        lines.append(f"{indent}nodes:")
        return lines + _nodes(part, edges_of, join_of, plan, case.fixed, indent + "  ", section)

    about = case.about.replace("'", "''")
    lines = ["# SPDX-License-Identifier: Apache-2.0", f"workflow: {preset}-{case.name}", f"about: '{about}'"]
    if plan.context:
        lines.append(f"context: {plan.context}")
    if plan.calls > 1:
        lines.append(f"load: {{instances: {plan.calls}, every: 1s}}")
    if plan.asks or plan.answered:
        lines += ["agents:", "  human:", "    on:", "      question: [{sleep: 1m}, {reply: {}}]"]
    lines += ["graph:", *section(graph, "  ", True)]
    if plan.crash:
        lines.append(f"plan: [agent-crash: {{agent: graph, at: {{time: {plan.crash}ms}}, restart: 10ms}}]")
    lines.append("check: [deadlock-freedom, proper-completion]")
    return "\n".join(lines) + "\n"
