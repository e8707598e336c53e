# SPDX-License-Identifier: Apache-2.0
"""Cases, and what is kept of their recordings: a golden file per case."""

import json
import os
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import virtual_time
from recording import Recording, delay_patterns

DATA = Path(__file__).resolve().parent.parent / "data" / "runtimes"


@dataclass
class Case:
    """`play(recording)` builds the graph in the framework and runs it; it returns the graph in neutral form."""

    name: str
    about: str
    play: object
    nodes: list[str]
    fixed: dict = field(default_factory=dict)
    real_time: bool = False  # threads sleep or write files: real time, and only a few patterns


class Cases:
    """The table of a framework's cases; a case is a function with the decorator `case`."""

    def __init__(self, framework: str) -> None:
        self.framework = framework
        self.all: list[Case] = []

    def case(self, nodes: str, about: str, **more):
        def enter(play):
            self.all.append(Case(play.__name__.replace("_", "-"), about, play, nodes.split(), **more))
            return play

        return enter


def _happens_before(recordings: list[Recording]) -> list[list[str]]:
    """Pairs (x, y): in every recording with both, x ended before y began."""
    seen, broken = set(), set()
    for recording in recordings:
        for x in recording.executions:
            for y in recording.executions:
                if x is y:
                    continue
                pair = (f"{x['node']}#{x['k']}", f"{y['node']}#{y['k']}")
                (seen if x["end"] < y["start"] else broken).add(pair)
    return [list(pair) for pair in sorted(seen - broken)]


def _shape(recording: Recording) -> str:
    """Equal for two recordings that did the same in another order."""
    kept = [{k: v for k, v in e.items() if k not in ("start", "end", "k")} for e in recording.executions]
    return json.dumps([sorted(kept, key=lambda e: json.dumps(e, sort_keys=True)), recording.calls, recording.facts], sort_keys=True)


def record(framework: str, version: str, case: Case) -> dict:
    recordings, graph = [], None
    patterns = list(delay_patterns(case.nodes, case.name, case.fixed))
    for pattern in patterns[:6] if case.real_time else patterns:
        recording = Recording(pattern, case.real_time)
        graph = virtual_time.run(case.play(recording), real_time=case.real_time)
        recordings.append(recording)
    first = recordings[0]
    shapes = Counter(_shape(r) for r in recordings)
    unknown = {e["node"] for r in recordings for e in r.executions} - set(case.nodes)
    if unknown:
        raise SystemExit(f"{framework}/{case.name}: nodes {unknown} are not in the case's list, so their delays never vary")
    golden = {
        "framework": framework,
        "version": version,
        "case": case.name,
        "about": case.about,
        "workflow": None,
    }
    golden["graph"] = graph
    golden["recordings"] = len(recordings)
    golden["executions"] = first.executions
    golden["happens_before"] = _happens_before(recordings)
    golden["calls"] = first.calls
    golden["outcome"] = first.calls[-1]["outcome"]
    if first.facts:
        golden["facts"] = first.facts
    if len(shapes) > 1:  # the delays decide what runs: every variant is kept
        kinds = []
        for shape in sorted(shapes):
            executions, calls, facts = json.loads(shape)
            kinds.append({"recordings": shapes[shape], "executions": executions, "calls": calls, **({"facts": facts} if facts else {})})
        golden["variants"] = kinds
    return golden


def _text(value, indent: int = 0) -> str:
    """JSON with a line per execution, edge and node, so that a difference between two recordings can be read."""
    flat = json.dumps(value, sort_keys=False, ensure_ascii=False)
    if not isinstance(value, (dict, list)) or (indent > 0 and len(flat) <= 150):
        return flat
    pad = " " * (indent + 1)
    if isinstance(value, dict):
        inner = [f"{pad}{json.dumps(k)}: {_text(v, indent + 1)}" for k, v in value.items()]
        return "{\n" + ",\n".join(inner) + "\n" + " " * indent + "}"
    return "[\n" + ",\n".join(pad + _text(v, indent + 1) for v in value) + "\n" + " " * indent + "]"


def hash_seed_fixed() -> None:
    """Frameworks walk through sets of names; with a drawn hash seed, the order of a round's begins would be drawn, too."""
    if os.environ.get("PYTHONHASHSEED") != "0":
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, "PYTHONHASHSEED": "0"})


def write_all(framework: str, version: str, cases: list[Case], only: list[str], workflow) -> None:
    """`workflow(case, graph, golden)`: the text of the squall workflow, or None and why there is none."""
    folder = DATA / framework
    folder.mkdir(parents=True, exist_ok=True)
    for case in cases:
        if only and case.name not in only:
            continue
        began = time.monotonic()
        golden = record(framework, version, case)
        file = folder / f"{case.name}.yaml"
        drawn, why = workflow(case, golden["graph"], golden)
        if drawn:
            file.write_text(drawn, encoding="utf-8")
            golden["workflow"] = file.name
        else:
            file.unlink(missing_ok=True)
            golden = {k: v for key, value in golden.items() for k, v in ([(key, value), ("no_workflow", why)] if key == "workflow" else [(key, value)])}
        (folder / f"{case.name}.json").write_text(_text(golden) + "\n", encoding="utf-8")
        varies = f", {len(golden['variants'])} variants" if "variants" in golden else ""
        print(f"{framework}/{case.name}: {len(golden['executions'])} executions, {golden['outcome']}{varies} ({time.monotonic() - began:.1f} s)", flush=True)
