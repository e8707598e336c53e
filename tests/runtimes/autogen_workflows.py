# SPDX-License-Identifier: Apache-2.0
"""Which AutoGen cases have a squall workflow, and what their drawings do not say."""

from workflow_file import Plan, text

end = dict(at_limit="end")
say_again = {"review": ["again", "again", "good"]}

graph_plans = {
    "conditional-skip-all": Plan(routes={"pick": ["left"]}),
    "conditional-skip-any": Plan(routes={"pick": ["left"]}),
    "two-routes": Plan(routes={"pick": [["left", "right"]]}),
    "loop": Plan(routes=say_again, joins={"draft": "each"}),
    "loop-entry-stalls": Plan(routes=say_again),
    "loop-groups": Plan(routes=say_again),
    "loop-any": Plan(routes=say_again),
    "loop-all": Plan(routes={"meet": ["again", "again", "good"]}, joins={"split": "each"}),
    "all-counts-messages": Plan(routes={"twice": [["again", "tell"], "tell"]}),
    "all-count-stays": Plan(routes={"pick": ["left", "right", "stop"]}, joins={"pick": "each"}),
    "max-turns": Plan(limit=2, **end),
    "max-turns-parallel": Plan(limit=2, **end),
    "max-messages": Plan(limit=2, **end),
    "max-messages-parallel": Plan(limit=3, **end),
    "text-seen": Plan(limit=2, **end),
    "failing-branch": Plan(fails={"bad": 1}),
    "failing-branch-late": Plan(fails={"bad": 1}),
}

graph_without = {
    "cycle-without-exit": "the framework refuses the graph",
    "mixed-edges": "the framework refuses the graph",
    "cycle-without-limit": "the framework refuses the graph",
}


def _graph_edges(graph: dict, name: str) -> list:
    return [(edge.get("condition"), edge["to"]) for edge in graph["edges"] if edge["from"] == name]


def _graph_join(graph: dict, name: str) -> str:
    groups: dict = {}
    for edge in graph["edges"]:
        if edge["to"] == name:
            groups.setdefault((edge["group"], edge["join"]), []).append(edge["from"])
    if not groups:
        return ""
    if len(groups) == 1:
        (_, join), _ = next(iter(groups.items()))
        return "all" if join == "all" else "each"
    return "[" + ", ".join(f"{{{join}: [{', '.join(sources)}]}}" for (_, join), sources in groups.items()) + "]"


def graphflow(case, graph: dict, golden: dict):
    if case.name in graph_without:
        return None, graph_without[case.name]
    if len(golden["calls"]) > 1:
        return None, "needs a second run of the team"
    return text("graphflow", case, graph, _graph_edges, _graph_join, graph_plans.get(case.name, Plan())), ""


def group_chat(case, graph: dict, golden: dict):
    """A ring for round robin; else every speaker may hand over to every one, and the recorded order says to whom."""
    if len(golden["calls"]) > 1:
        return None, "needs a second run of the team"
    order = [e["node"] for e in golden["executions"] if "within" not in e]
    if golden["outcome"] == "error" and graph["team"] != "round-robin":
        return None, "a speaker that nobody knows is a mistake in a squall file"
    if not order or "inner" in graph:
        return None, "nobody speaks" if not order else "the inner team's turns end by a limit of its own"
    plan = Plan(limit=len(order), at_limit="end", start=[order[0]])
    names = list(graph["nodes"])
    if graph["team"] == "round-robin":
        edges = [{"from": a, "to": b, "kind": "ring"} for a, b in zip(names, names[1:] + names[:1])]
        plan.fails = {e["node"]: 1 for e in golden["executions"] if e["ended"] == "failed"}
        if plan.fails:
            plan.limit += 1
    else:
        edges = [{"from": a, "to": b, "kind": "handoff"} for a in names for b in names]
        for a, b in zip(order, order[1:]):
            plan.routes.setdefault(a, []).append(f"to-{b}")
        for name in names:
            plan.routes.setdefault(name, [f"to-{name}"])
    edges_of = lambda g, name: [(f"to-{e['to']}" if e["kind"] == "handoff" else None, e["to"]) for e in edges if e["from"] == name]
    return text("group-chat", case, graph, edges_of, lambda g, n: "", plan), ""
