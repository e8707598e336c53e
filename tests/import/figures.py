#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tables about the foreign files of a folder: what each import finds, what lint finds in it, how long it takes; waits for
callbacks without a bound; recorded runs replayed, and broken by faults; makespans.

    tests/import/figures.py build/release/squall FOLDER [--seeds 10000]

Prints Markdown. Reads files by the command alone, so that it needs nothing but Python 3.
"""

import argparse
import json
import pathlib
import subprocess
import tempfile
import time

# Of each family one that a service in production meets; and what a repeated effect would break.
faults = """check: [deadlock-freedom, no-orphaned-wait, proper-completion, honest-outcome, exactly-once]
faults:
  - agent-crash: {chance: 1%, restart: 10s}
  - tool-error: {chance: 3%}
  - tool-timeout: {chance: 2%}
  - tool-done-but-no-reply: {chance: 1%}
  - message-loss: {chance: 1%}
  - message-duplicate: {chance: 1%}
  - message-delay: {chance: 2%, by: 1s..60s}
"""


def ask(squall: str, *arguments):
    """What the command answers as JSON, and the seconds that it took."""
    began = time.monotonic()
    done = subprocess.run([squall, *arguments, "--json"], capture_output=True, text=True)
    took = time.monotonic() - began
    try:
        return json.loads(done.stdout), took
    except json.JSONDecodeError:
        return {"refused": (done.stderr.splitlines() or ["nothing was said"])[0]}, took


def table(head: list, rows: list) -> None:
    print("| " + " | ".join(head) + " |")
    print("|" + "---|" * len(head))
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |")
    print()


def seconds(nanoseconds) -> str:
    return "" if nanoseconds is None else f"{nanoseconds / 1e9:,.3f} s"


def joins(found: dict) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in sorted(found.items())) or "-"


def hits(findings: list) -> str:
    rules: dict = {}
    for finding in findings:
        rules[finding["id"]] = rules.get(finding["id"], 0) + 1
    return ", ".join(rule if count == 1 else f"{count} {rule}" for rule, count in sorted(rules.items())) or "-"


def broken(squall: str, file: pathlib.Path, seeds: int, folder: pathlib.Path) -> list:
    """What faults break in a recorded run: (share of the runs, findings by invariant)."""
    plain = folder / "plain.yaml"
    subprocess.run([squall, "import", str(file), "-o", str(plain)], capture_output=True, check=True)
    case = folder / "broken.yaml"
    case.write_text(f"workflow: broken\nextends: plain.yaml\n{faults}", encoding="utf-8")
    answer, _ = ask(squall, "fuzz", str(case), "--seeds", str(seeds))
    if "refused" in answer:
        return ["", answer["refused"]]
    counts: dict = {}
    for finding in answer["findings"]:
        counts[finding["invariant"]] = counts.get(finding["invariant"], 0) + finding["count"]
    told = ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items(), key=lambda entry: -entry[1]))
    return [f"{answer['violated']:,} of {answer['runs']:,}", told or "nothing"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("squall")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--seeds", type=int, default=10_000)
    given = parser.parse_args()
    files = sorted(f for f in given.folder.rglob("*") if f.suffix in (".json", ".yaml", ".mmd", ".jsonl"))

    rows, imported = [], {}
    for file in files:
        found, took = ask(given.squall, "import", str(file))
        if "refused" in found:
            rows.append([file.name, "refused", found["refused"], "", "", "", "", ""])
            continue
        imported[file] = found
        linted, _ = ask(given.squall, "lint", str(file))
        edges = found["edges"]
        rows.append(
            [
                file.name,
                found["format"],
                found["nodes"],
                f"{edges['control']} + {edges['data']}",
                joins(found["joins"]),
                len(found["assumptions"]),
                found["not_understood"]["count"],
                hits(linted.get("findings", [])),
                f"{took * 1000:.0f} ms",
            ]
        )
    table(["file", "format", "nodes", "edges + data", "joins", "assumed", "not understood", "lint", "import"], rows)

    print("Waits for somebody outside:\n")
    asl = {file: found for file, found in imported.items() if found["format"] == "asl"}
    table(
        ["state machine", "waits with a bound", "without"],
        [[file.name, found["waits"]["bounded"], found["waits"]["unbounded"]] for file, found in asl.items()]
        + [["all", sum(f["waits"]["bounded"] for f in asl.values()), sum(f["waits"]["unbounded"] for f in asl.values())]],
    )

    print("Recorded runs, and what faults make of them:\n")
    with tempfile.TemporaryDirectory() as folder:
        table(
            ["history", "recorded", "replayed", "violated", "what, a run once for each place"],
            [
                [file.name, seconds(found["recorded_ns"]), seconds(found["simulated_ns"])]
                + broken(given.squall, file, given.seeds, pathlib.Path(folder))
                for file, found in imported.items()
                if found["format"] == "temporal"
            ],
        )

    print("Makespans:\n")
    rows = []
    for file, found in imported.items():
        if found["format"] != "wfformat":
            continue
        with tempfile.TemporaryDirectory() as folder:
            plain = pathlib.Path(folder) / "plain.yaml"
            subprocess.run([given.squall, "import", str(file), "-o", str(plain)], capture_output=True, check=True)
            played, _ = ask(given.squall, "fuzz", str(plain), "--seeds", "20")
        recorded, simulated = found["recorded_ns"], found["simulated_ns"]
        share = f"{100 * simulated / recorded:.0f} %" if recorded else ""
        speed = f"{played['events_per_second']:,.0f}" if "events_per_second" in played else played.get("refused", "")
        rows.append([file.name, found["nodes"], seconds(recorded), seconds(simulated), share, speed])
    table(["instance", "tasks", "recorded", "simulated", "of it", "events/s"], rows)


if __name__ == "__main__":
    main()
