#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tables about the foreign files of a folder: what each import finds, what lint finds in it, what a run of it comes to, how long
that takes; waits for callbacks without a bound, as lint sees them and as runs show them; recorded runs replayed, and broken by
faults; makespans and speed.

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


def label(file: pathlib.Path) -> str:
    """What a table calls a file: of names that hold their path in a repository, its first part."""
    return file.name.split("__")[0]


def played(squall: str, file: pathlib.Path) -> str:
    """What a run of the file comes to."""
    answer, _ = ask(squall, "run", str(file))
    if "refused" in answer:
        return answer["refused"]
    return ", ".join(sorted({violation["invariant"] for violation in answer["violations"]})) or "well"


def callbacks(squall: str, file: pathlib.Path) -> tuple:
    """Waits for callbacks without a bound that lint finds in a file, and those of them that a run shows."""
    answer, _ = ask(squall, "lint", "--witness", str(file))
    waits = [f for f in answer["findings"] if f["id"] == "L08" and "never answers" in f["what"]]
    return len(waits), sum(1 for wait in waits if wait["witness"]["shown"])


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
            rows.append([label(file), "refused", found["refused"], "", "", "", "", "", "", ""])
            continue
        imported[file] = found
        linted, _ = ask(given.squall, "lint", str(file))
        edges = found["edges"]
        rows.append(
            [
                label(file),
                found["format"],
                found["nodes"],
                f"{edges['control']} + {edges['data']}",
                joins(found["joins"]),
                len(found["assumptions"]),
                found["not_understood"]["count"],
                hits(linted.get("findings", [])),
                played(given.squall, file),
                f"{took * 1000:.0f} ms",
            ]
        )
    table(["file", "format", "nodes", "edges + data", "joins", "assumed", "not understood", "lint", "run", "import"], rows)

    print("Waits for somebody outside:\n")
    rows = []
    for file, found in imported.items():
        if found["format"] == "asl":
            waits = found["waits"]
            rows.append([label(file), waits["bounded"], waits["unbounded"], *callbacks(given.squall, file)])
    rows.append(["all", *(sum(row[column] for row in rows) for column in range(1, 5))])
    table(["state machine", "waits with a bound", "without", "of these by lint", "shown by a run"], rows)

    print("Recorded runs, and what faults make of them:\n")
    with tempfile.TemporaryDirectory() as folder:
        table(
            ["history", "recorded", "replayed", "violated", "what, a run once for each place"],
            [
                [label(file), seconds(found["recorded_ns"]), seconds(found["simulated_ns"])]
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
            speed, _ = ask(given.squall, "fuzz", str(plain), "--seeds", "1000")
        recorded, simulated = found["recorded_ns"], found["simulated_ns"]
        share = f"{100 * simulated / recorded:.0f} %" if recorded else ""
        per_second = [f"{speed[of]:,.0f}" if of in speed else speed["refused"] for of in ("runs_per_second", "events_per_second")]
        rows.append([label(file), found["nodes"], seconds(recorded), seconds(simulated), share, *per_second])
    table(["instance", "tasks", "recorded", "simulated", "of it", "runs/s", "events/s"], rows)


if __name__ == "__main__":
    main()
