# SPDX-License-Identifier: Apache-2.0
"""Runs the CrewAI cases in CrewAI and writes tests/data/runtimes/crewai-flow/. Arguments: names of cases."""

import logging
import os
import sys

os.environ.update(CREWAI_DISABLE_TELEMETRY="true", CREWAI_DISABLE_TRACKING="true", OTEL_SDK_DISABLED="true")
os.environ.update(CREWAI_TRACING_ENABLED="false", CREWAI_TESTING="true")  # nothing leaves this machine, nothing is asked

from importlib.metadata import version  # noqa: E402

import crewai_listeners  # noqa: E402,F401
import crewai_routers  # noqa: E402,F401
import crewai_failures  # noqa: E402,F401
from crewai_drawing import cases  # noqa: E402
from golden import hash_seed_fixed, write_all  # noqa: E402
from crewai_workflows import workflow  # noqa: E402

if __name__ == "__main__":
    hash_seed_fixed()
    logging.disable(logging.CRITICAL)  # the failures are wanted
    write_all("crewai-flow", version("crewai"), cases.all, sys.argv[1:], workflow)
