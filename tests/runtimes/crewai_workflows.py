# SPDX-License-Identifier: Apache-2.0
"""Which CrewAI cases have a squall workflow, and what their drawings do not say."""

from itertools import product

from workflow_file import Plan, text

line = ("first", "second", "bad", "last")
plans = {
    "route": Plan(routes={"pick": ["go-left"]}),
    "conditional-skip-and": Plan(routes={"pick": ["go-left"]}),
    "conditional-skip-or": Plan(routes={"pick": ["go-left"]}),
    "unknown-label": Plan(routes={"pick": ["nowhere"]}),
    "loop": Plan(routes={"review": ["again", "again", "good"]}, joins={"draft": "each"}),
    "loop-start": Plan(routes={"review": ["again", "again", "good"]}, joins={"draft": "each"}),
    "loop-and": Plan(routes={"meet": ["again", "again", "good"]}, joins={"split": "each"}),
    "and-repeated-source": Plan(routes={"turn": ["again", "stop"]}, joins={"twice": "each"}),
    # A quick review overtakes the second start of what is reviewed, as in some of the recorded runs.
    "loop-latch": Plan(routes={"review": ["again", "again", "good"]}, joins={"draft": "each"}, times={"review": "1ms..50"}),
    "loop-over-limit": Plan(
        routes={"review": ["again"]}, joins={"draft": "each"}, more={name: "visits: 5" for name in ("begin", "draft", "review", "done")}
    ),
    "lost-update": Plan(
        context="{count: {initial: 0}}",
        bodies={
            **{name: "[{read: count, as: old}, {work: 5ms..50ms}, {write: {key: count, value: =old.value + 1}}]" for name in ("left", "right")},
            "after": "[{read: count, as: seen}, {work: 5ms..50ms}, {if: seen.value != 1, then: [{fail: no update was lost}]}]",
        },
    ),
    # The async call leaves siblings alone, and what follows them; the sync call ends its loop with the error.
    **{name: Plan(fails={"bad": 1}, runs_as="{preset: crewai-flow, failure: node}") for name in ("failing-branch", "failing-branch-late", "failing-start")},
    "failing-branch-kickoff": Plan(fails={"bad": 1}),
    "interrupt-resume": Plan(answered={"ask"}),
    "kickoff-again": Plan(calls=2),
    # What failed there is cut off here: a graph resumes by itself when its process is restarted.
    **{name: Plan(crash=50, times=dict.fromkeys(line, 20), runs_as="{preset: crewai-flow, checkpoint: node}") for name in ("resume-checkpoint", "resume-same-object")},
    "resume-checkpoint-branches": Plan(crash=40, times={"split": 20}, runs_as="{preset: crewai-flow, checkpoint: node}"),
    "resume-persist": Plan(crash=50, times=dict.fromkeys(line, 20)),
    "state-at-once": Plan(writes={"writer": "shared"}, reads={"reader": "shared"}, context="{shared: {initial: 0}}"),
}

race = "the race of alternatives' chains is no choice of squall's preset"
first = "routers before listeners, and labels one after the other, are no choice of squall's preset"
paused = "the call that paused knows no more of the slower sibling, and the resume waits for it by accident; squall's graph waits for both"
without = {
    **{name: race for name in ("diamond-or", "race-loser-ends", "race-loser-cancelled", "race-loser-ends-threads", "race-beside-other")},
    **{name: race for name in ("loop-race", "race-failure-swallowed", "race-all-fail", "beside-race-failure-swallowed")},
    **{name: first for name in ("router-and-listener", "two-routers", "router-is-an-event", "loop-and-stays")},
    "interrupt-slow-sibling": paused,
}


def _conditions(graph: dict, name: str) -> list:
    return [edge["from"] for edge in graph["edges"] if edge["to"] == name]


def _leaves(tree):
    if isinstance(tree, str):
        yield tree
    else:
        for branches in tree.values():
            for branch in branches:
                yield from _leaves(branch)


def _labels(graph: dict, plan: Plan, name: str) -> set:
    """Labels that a router may return: those of its plan, and those that are listened to and no other router returns."""
    if "routes" not in graph["nodes"][name]["does"]:
        return set()
    listened = {leaf for edge in graph["edges"] for leaf in _leaves(edge["from"]) if leaf not in graph["nodes"]}
    others = {label for router, labels in plan.routes.items() if router != name for label in labels}
    return set(plan.routes.get(name, [])) | (listened - others)


def _edges(graph: dict, plan: Plan, name: str) -> list:
    """(label or None, target): by the method's own name, and by the labels that it returns when it routes."""
    labels = _labels(graph, plan, name)
    found = []
    for target in graph["nodes"]:
        for condition in _conditions(graph, target):
            for leaf in _leaves(condition):
                if leaf == name:
                    found.append((None, target))
                elif leaf in labels and leaf not in graph["nodes"]:
                    found.append((leaf, target))
    known = {label for label, _ in found}
    return found + [(label, "end") for label in sorted(labels - known)]


def _join(graph: dict, plan: Plan, name: str) -> str:
    """Names of labels become the names of the routers that return them."""
    owner = {label: node for node in graph["nodes"] for label in _labels(graph, plan, node)}
    source = lambda leaf: leaf if leaf in graph["nodes"] else owner.get(leaf, leaf)
    conditions = _conditions(graph, name)
    if len(conditions) != 1 or isinstance(conditions[0], str):
        return ""
    ((kind, branches),) = conditions[0].items()
    if all(isinstance(branch, str) for branch in branches):
        names = ", ".join(source(branch) for branch in branches)
        return f"{{all: [{names}]}}" if kind == "and" else f"{{any: [{names}], latch: true}}"
    if kind == "and":  # one of each branch, in every way that there is
        names = [[source(leaf) for leaf in _leaves(branch)] for branch in branches]
        return "[" + ", ".join("{all: [" + ", ".join(one) + "]}" for one in product(*names)) + "]"
    groups = []
    for branch in branches:
        inner = ", ".join(source(leaf) for leaf in _leaves(branch))
        groups.append(f"{{any: [{inner}]}}" if isinstance(branch, str) else f"{{all: [{inner}]}}")
    return f"{{groups: [{', '.join(groups)}], latch: true}}"


def workflow(case, graph: dict, golden: dict):
    if case.name in without:
        return None, without[case.name]
    if len(golden["calls"]) > 1 and case.name not in plans:
        return None, "needs a second call"
    plan = plans.get(case.name, Plan())
    edges = lambda g, name: _edges(g, plan, name)
    return text("crewai-flow", case, graph, edges, lambda g, name: _join(g, plan, name), plan), ""
