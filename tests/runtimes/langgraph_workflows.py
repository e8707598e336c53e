# SPDX-License-Identifier: Apache-2.0
"""Which LangGraph cases have a squall workflow, and what their drawings do not say."""

from workflow_file import Plan, text

single = "{shared: {initial: 0, reducer: single}}"
again2 = [["always", "to-twice"], ["always", "to-end"]]

plans = {
    "conditional-skip-list": Plan(routes={"pick": ["to-left"]}),
    "conditional-skip-plain": Plan(routes={"pick": ["to-left"]}),
    "deferred-list-skip": Plan(routes={"pick": ["to-left"]}),
    "two-routes": Plan(routes={"pick": [["to-left", "to-right"]]}),
    "goto-and-edge": Plan(routes={"jump": [["always", "to-target"]]}),
    "loop": Plan(routes={"review": ["to-draft", "to-draft", "to-end"]}),
    "loop-over-limit": Plan(limit=5),
    "limit-reached-at-end": Plan(limit=3),
    "limit-one-above": Plan(limit=4),
    "loop-list": Plan(routes={"meet": ["to-split", "to-split", "to-end"]}),
    "list-repeated-source": Plan(routes={"twice": again2}),
    "list-leftover": Plan(routes={"twice": [["always", "to-twice"]] * 3 + [["always", "to-end"]]}),
    "fan-out": Plan(over={"worker": 3}, routes={"split": ["to-worker"]}),
    "fan-out-empty": Plan(over={"worker": 0}, routes={"split": ["to-worker"]}),
    "fan-out-order": Plan(over={"worker": 3}, routes={"split": ["to-worker"]}),
    "writers-clash": Plan(writes={"left": "shared", "right": "shared"}, context=single),
    "writers-clash-equal": Plan(writes={"left": "shared", "right": "shared"}, context=single),
    "writers-in-turn": Plan(writes={"soon": "shared", "later": "shared"}, context=single),
    "writers-reducer": Plan(writes={"zebra": "shared", "middle": "shared", "apple": "shared"}, context="{shared: {initial: 0, reducer: sum}}"),
    "commit-at-step-end": Plan(writes={"writer": "shared"}, reads={"reader": "shared", "after": "shared"}, context=single),
    "router-sees-own-write": Plan(writes={"pick": "shared"}, routes={"pick": ["to-left"]}, context=single),
    "failing-branch": Plan(fails={"bad": 1}),
    "failing-branch-late": Plan(fails={"bad": 1}),
    "failing-twice": Plan(fails={"bad": 1, "worse": 1}),
    "interrupt-resume": Plan(asks={"ask": 1}),
    "interrupt-twice": Plan(asks={"ask": 2}),
    "interrupt-slow-sibling": Plan(asks={"ask": 1}),
    "interrupt-quick-sibling": Plan(asks={"ask": 1}),
    "interrupt-both": Plan(asks={"ask": 1, "demand": 1}),
    "interrupt-subgraph": Plan(asks={"ask": 1}),
}

without = {
    "send-and-edge": "a squall node either fans out or does not",
    "subgraph-commit": "squall has one context: a subgraph's steps commit into it",
    "failing-branch-threads": "squall's failed graph asks siblings to stop",
    "retry": "a squall retry is inside one run of the node: one visit, three attempts",
    "retry-subgraph": "a squall node counts its visits within one run of its subgraph, and would fail again",
    "retry-used-up": "a squall retry is inside one run of the node: one visit, two attempts",
    "node-timeout": "a squall timeout is the node's own failure: the run counts as failed, not cancelled",
    "error-handler": "in squall the handler is the node's own `otherwise`, not a node",
    "interrupt-one-of-both": "the answers come in one call each; a squall human answers each question on its own",
    "interrupt-and-error": "needs a second call after an error",
    "interrupt-before": "a stop in front of a node is not in squall's drawing",
    "interrupt-before-step": "a stop in front of a node is not in squall's drawing",
    "call-again-without-checkpoint": "needs a second call",
}


def _edges(graph: dict, name: str) -> list:
    """(label or None, target); a conditional edge to `x` has the label `to-x`."""
    found = []
    for edge in graph["edges"]:
        sources = edge["from"] if isinstance(edge["from"], list) else [edge["from"]]
        if name not in sources:
            continue
        targets = edge["to"] if isinstance(edge["to"], list) else [edge["to"]]
        conditional = edge["kind"] in ("conditional", "goto")
        found += [(f"to-{to}" if conditional else None, to) for to in targets]
    if len(found) > 1 and not any(label for label, _ in found):
        found = [edge for edge in found if edge[1] != "end"]
    return found


def _join(graph: dict, name: str) -> str:
    lists = [edge["from"] for edge in graph["edges"] if edge["kind"] == "list" and edge["to"] == name]
    if not lists:
        return ""
    single = [e["from"] for e in graph["edges"] if e["kind"] != "list" and name in (e["to"] if isinstance(e["to"], list) else [e["to"]])]
    single += ["start"] if name in graph["start"] else []
    if not single and len(lists) == 1:
        return f"{{all: [{', '.join(lists[0])}]}}"
    groups = [f"{{all: [{', '.join(sources)}]}}" for sources in lists] + ([f"{{any: [{', '.join(single)}]}}"] if single else [])
    return f"[{', '.join(groups)}]"


def workflow(case, graph: dict):
    """The workflow's text, or why there is none."""
    if case.name in without:
        return None, without[case.name]
    if case.name.startswith(("resume-", "crash-")):
        return None, "needs a second call after an error or a crash; squall's graph resumes by itself when its runtime is restarted"
    return text("langgraph", case, graph, _edges, _join, plans.get(case.name, Plan())), ""
