// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "scenarios/import/foreign.hpp"

/// One reader for each format: they fill `foreign.drawing`, or refuse.
namespace squall::scenarios::imports {

/// LangGraph's `get_graph().to_json()`.
void read_langgraph(Foreign& foreign, const Node& root, const std::string& join);
/// LangGraph's `draw_mermaid()`, and flowcharts that are drawn in its ways.
void read_mermaid(Foreign& foreign, const std::string& join);
/// Amazon States Language.
void read_asl(Foreign& foreign, const Node& root);
/// AutoGen's component JSON of a team.
void read_autogen(Foreign& foreign, const Node& root);
/// ChatDev 2's workflow files.
void read_chatdev(Foreign& foreign, const Node& root);
/// A Temporal event history.
void read_temporal(Foreign& foreign, const Node& root);
/// OTLP/JSON traces; a file of lines has several.
void read_otlp(Foreign& foreign, std::span<Node* const> roots);
/// WfCommons' WfFormat.
void read_wfformat(Foreign& foreign, const Node& root);

}  // namespace squall::scenarios::imports
