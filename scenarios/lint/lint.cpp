// SPDX-License-Identifier: Apache-2.0
#include "scenarios/lint/lint.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "scenarios/agents/reach.hpp"
#include "scenarios/lint/passable.hpp"
#include "scenarios/lint/resources.hpp"

namespace squall::scenarios {
namespace {

/// A step of an agent's program.
struct Place {
  std::uint32_t definition, pc;
  friend auto operator<=>(const Place&, const Place&) = default;
};

class Linter {
 public:
  explicit Linter(const sim::Model& model) : model_(model), passable_(model) {}

  std::vector<LintFinding> run() {
    unmet_waits();
    unread_topics();
    unbounded_waits();
    lint_resources(model_, passable_, found_);
    return std::move(found_);
  }

 private:
  const Op& op(Place at) const { return program_of(model_, at.definition)->ops[at.pc]; }
  const std::string& step(Place at) const {
    const Code& code = *program_of(model_, at.definition);
    return code.steps[code.step_of_op[at.pc]].name;
  }
  std::uint32_t mark(Place at) const {
    const Code& code = *program_of(model_, at.definition);
    return code.steps[code.step_of_op[at.pc]].mark;
  }
  const std::string& agent(std::uint32_t definition) const { return model_.definitions[definition].name; }
  std::string topic(sim::TopicId id) const { return id == sim::any_topic ? "any message" : model_.topic(id).name; }

  template <class Each>
  void for_reached(const Each& each) const {
    for (std::uint32_t d = 0; d < model_.definitions.size(); ++d) {
      const Code* code = program_of(model_, d);
      for (std::uint32_t pc = 0; code != nullptr && pc < code->ops.size(); ++pc) {
        if (passable_.reached(d, pc)) each(Place{d, pc});
      }
    }
  }

  bool is_unmet(Place at) const { return op(at).code == OpCode::receive && !passable_.met(at.definition, op(at)); }

  /// The first source that keeps the wait from being met.
  const sim::Source& missing(Place at) const {
    const sim::WaitSpec& wait = program_of(model_, at.definition)->waits[op(at).a];
    return *std::ranges::find_if(wait.sources,
                                 [&](const sim::Source& source) { return !passable_.fed(at.definition, source); });
  }

  /// The wait that keeps the first supplier of the missing source from handing it out: what follows it leads there.
  std::optional<Place> behind(Place at) const {
    for (const Passable::Supplier& by : passable_.suppliers(at.definition, missing(at))) {
      const Code& code = *program_of(model_, by.definition);
      for (std::uint32_t pc = 0; pc < code.ops.size(); ++pc) {
        const Place wait{by.definition, pc};
        if (passable_.reached(by.definition, pc) && is_unmet(wait) && leads(code, code.ops[pc].next, by.pc))
          return wait;
      }
    }
    return std::nullopt;
  }

  /// Whether `to` may come after `from`, whatever is waited for in between.
  static bool leads(const Code& code, std::uint32_t from, std::uint32_t to) {
    std::vector<bool> seen(code.ops.size());
    std::vector<std::uint32_t> open{from};
    while (!open.empty()) {
      const std::uint32_t pc = open.back();
      open.pop_back();
      if (pc == to) return true;
      if (seen[pc]) continue;
      seen[pc] = true;
      const Op& at = code.ops[pc];
      for (const std::uint32_t next : on_success(code, at)) open.push_back(next);
      if (may_fail(at)) open.push_back(at.handler);
    }
    return false;
  }

  /// From wait to wait until one comes again, which closes a cycle, or until nobody is behind any more.
  void unmet_waits() {
    std::map<Place, Place> seen;  // with the wait from which the walk began that came there first
    for_reached([&](Place at) {
      if (!is_unmet(at)) return;
      std::vector<Place> way;
      std::optional<Place> next = at;
      while (next && seen.emplace(*next, at).second) {
        way.push_back(*next);
        next = behind(*next);
      }
      if (!next) return unfed(way.back());
      if (seen.at(*next) != at || way.empty()) return;  // it stands behind what is told already
      way.erase(way.begin(), std::ranges::find(way, *next));
      std::rotate(way.begin(), std::ranges::min_element(way), way.end());
      cycle(way);
    });
  }

  void cycle(const std::vector<Place>& way) {
    std::vector<std::string> reasons;
    for (std::size_t w = 0; w < way.size(); ++w) {
      const Place by = way[(w + 1) % way.size()];
      reasons.push_back(fmt::format("{} needs {} of {}, which sends it only after {}", step(way[w]),
                                    topic(missing(way[w]).topic), agent(by.definition), step(by)));
    }
    found_.push_back({"wait-cycle", step(way.front()), "no run gets past these waits", std::move(reasons),
                      "let one of them send before it waits, or not wait for it", true, mark(way.front())});
  }

  void unfed(Place at) {
    const sim::Source& source = missing(at);
    const auto by = passable_.suppliers(at.definition, source);
    const std::string what = by.empty()
                                 ? fmt::format("nobody sends {} to {}", topic(source.topic), agent(at.definition))
                                 : fmt::format("{} would come from {}, which no run reaches", topic(source.topic),
                                               step({by.front().definition, by.front().pc}));
    found_.push_back({"unfed-wait", step(at), what, {}, "let somebody send it, or leave the wait out", true, mark(at)});
  }

  /// Whether some step that is ever reached takes the topic, or throws it away. That there is one at all, the builder asks.
  bool reads(std::uint32_t definition, sim::TopicId topic) const {
    const Code* code = program_of(model_, definition);
    if (code == nullptr) return true;
    const auto is_of_topic = [&](const sim::Source& source) {
      return source.topic == topic || source.topic == sim::any_topic;
    };
    for (const sim::Definition::Handler& handler : model_.definitions[definition].handlers) {
      if (handler.topic == topic && passable_.reached(definition, handler.pc)) return true;
    }
    for (std::uint32_t pc = 0; pc < code->ops.size(); ++pc) {
      const Op& at = code->ops[pc];
      const bool takes = at.code == OpCode::receive || at.code == OpCode::discard;
      if (takes && passable_.reached(definition, pc) && std::ranges::any_of(code->waits[at.a].sources, is_of_topic))
        return true;
    }
    return false;
  }

  void unread_topics() {
    std::set<std::string> told;
    const auto everybody = static_cast<std::uint32_t>(model_.definitions.size());
    std::map<std::pair<std::uint32_t, sim::TopicId>, bool> answers;
    for (const Passable::Supplier& by : passable_.all()) {
      const sim::Supply& sent = by.supply;
      const bool published = sent.kind == sim::Supply::Kind::publish;
      const bool known = sent.kind == sim::Supply::Kind::message && !sent.to_anybody;
      if ((!published && !known) || !passable_.reached(by.definition, by.pc)) continue;
      const auto [known_answer, fresh] =
          answers.emplace(std::pair{published ? everybody : index(sent.to), sent.topic}, false);
      bool& read = known_answer->second;
      if (fresh) {
        read = known && reads(index(sent.to), sent.topic);
        for (std::uint32_t d = 0; published && !read && d < everybody; ++d) read = reads(d, sent.topic);
      }
      const std::string& where = step({by.definition, by.pc});
      if (read || !told.insert(where).second) continue;
      found_.push_back({"unread-topic",
                        where,
                        fmt::format("{} reaches a step that takes {}",
                                    known ? agent(index(sent.to)) + " never" : "nobody ever", topic(sent.topic)),
                        {},
                        "let it be received or discarded, or do not send it",
                        false,
                        mark({by.definition, by.pc})});
    }
  }

  /// Whether some timeout or deadline ends the wait: one of the handlers around it is that of a bound.
  bool is_bounded(Place at) const {
    const Code& code = *program_of(model_, at.definition);
    std::uint32_t handler = op(at).handler;
    for (std::size_t steps = 0; steps < code.ops.size(); ++steps) {
      const Op& around = code.ops[handler];
      if (around.code == OpCode::bound_failed) return true;
      if (around.code == OpCode::end_failed || around.handler == handler) return false;
      handler = around.handler;
    }
    return false;
  }

  void unbounded_waits() {
    for_reached([&](Place at) {
      const OpCode code = op(at).code;
      const bool waits = code == OpCode::receive || code == OpCode::ask || code == OpCode::acquire;
      if (!waits || model_.definitions[at.definition].daemon || is_bounded(at)) return;
      const char* what = code == OpCode::ask       ? "it waits for ever where the request or its reply is lost"
                         : code == OpCode::acquire ? "it waits for ever where the holder never gives it back"
                                                   : "it waits for ever where what it waits for is lost";
      found_.push_back({"unbounded-wait",
                        step(at),
                        what,
                        {},
                        "add 'timeout' and 'otherwise', or a 'deadline' around it",
                        false,
                        mark(at)});
    });
  }

  const sim::Model& model_;
  const Passable passable_;
  std::vector<LintFinding> found_;
};

}  // namespace

std::vector<LintFinding> lint(const sim::Model& model) { return Linter{model}.run(); }

}  // namespace squall::scenarios
