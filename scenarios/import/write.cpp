// SPDX-License-Identifier: Apache-2.0
#include "scenarios/import/write.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "scenarios/import/times.hpp"
#include "scenarios/import/write_steps.hpp"

namespace squall::scenarios::imports {
namespace {

std::string list(const std::vector<std::string>& names) {
  return names.size() == 1 ? names.front() : fmt::format("[{}]", fmt::join(names, ", "));
}

void add_once(std::vector<std::string>& names, const std::string& name) {
  if (std::ranges::find(names, name) == names.end()) names.push_back(name);
}

/// The edges that leave one node, as the workflow language groups them.
struct Leaving {
  struct Label {
    std::string name;
    std::vector<std::string> to;
    std::string chance;
    bool failure = false;
  };
  std::vector<std::string> always, data;
  std::vector<Label> labels;

  void add(const DrawnEdge& edge) {
    if (edge.kind == DrawnEdge::Kind::data) return add_once(data, edge.target);
    if (edge.label.empty()) return add_once(always, edge.target);
    auto known = std::ranges::find(labels, edge.label, &Label::name);
    if (known == labels.end()) {
      labels.push_back({edge.label, {}, edge.chance, edge.kind == DrawnEdge::Kind::failure});
      known = labels.end() - 1;
    }
    add_once(known->to, edge.target);
  }

  std::size_t choices() const { return static_cast<std::size_t>(std::ranges::count(labels, false, &Label::failure)); }
};

/// A label that no other has.
std::string free_label(const Leaving& leaving, std::string wish) {
  while (std::ranges::find(leaving.labels, wish, &Leaving::Label::name) != leaving.labels.end()) wish += "-on";
  return wish;
}

class Writer {
 public:
  Writer(const Drawing& drawing, std::string_view source) : drawing_(drawing), source_(source) {}

  std::string run() {
    head();
    lines_.line(0, "workflow: " + drawing_.name);
    lines_.line(0, "about: " + quoted(drawing_.about));
    if (!drawing_.latency.empty()) lines_.line(0, fmt::format("network: {{latency: {}}}", drawing_.latency));
    shared();
    lines_.line(0, "graph:");
    graph(1, drawing_.graph);
    return lines_.take();
  }

 private:
  void notes(std::string_view title, const std::vector<Note>& notes) {
    if (notes.empty()) return;
    lines_.line(0, "", title);
    std::size_t number = 0;
    for (const Note& note : notes) {
      std::string where = note.at.line == 0 ? std::string{} : fmt::format(" (line {}", note.at.line);
      if (note.times > 1) where += fmt::format("{}{} times)", where.empty() ? " (" : ", ", note.times);
      else if (!where.empty()) where += ")";
      lines_.line(0, "", fmt::format("  {}. {}{}", ++number, comment_text(note.text, 400), where));
    }
  }

  void head() {
    lines_.line(0, "", fmt::format("Imported by squall from {} ({}).", comment_text(source_), drawing_.format));
    notes("Assumed, where the file does not say it:", drawing_.assumptions);
    notes("Not understood:", drawing_.not_understood);
  }

  void shared() {
    if (!drawing_.keys.empty()) lines_.line(0, "context:");
    for (const DrawnKey& key : drawing_.keys) {
      std::string fields = key.reducer.empty() ? std::string{} : "reducer: " + key.reducer;
      if (!key.initial.empty()) fields += (fields.empty() ? "initial: " : ", initial: ") + key.initial;
      lines_.line(1, fmt::format("{}: {{{}}}", key.name, fields));
    }
    if (!drawing_.tools.empty()) lines_.line(0, "tools:");
    for (const DrawnTool& tool : drawing_.tools) {
      std::string text = "latency: " + tool.latency;
      if (!tool.effect) text += ", effect: false";
      if (!tool.dedup.empty()) text += ", dedup: " + tool.dedup;
      lines_.line(1, fmt::format("{}: {{{}}}", tool.name, text), comment_text(tool.label));
    }
    if (!drawing_.agents.empty()) lines_.line(0, "agents:");
    for (const DrawnAgent& agent : drawing_.agents) {
      lines_.line(1, agent.name + ":", comment_text(agent.comment));
      if (agent.human) lines_.line(2, "human: true");
      lines_.line(2, "concurrency: 255");
      lines_.line(2, "on:");
      for (const DrawnAgent::Topic& topic : agent.answers)
        lines_.line(3,
                    fmt::format("{}: [{{sleep: {}}}, {{reply: {{}}}}]", topic.name,
                                topic.time.starts_with('{') ? fmt::format("{{time: {}}}", topic.time) : topic.time),
                    comment_text(topic.comment));
    }
  }

  void graph(std::size_t level, const DrawnGraph& graph) {
    std::map<std::string, Leaving> leaving;
    for (const DrawnEdge& edge : graph.edges) leaving[edge.source].add(edge);
    if (!graph.runs_as.empty()) lines_.line(level, "runs-as: " + graph.runs_as);
    lines_.line(level, "start: " + list(leaving[""].always));
    if (!graph.limit.empty()) lines_.line(level, "limit: " + graph.limit);
    if (!graph.at_limit.empty()) lines_.line(level, "at-limit: " + graph.at_limit);
    if (!graph.workers.empty()) lines_.line(level, "workers: " + graph.workers, comment_text(graph.workers_comment));
    if (!graph.ends_when.empty()) lines_.line(level, "ends-when: " + graph.ends_when);
    lines_.line(level, "nodes:");
    for (const DrawnNode& one : graph.nodes) node(level + 1, one, leaving[one.name]);
  }

  void node(std::size_t level, const DrawnNode& node, Leaving& leaving) {
    std::string comment = node.label == node.name ? std::string{} : fmt::format("'{}'", comment_text(node.label));
    if (!node.comment.empty()) comment += (comment.empty() ? "" : ", ") + comment_text(node.comment);
    if (node.at.line != 0) comment += fmt::format("{}line {}", comment.empty() ? "" : ", ", node.at.line);
    lines_.line(level, node.name + ":", comment);
    ++level;
    if (!node.inside.empty()) {
      lines_.line(level, "graph:");
      graph(level + 1, node.inside.front());
    }
    std::vector<DrawnStep> body = node.body;
    route(node, leaving, body);
    if (!body.empty()) {
      lines_.line(level, "do:");
      write_steps(lines_, level + 1, body);
    }
    if (!node.join.empty()) lines_.line(level, "join: " + node.join);
    next(level, leaving);
    if (!leaving.data.empty()) lines_.line(level, fmt::format("data: [{}]", fmt::join(leaving.data, ", ")));
    if (!node.over.empty()) lines_.line(level, "over: " + node.over);
    if (!node.at_once.empty()) lines_.line(level, "limit: " + node.at_once);
    if (!node.visits.empty()) lines_.line(level, "visits: " + node.visits);
    if (node.defer) lines_.line(level, "defer: true");
    if (!node.timeout.empty()) lines_.line(level, "timeout: " + node.timeout);
    if (!node.heartbeat.empty()) lines_.line(level, "heartbeat: " + node.heartbeat);
    if (node.retry) lines_.line(level, "retry: " + retry_text(*node.retry), node.retry->comment);
    catches(level, node);
  }

  /// A node with labels says in its body which it takes: by chance among several, the only one beside failures.
  void route(const DrawnNode& node, Leaving& leaving, std::vector<DrawnStep>& body) {
    if (leaving.labels.empty() || routes_itself(body)) return;
    if (leaving.choices() == 0 || (leaving.choices() == 1 && !leaving.always.empty())) {
      const std::string label = free_label(leaving, "ok");
      leaving.labels.insert(
          leaving.labels.begin(),
          {label, leaving.always.empty() ? std::vector<std::string>{"end"} : leaving.always, {}, false});
    }
    for (Leaving::Label& label : leaving.labels) {
      if (!label.failure) {
        for (const std::string& target : leaving.always) add_once(label.to, target);
      }
    }
    if (!node.inside.empty()) return;
    std::vector<DrawnChoice> choices;
    const std::size_t count = leaving.choices();
    for (const Leaving::Label& label : leaving.labels) {
      if (label.failure) continue;
      const bool last = choices.size() + 1 == count;
      choices.push_back({last                   ? std::string{}
                         : label.chance.empty() ? percent(1, count)
                                                : label.chance,
                         {{.kind = DrawnStep::Kind::route, .what = label.name}}});
    }
    if (choices.size() == 1) {
      body.push_back(choices.front().steps.front());
    } else {
      body.push_back({.kind = DrawnStep::Kind::choose, .branches = std::move(choices)});
    }
  }

  static bool routes_itself(const std::vector<DrawnStep>& steps) {
    return std::ranges::any_of(steps, [](const DrawnStep& step) {
      return step.kind == DrawnStep::Kind::route ||
             std::ranges::any_of(step.branches, [](const DrawnChoice& branch) { return routes_itself(branch.steps); });
    });
  }

  void next(std::size_t level, const Leaving& leaving) {
    if (leaving.labels.empty()) {
      if (!leaving.always.empty()) lines_.line(level, "next: " + list(leaving.always));
      return;
    }
    std::string text;
    for (const Leaving::Label& label : leaving.labels)
      text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", label.name, list(label.to));
    if (text.size() < 90) {
      lines_.line(level, fmt::format("next: {{{}}}", text));
      return;
    }
    lines_.line(level, "next:");
    for (const Leaving::Label& label : leaving.labels)
      lines_.line(level + 1, fmt::format("{}: {}", label.name, list(label.to)));
  }

  void catches(std::size_t level, const DrawnNode& node) {
    if (node.catches.empty()) return;
    if (node.catches.size() == 1 && node.catches.front().error.empty()) {
      lines_.line(level, fmt::format("otherwise: [{{route: {}}}]", node.catches.front().label));
      return;
    }
    lines_.line(level, "otherwise:");
    for (const DrawnCatch& one : node.catches)
      lines_.line(level + 1, fmt::format("{}: [{{route: {}}}]", one.error.empty() ? "any" : one.error, one.label));
  }

  const Drawing& drawing_;
  const std::string_view source_;
  Lines lines_;
};

}  // namespace

std::string comment_text(std::string_view text, std::size_t most) {
  std::string safe = quoted(text);
  std::string plain;
  for (std::size_t at = 1; at + 1 < safe.size(); ++at) {
    if (safe[at] == '\\') ++at;
    if (safe[at] == ' ' && (plain.empty() || plain.back() == ' ')) continue;
    plain += safe[at];
  }
  while (plain.ends_with(' ')) plain.pop_back();
  std::size_t characters = 0;
  for (std::size_t at = 0; at < plain.size(); ++at) {
    // A byte that goes on with a character is 10xxxxxx.
    if ((static_cast<unsigned char>(plain[at]) & 0xc0U) == 0x80U) continue;
    if (++characters > most) return plain.substr(0, at) + "…";
  }
  return plain;
}

std::string write(const Drawing& drawing, std::string_view source) { return Writer{drawing, source}.run(); }

}  // namespace squall::scenarios::imports
