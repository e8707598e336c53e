#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Records all cases again: one virtual environment per framework, outside of the tree, with the versions of the
# requirements files. Usage: tests/runtimes/record.sh [FOLDER FOR THE ENVIRONMENTS]   (Python 3.11 or later)
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
environments="${1:-${TMPDIR:-/tmp}/squall-runtimes}"

environment() { # NAME: makes it where it is missing; prints its Python
  local folder="$environments/$1"
  if [ ! -x "$folder/bin/python" ]; then
    python3 -m venv "$folder" >&2
    "$folder/bin/pip" install --quiet --requirement "$here/requirements-$1.txt" >&2
  fi
  echo "$folder/bin/python"
}

"$(environment langgraph)" "$here/record_langgraph.py"
"$(environment autogen)" "$here/record_graphflow.py"
"$(environment autogen)" "$here/record_groupchat.py"
"$(environment crewai)" "$here/record_crewai.py" | grep '^crewai-flow/' # CrewAI prints its own notes, too
