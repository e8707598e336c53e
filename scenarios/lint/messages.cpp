// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "scenarios/agents/reach.hpp"
#include "scenarios/lint/expressions.hpp"
#include "scenarios/lint/linting.hpp"

namespace squall::scenarios {
namespace {

/// A step of an agent's program.
struct Spot {
  std::uint32_t definition, pc;
  friend auto operator<=>(const Spot&, const Spot&) = default;
};

/// Waits that no run gets past, and messages that nobody takes.
class Messages {
 public:
  explicit Messages(Linting& linting)
      : linting_(linting), model_(linting.model), passable_(linting.passable), found_(linting.found) {}

  void run() {
    unmet_waits();
    unread_topics();
    missing_fields();
  }

 private:
  const Op& op(Spot at) const { return program_of(model_, at.definition)->ops[at.pc]; }
  const StepInfo& info(Spot at) const {
    const Code& code = *program_of(model_, at.definition);
    return code.steps[code.step_of_op[at.pc]];
  }
  const std::string& step(Spot at) const { return info(at).name; }
  const std::string& agent(std::uint32_t definition) const { return model_.definitions[definition].name; }
  std::string topic(sim::TopicId id) const { return id == sim::any_topic ? "any message" : model_.topic(id).name; }

  LintFinding& say(const char* rule, Spot at, std::string what, std::string fix, bool certain) {
    found_.push_back({.rule = rule,
                      .where = step(at),
                      .what = std::move(what),
                      .reasons = {},
                      .fix = std::move(fix),
                      .certain = certain,
                      .mark = info(at).mark});
    found_.back().rehearsal = {
        .judges = {sim::DeadlockFreedom{}, sim::NoOrphanedWait{}, sim::ProperCompletion{}, sim::Termination{}},
        .faults = {},
        .names = {agent(at.definition)}};
    return found_.back();
  }

  template <class Each>
  void for_reached(const Each& each) const {
    for (std::uint32_t d = 0; d < model_.definitions.size(); ++d) {
      const Code* code = program_of(model_, d);
      for (std::uint32_t pc = 0; code != nullptr && pc < code->ops.size(); ++pc) {
        if (passable_.reached(d, pc)) each(Spot{d, pc});
      }
    }
  }

  bool is_unmet(Spot at) const { return op(at).code == OpCode::receive && !passable_.met(at.definition, op(at)); }

  /// The first source that keeps the wait from being met.
  const sim::Source& missing(Spot at) const {
    const sim::WaitSpec& wait = program_of(model_, at.definition)->waits[op(at).a];
    return *std::ranges::find_if(wait.sources,
                                 [&](const sim::Source& source) { return !passable_.fed(at.definition, source); });
  }

  /// The wait that keeps the first supplier of the missing source from handing it out: what follows it leads there.
  std::optional<Spot> behind(Spot at) const {
    for (const Passable::Supplier& by : passable_.suppliers(at.definition, missing(at))) {
      const Code& code = *program_of(model_, by.definition);
      for (std::uint32_t pc = 0; pc < code.ops.size(); ++pc) {
        const Spot wait{by.definition, pc};
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
    std::map<Spot, Spot> seen;  // with the wait from which the walk began that came there first
    for_reached([&](Spot at) {
      if (!is_unmet(at)) return;
      std::vector<Spot> way;
      std::optional<Spot> next = at;
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

  void cycle(const std::vector<Spot>& way) {
    LintFinding& finding = say("wait-cycle", way.front(), "no run gets past these waits",
                               "let one of them send before it waits, or not wait for it", true);
    for (std::size_t w = 0; w < way.size(); ++w) {
      const Spot by = way[(w + 1) % way.size()];
      finding.reasons.push_back(fmt::format("{} needs {} of {}, which sends it only after {}", step(way[w]),
                                            topic(missing(way[w]).topic), agent(by.definition), step(by)));
    }
  }

  void unfed(Spot at) {
    const sim::Source& source = missing(at);
    const auto by = passable_.suppliers(at.definition, source);
    const std::string what = by.empty()
                                 ? fmt::format("nobody sends {} to {}", topic(source.topic), agent(at.definition))
                                 : fmt::format("{} would come from {}, which no run reaches", topic(source.topic),
                                               step({by.front().definition, by.front().pc}));
    say("unfed-wait", at, what, "let somebody send it, or leave the wait out", true);
  }

  /// What nodes of a graph and their runtime say to one another: no name in a file can hold a blank.
  static bool is_inner(const std::string& topic) { return topic.find_first_of("( ") != std::string::npos; }

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
      if (model_.is_inner(sent.topic) || is_inner(model_.topic(sent.topic).name)) continue;
      const auto [known_answer, fresh] =
          answers.emplace(std::pair{published ? everybody : index(sent.to), sent.topic}, false);
      bool& read = known_answer->second;
      if (fresh) {
        read = known && reads(index(sent.to), sent.topic);
        for (std::uint32_t d = 0; published && !read && d < everybody; ++d) read = reads(d, sent.topic);
      }
      const Spot at{by.definition, by.pc};
      if (read || !told.insert(step(at)).second) continue;
      const std::string who = known ? agent(index(sent.to)) + " never" : "nobody ever";
      LintFinding& finding =
          say("unread-topic", at, fmt::format("{} reaches a step that takes {}", who, topic(sent.topic)),
              "let it be received or discarded, or do not send it", false);
      finding.rehearsal.names = {topic(sent.topic)};
    }
  }

  /// Waits whose condition asks for a field that no message of that topic carries.
  void missing_fields() {
    linting_.survey.each<steps::Receive>([&](Survey::Number n, const steps::Receive& receive) {
      const auto pc = linting_.survey.op(n, OpCode::receive);
      const std::uint32_t d = linting_.survey.at(n).agent;
      if (!pc || !passable_.reached(d, *pc) || is_unmet({d, *pc})) return;
      const sim::WaitSpec& wait = program_of(model_, d)->waits[op({d, *pc}).a];
      std::string lacks;
      bool some_met = false;
      for (std::size_t p = 0; p < receive.demand.parts.size(); ++p) {
        const std::string field = field_of_nobody(receive.demand.parts[p], d, wait.sources[p]);
        if (field.empty()) some_met = true;
        if (lacks.empty() && !field.empty())
          lacks = fmt::format("no {} that is sent to {} has {}", topic(wait.sources[p].topic), agent(d), field);
      }
      if (lacks.empty() || (some_met && !wait.all)) return;
      say("unfed-wait", {d, *pc}, std::move(lacks), "send it with this field, or do not ask for it", true);
    });
  }

  /// A field that a part needs and none of its messages has; empty where there is none, or where that is not known.
  std::string field_of_nobody(const Demand::Part& part, std::uint32_t definition, const sim::Source& source) const {
    if (!part.matcher.property) return {};
    const std::set<std::string> needed = needed_fields(*part.matcher.property);
    const auto suppliers = needed.empty() ? std::vector<Passable::Supplier>{} : passable_.suppliers(definition, source);
    for (const std::string& field : needed) {
      const auto carries = [&](const Passable::Supplier& by) {
        const Survey::Number n = linting_.survey.of_op(by.definition, by.pc);
        const Content* content = n == Survey::none ? nullptr : content_of(n);
        return content == nullptr ||
               std::ranges::find(content->with, field, &Named::value_type::first) != content->with.end();
      };
      if (!suppliers.empty() && std::ranges::none_of(suppliers, carries)) return field;
    }
    for (const Expression& wish : conjuncts_of(*part.matcher.property)) {
      if (const std::string value = value_of_nobody(wish, suppliers); !value.empty()) return value;
    }
    return {};
  }

  /// `msg.size == 2` where all send another number: `size 2`. Empty where that is not so, or not known.
  std::string value_of_nobody(const Expression& wish, const std::vector<Passable::Supplier>& suppliers) const {
    if (wish.kind() != Expression::Kind::equal || suppliers.empty()) return {};
    const Expression& name = wish.operands()[0];
    const Expression& number = wish.operands()[1];
    const bool plain = name.kind() == Expression::Kind::name && name.text().starts_with("msg.") &&
                       number.kind() == Expression::Kind::integer && number.literal() == Expression::Literal::number;
    if (!plain) return {};
    const std::string field = name.text().substr(4);
    const auto sends_another = [&](const Passable::Supplier& by) {
      const Survey::Number n = linting_.survey.of_op(by.definition, by.pc);
      const Content* content = n == Survey::none ? nullptr : content_of(n);
      if (content == nullptr) return false;
      const auto sent = std::ranges::find(content->with, field, &Named::value_type::first);
      return sent != content->with.end() && sent->second.kind() == Expression::Kind::integer &&
             sent->second.literal() == Expression::Literal::number && sent->second.number() != number.number();
    };
    return std::ranges::all_of(suppliers, sends_another) ? fmt::format("{} {}", field, number.number()) : std::string{};
  }

  /// What a step sends; nullptr where that is not known.
  const Content* content_of(Survey::Number n) const {
    const Survey& survey = linting_.survey;
    if (const auto* send = survey.as<steps::Send>(n)) return &send->content;
    if (const auto* publish = survey.as<steps::Publish>(n)) return &publish->content;
    if (const auto* ask = survey.as<steps::Ask>(n)) return &ask->content;
    return nullptr;
  }

  Linting& linting_;
  const sim::Model& model_;
  const Passable& passable_;
  std::vector<LintFinding>& found_;
};

}  // namespace

void lint_messages(Linting& linting) { Messages{linting}.run(); }

}  // namespace squall::scenarios
