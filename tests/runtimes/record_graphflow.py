# SPDX-License-Identifier: Apache-2.0
"""Runs the GraphFlow cases in AutoGen and writes tests/data/runtimes/graphflow/. Arguments: names of cases."""

import logging
import sys
from importlib.metadata import version

import graphflow_activation  # noqa: F401
import graphflow_runs  # noqa: F401
from autogen_team import graph_cases
from golden import hash_seed_fixed, write_all
from autogen_workflows import graphflow

if __name__ == "__main__":
    hash_seed_fixed()
    logging.disable(logging.CRITICAL)  # the failures are wanted
    write_all("graphflow", version("autogen-agentchat"), graph_cases.all, sys.argv[1:], graphflow)
