# SPDX-License-Identifier: Apache-2.0
"""Runs the LangGraph cases in LangGraph and writes tests/data/runtimes/langgraph/. Arguments: names of cases."""

import os
import sys

os.environ["LANGSMITH_TRACING"] = "false"  # nothing leaves this machine

from importlib.metadata import version  # noqa: E402

import langgraph_joins  # noqa: E402,F401
import langgraph_deferred  # noqa: E402,F401
import langgraph_state  # noqa: E402,F401
import langgraph_failures  # noqa: E402,F401
import langgraph_interrupts  # noqa: E402,F401
from golden import hash_seed_fixed, write_all  # noqa: E402
from langgraph_drawing import cases  # noqa: E402
from langgraph_workflows import workflow  # noqa: E402

if __name__ == "__main__":
    hash_seed_fixed()
    write_all("langgraph", version("langgraph"), cases.all, sys.argv[1:], lambda case, graph, golden: workflow(case, graph))
