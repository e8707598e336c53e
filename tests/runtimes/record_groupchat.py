# SPDX-License-Identifier: Apache-2.0
"""Runs the group chat cases in AutoGen and writes tests/data/runtimes/group-chat/. Arguments: names of cases."""

import logging
import sys
from importlib.metadata import version

import groupchat_speakers  # noqa: F401
import groupchat_terminations  # noqa: F401
from autogen_team import chat_cases
from golden import hash_seed_fixed, write_all
from autogen_workflows import group_chat

if __name__ == "__main__":
    hash_seed_fixed()
    logging.disable(logging.CRITICAL)  # the failures are wanted
    write_all("group-chat", version("autogen-agentchat"), chat_cases.all, sys.argv[1:], group_chat)
