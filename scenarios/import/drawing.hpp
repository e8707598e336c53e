// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What the readers of other tools' files have in common: each turns bytes into a `Drawing`, one writer turns a `Drawing`
/// into a workflow file.
namespace squall::scenarios::imports {

/// On which line of the foreign file a part stands, counted from 1; 0: nowhere, the importer put it there.
struct Spot {
  std::uint32_t line = 0;
};

/// Something that a person should know about an import; `times`: at so many places, `at` is the first.
struct Note {
  Spot at;
  std::string text;
  std::uint32_t times = 1;
};

/// Further attempts, in the words of the workflow language; empty: not said. `times` counts all attempts.
struct DrawnRetry {
  std::string times, backoff, factor, max, jitter;
  std::vector<std::string> on;  ///< errors; empty: all but cancelled
  std::string comment;
};

struct DrawnChoice;

/// One step of a node's body. What a field holds is text as the workflow file will have it: names are native names.
struct DrawnStep {
  enum class Kind : std::uint8_t {
    work,       ///< `what`: the artifact that it makes, or empty; `time`
    sleep,      ///< `time`
    call,       ///< `what`: the tool; `detail`: its idempotency key, or empty
    ask,        ///< `what`: the topic; `detail`: whom
    interrupt,  ///< `what`: the topic; `detail`: whom
    read,       ///< `what`: the key; `detail`: the local that gets it, or empty
    write,      ///< `what`: the key; `detail`: the value, empty: the artifact of that name
    set,        ///< `what`: the variable; `detail`: its value
    fail,       ///< `what`: the error; `detail`: why
    route,      ///< `what`: the label
    choose,     ///< `branches`: one of them by chance
    when,       ///< `what`: a condition; `branches`: then, and else where there are two
    block,      ///< `branches`: one, its steps
  };
  Kind kind = Kind::work;
  std::string what{}, time{}, detail{};
  std::string timeout{}, deadline{};
  std::optional<DrawnRetry> retry{};
  bool waits = false;     ///< of a call: it stays away until a job elsewhere has ended
  std::string comment{};  ///< for people, behind the step
  std::vector<DrawnChoice> branches;
};

struct DrawnChoice {
  std::string chance;  ///< `30%`; empty: the rest
  std::vector<DrawnStep> steps;
};

/// A failure that is caught. `error`: its native name; empty: any.
struct DrawnCatch {
  std::string error, label;
};

/// How many items of a fan-out may fail without failing it: the less of both.
struct DrawnTolerance {
  std::optional<std::uint64_t> count, percent;
};

struct DrawnGraph;

/// A node: what it does, when it starts, what bounds it. Its edges are those of its graph.
struct DrawnNode {
  std::string name;     ///< native, unique in the whole drawing
  std::string label;    ///< as the foreign file calls it
  std::string comment;  ///< what kind of thing it was there
  Spot at;
  std::vector<DrawnStep> body{};
  std::vector<DrawnGraph> inside;  ///< a subgraph instead of a body: none or one
  std::string join{};              ///< as the file will have it; empty: the preset's
  std::string timeout{}, heartbeat{};
  std::optional<DrawnRetry> retry{};
  std::vector<DrawnCatch> catches{};
  std::string over{}, at_once{};  ///< a fan-out: a range, and how many at once
  std::optional<DrawnTolerance> tolerated{};
  std::string visits{};
  bool defer = false;
};

/// An edge. `source` empty: the start; `target` `end`: the end.
struct DrawnEdge {
  enum class Kind : std::uint8_t {
    control,  ///< starts its target
    data,     ///< what the source made is seen by the target
    failure,  ///< taken when the source failed
  };
  std::string source, target;
  std::string label{};  ///< native; empty: the edge is always taken
  Kind kind = Kind::control;
  Spot at{};
  std::string chance{};  ///< of its label; empty: as likely as the other labels of the source
};

struct DrawnGraph {
  std::string runs_as;  ///< a preset, or a map with choices; empty: as the graph around it
  std::string limit{}, at_limit{};
  std::string workers{}, workers_comment{};  ///< so many nodes run at once; empty: any number
  std::string ends_when{};                   ///< a condition
  std::vector<DrawnNode> nodes{};
  std::vector<DrawnEdge> edges{};
};

struct DrawnTool {
  std::string name, label;
  std::string latency, dedup;
  bool effect = true;
};

struct DrawnKey {
  std::string name, reducer;
  std::string initial{};  ///< empty: none
};

/// Somebody outside of the graph who answers what nodes ask.
struct DrawnAgent {
  struct Topic {
    std::string name, time, comment;
  };
  std::string name, comment;
  bool human = false;
  std::vector<Topic> answers{};
};

/// A workflow as another tool's file draws or records it.
struct Drawing {
  std::string name;       ///< native, of the workflow
  std::string format;     ///< `langgraph` and so on
  std::string about;      ///< one sentence
  std::string latency{};  ///< of messages; empty: the language's
  DrawnGraph graph{};
  std::vector<DrawnTool> tools{};
  std::vector<DrawnKey> keys{};
  std::vector<DrawnAgent> agents{};
  std::vector<Note> assumptions{};
  std::vector<Note> not_understood{};
  std::optional<std::int64_t> recorded_ns{};  ///< of a recorded run: from its start to its end
};

}  // namespace squall::scenarios::imports
