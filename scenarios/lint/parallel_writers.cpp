// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "scenarios/lint/expressions.hpp"
#include "scenarios/lint/holdings.hpp"
#include "scenarios/lint/linting.hpp"
#include "scenarios/lint/order.hpp"
#include "scenarios/runtimes/lower.hpp"

namespace squall::scenarios {
namespace {

using Number = Survey::Number;

/// Steps that may write one key at once, where the last one wins.
class Writers {
 public:
  explicit Writers(Linting& linting) : linting_(linting), survey_(linting.survey), order_(linting) {}

  void run() {
    for (const auto& [key, spec] : linting_.workflow.keys()) {
      const bool keeps_all = spec.reducer != sim::Reducer::last && spec.reducer != sim::Reducer::single;
      if (keeps_all || !spec.fenced_by.empty()) continue;
      judge(key, spec);
    }
  }

 private:
  static constexpr std::size_t writers_most = 40;  ///< of a key; they are compared in pairs

  /// Of a graph: which of its nodes run at once, the drawing says (`graph_state.cpp`).
  bool is_node(Number n) const {
    const auto& on = linting_.agent_of(n).on;
    return linting_.workflow.graph() && on.size() == 1 && on.front().first == inner::run;
  }

  /// The steps that write the key and neither compare nor lock.
  std::vector<Number> writers(const std::string& key) const {
    std::vector<Number> all;
    for (const Number n : linting_.index.writes(key)) {
      const auto* update = survey_.as<steps::Update>(n);
      const bool guarded = update != nullptr && update->guard != Guard::none;
      if (!guarded && linting_.reached(n) && !is_node(n) && all.size() < writers_most) all.push_back(n);
    }
    return all;
  }

  void judge(const std::string& key, const KeySpec& spec) {
    const std::vector<Number> all = writers(key);
    const bool across = spec.shared && instances() > 1;
    for (const Number n : all) {
      if (!across && (!order_.with_itself(n) || is_one_members(n))) continue;
      if (is_held(n, n)) continue;
      return say(key, n, n, across);
    }
    for (std::size_t x = 0; x < all.size(); ++x) {
      for (std::size_t y = x + 1; y < all.size(); ++y) {
        if (!is_held(all[x], all[y]) && (across || order_.at_once(all[x], all[y])))
          return say(key, all[x], all[y], across);
      }
    }
  }

  std::uint32_t instances() const { return linting_.model.load.instances; }

  void say(const std::string& key, Number x, Number y, bool across) {
    const std::string who = across   ? fmt::format("two instances may write {} at once", key)
                            : x == y ? fmt::format("two runs of it may write {} at once", key)
                                     : fmt::format("it and {} may write {} at once", survey_.name(y), key);
    const bool refuses = linting_.index.key(key)->reducer == sim::Reducer::single;
    LintFinding& finding =
        linting_.say("parallel-writers", x, who + (refuses ? ", and the second is refused" : ", and the last one wins"),
                     across ? "give each instance its own (scope: instance), or write with compare-and-set"
                            : "give the key a reducer that keeps both, or write with compare-and-set or under a lock");
    finding.rehearsal = {.judges = {sim::NoLostUpdate{}, sim::Isolation{}}, .faults = {}, .names = {key}};
  }

  /// Whether an `if` around it lets one member of the agent through: it compares with `self`.
  bool is_one_members(Number n) const {
    for (Number at = n; survey_.at(at).up != Survey::none; at = survey_.at(at).up) {
      const auto* choice = survey_.as<steps::If>(survey_.at(at).up);
      if (choice == nullptr || survey_.at(at).part != Part::then) continue;
      for (const Expression& part : conjuncts_of(choice->condition)) {
        const auto names = names_in(part);
        if (part.kind() == Expression::Kind::equal && (names.contains("self.index") || names.contains("self.name")))
          return true;
      }
    }
    return false;
  }

  /// Whether both hold one lock, whoever runs them: taken below where their ways part.
  bool is_held(Number x, Number y) {
    for (const std::uint32_t resource : held_at(x, outside(x, y))) {
      if (std::ranges::count(held_at(y, outside(y, x)), resource) != 0) return true;
    }
    return false;
  }

  /// A step at which both are still one activation: what that holds keeps nobody apart.
  std::optional<Number> outside(Number x, Number y) const {
    if (survey_.at(x).agent != survey_.at(y).agent || survey_.at(x).entry != survey_.at(y).entry) return std::nullopt;
    for (Number at = x; at != Survey::none; at = survey_.at(at).up) {
      const bool branches = survey_.as<steps::Parallel>(at) != nullptr || survey_.as<steps::Map>(at) != nullptr;
      if (branches && (x == y || survey_.inside(y, at))) return at;
    }
    return std::nullopt;
  }

  std::vector<std::uint32_t> held_at(Number n, std::optional<Number> outside) {
    const auto pc = survey_.first_op(n);
    const Number agent = survey_.at(n).agent, entry = survey_.at(n).entry;
    auto found = holdings_.find({agent, entry});
    if (found == holdings_.end()) {
      Holdings held{linting_.model, linting_.code_of(n)};
      const sim::Definition& definition = linting_.model.definitions[agent];
      if (!held.too_large()) held.follow(entry == 0 ? definition.root_pc : definition.handlers[entry - 1].pc);
      found = holdings_.emplace(std::pair{agent, entry}, std::move(held)).first;
    }
    const Holdings& held = found->second;
    std::vector<std::uint32_t> all;
    if (!pc || held.taken().empty() || held.too_large()) return all;
    const auto before = outside ? survey_.first_op(*outside) : std::nullopt;
    for (std::size_t r = 0; r < held.taken().size(); ++r) {
      if (linting_.model.resources[held.taken()[r]].slots > 1) continue;
      if (held.must(*pc, r) && !(before && held.must(*before, r))) all.push_back(held.taken()[r]);
    }
    return all;
  }

  Linting& linting_;
  const Survey& survey_;
  Order order_;
  std::map<std::pair<Number, Number>, Holdings> holdings_;
};

}  // namespace

void lint_parallel_writers(Linting& linting) { Writers{linting}.run(); }

}  // namespace squall::scenarios
