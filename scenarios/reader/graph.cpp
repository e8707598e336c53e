// SPDX-License-Identifier: Apache-2.0
#include "scenarios/reader/graph.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "scenarios/reader/actions_by_kind.hpp"

namespace squall::scenarios {
namespace {

class GraphReader {
 public:
  GraphReader(Reading& reading, std::vector<std::pair<std::string, Mark>>& declared)
      : reading_(reading), declared_(declared) {}

  GraphDesign read(Record& record, const Rules& around, sim::Duration visibility = GraphDesign{}.visibility) {
    GraphDesign design;
    design.visibility = visibility;
    design.mark = reading_.number_of(record.at().mark);
    design.rules = around;
    if (auto rules = record.get<field_row("graph.runs-as")>()) read_rules(*rules, design.rules);
    if (const auto start = record.get<field_row("graph.start")>()) design.start = *start;
    if (const auto limit = record.get<field_row("graph.limit")>()) design.limit = *limit;
    if (design.limit == 0U) {
      reading_.say(*record.node<field_row("graph.limit")>(), "nothing would ever run", "write 1 or more");
    }
    read_time<field_row("graph.visibility")>(record, design.visibility);
    if (record.has<field_row("graph.visibility")>() && design.rules.start != StartRule::queue)
      reading_.say(*record.node<field_row("graph.visibility")>(),
                   "only what is taken from a queue is hidden for a time",
                   "leave it out, or use runs-as: queue-worker");
    design.ends_at_limit = record.get<field_row("graph.at-limit")>().value_or(0) == 1;
    if (const Node* nodes = record.node<field_row("graph.nodes")>();
        nodes && record.has<field_row("graph.ends-when")>()) {
      for (const Node::Entry& entry : nodes->entries)
        if (entry.key->text.find('-') != std::string::npos) reading_.hyphenated.insert(entry.key->text);
    }
    design.ends_when = record.get<field_row("graph.ends-when")>();
    if (design.ends_when) read_ending(*design.ends_when, *record.node<field_row("graph.ends-when")>(), design.rules);
    if (const Node* workers = record.node<field_row("graph.workers")>()) read_workers(*workers, design);
    record.into_word<field_row("graph.dispatch")>(design.policy);
    for (auto& [key, node] : record.get<field_row("graph.nodes")>()) {
      declared_.emplace_back(key->text, key->mark);
      if (node.usable()) design.nodes.push_back(read_node(*key, node, design));
    }
    return design;
  }

 private:
  /// A number of equal ones, or kinds of them.
  void read_workers(const Node& node, GraphDesign& design) {
    const auto nobody = [&](const Node& at) { reading_.say(at, "nobody would ever work", "write 1 or more"); };
    if (!node.is_mapping()) {
      design.workers = reading_.as_count(*find_field("worker", "count"), node);
      if (design.workers == 0U) nobody(node);
      return;
    }
    std::uint64_t all = 0;
    for (const Node::Entry& entry : node.entries) {
      WorkerKind kind{.name = entry.key->text, .count = 1, .percent = 100};
      if (!is_name(kind.name))
        reading_.say(*entry.key, fmt::format("'{}' is no name for a kind of workers", kind.name),
                     "begin with a small letter; then small letters, digits, _ and -");
      Record record{reading_, *entry.value, "worker"};
      if (!record.usable()) continue;
      record.into<field_row("worker.count")>(kind.count);
      if (kind.count == 0) nobody(*record.node<field_row("worker.count")>());
      record.into<field_row("worker.percent")>(kind.percent);
      if (const Node* percent = record.node<field_row("worker.percent")>()) check_percent(*percent, kind.percent);
      all += kind.count;
      design.kinds.push_back(std::move(kind));
    }
    if (design.kinds.empty()) nobody(node);
    if (all > workers_max) {
      reading_.say(node, "there are more than 1,000,000 workers", "write fewer");
      all = workers_max;
    }
    design.workers = static_cast<std::uint32_t>(all);
  }
  static constexpr std::uint64_t workers_max = 1'000'000;

  void check_percent(const Node& at, std::uint32_t percent) {
    if (percent == 0 || percent > 100'000)
      reading_.say(at, "that is no time that work could take",
                   "write percents from 1 to 100000; 100 is as the body says");
  }

  void read_percents(const Node& node, GraphNode& of) {
    if (!node.is_mapping()) {
      reading_.say(node, "it says not for which kinds of workers", "write percent-on: {KIND: 50}");
      return;
    }
    for (const Node::Entry& entry : node.entries) {
      const auto percent = reading_.as_count(*find_field("worker", "percent"), *entry.value);
      if (!percent) continue;
      check_percent(*entry.value, *percent);
      of.percent_on.emplace_back(entry.key->text, *percent);
    }
  }

  void read_rules(Record& record, Rules& rules) {
    if (const auto word = record.get<field_row("rules.preset")>()) rules = *preset(presets()[*word]);
    record.into_word<field_row("rules.start")>(rules.start);
    record.into_word<field_row("rules.commit")>(rules.commit);
    record.into_word<field_row("rules.skip")>(rules.skip);
    record.into_word<field_row("rules.failure")>(rules.failure);
    record.into_word<field_row("rules.checkpoint")>(rules.checkpoint);
    record.into_word<field_row("rules.guarantee")>(rules.guarantee);
    if (rules.commit == Commit::end_of_superstep && !rules.supersteps()) {
      reading_.say(record.at(), "without supersteps nothing is committed at their end",
                   "write commit: end-of-node or at-once, or start: superstep");
    }
  }

  GraphNode read_node(const Node& key, Record& record, const GraphDesign& design) {
    GraphNode node;
    node.name = key.text;
    node.mark = reading_.number_of(key.mark);
    record.into<field_row("node.do")>(node.body);
    if (auto graph = record.get<field_row("node.graph")>(); graph && graph->usable()) {
      if (record.has<field_row("node.do")>())
        reading_.say(graph->at(), "a node has a body or a subgraph", "leave 'do' or 'graph' out");
      node.graph = std::make_shared<const GraphDesign>(read(*graph, design.rules, design.visibility));
    }
    if (const Node* next = record.node<field_row("node.next")>()) {
      read_next(*next, node);
    } else {
      node.next.push_back({.label = {}, .to = std::string{end_node}});
    }
    if (const auto data = record.get<field_row("node.data")>()) node.data = *data;
    if (const Node* join = record.node<field_row("node.join")>()) node.join = read_join(*join);
    if (auto timeout = record.get<field_row("node.timeout")>()) node.fields.timeout = std::move(*timeout);
    if (auto retry = record.get<field_row("node.retry")>(); retry && retry->usable())
      node.fields.retry = retry_of(*retry);
    if (auto deadline = record.get<field_row("node.deadline")>()) node.fields.deadline = std::move(*deadline);
    if (const Node* otherwise = record.node<field_row("node.otherwise")>())
      node.fields.otherwise = otherwise_of(reading_, *otherwise);
    if (const auto visits = record.get<field_row("node.visits")>()) node.visits = *visits;
    if (node.visits == 0U)
      reading_.say(*record.node<field_row("node.visits")>(), "it would never run", "write 1 or more");
    read_fan_out(record, node);
    read_worker(record, node);
    record.into<field_row("node.priority")>(node.priority);
    record.into<field_row("node.defer")>(node.defer);
    if (const Node* percents = record.node<field_row("node.percent-on")>()) read_percents(*percents, node);
    return node;
  }

  template <std::size_t row>
  void read_time(Record& record, sim::Duration& into) {
    record.into<row>(into);
    if (record.has<row>() && into <= sim::Duration{})
      reading_.say(*record.node<row>(), "that is no time", "write more than 0s");
  }

  void read_worker(Record& record, GraphNode& node) {
    read_time<field_row("node.heartbeat")>(record, node.heartbeat);
    read_time<field_row("node.visibility")>(record, node.visibility);
    record.into<field_row("node.concurrency")>(node.concurrency);
    if (record.has<field_row("node.concurrency")>() && node.concurrency == 0)
      reading_.say(*record.node<field_row("node.concurrency")>(), "nothing would ever run", "write 1 or more");
    record.into<field_row("node.prefetch")>(node.prefetch);
  }

  void read_fan_out(Record& record, GraphNode& node) {
    const Node* over = record.node<field_row("node.over")>();
    std::string item;
    record.into<field_row("node.item")>(item);
    const auto limit = record.get<field_row("node.limit")>();
    if (over == nullptr) {
      if (!item.empty() || limit) reading_.say(record.at(), "there is nothing to fan out over", "add over: 1..n");
      return;
    }
    node.over = over_of(reading_, *over);
    node.over->item = std::move(item);
    if (limit) node.over->limit = limit->value.value_or(0);
  }

  /// A node, or a list of nodes.
  std::vector<std::string> targets(const Node& node) {
    return reading_.as_names(*find_field("node", "data"), node).value_or(std::vector<std::string>{});
  }

  void read_next(const Node& next, GraphNode& node) {
    if (!next.is_mapping()) {
      for (std::string& to : targets(next)) node.next.push_back({.label = {}, .to = std::move(to)});
      return;
    }
    for (const Node::Entry& entry : next.entries) {
      if (!is_name(entry.key->text))
        reading_.say(*entry.key, fmt::format("'{}' is not a label", entry.key->text),
                     "begin with a small letter; then small letters, digits, _ and -");
      for (std::string& to : targets(*entry.value)) node.next.push_back({entry.key->text, std::move(to)});
    }
  }

  std::optional<JoinRule> read_join(const Node& node) {
    if (node.is_sequence()) return read_groups(node);
    if (node.is_mapping()) return read_join_record(node);
    if (node.text == "each") return JoinRule{.kind = JoinRule::Kind::each};
    if (node.text == "all") return JoinRule{.kind = JoinRule::Kind::all};
    if (node.text == "all-taken") return JoinRule{.kind = JoinRule::Kind::all_taken};
    if (node.text == "any") return JoinRule{.kind = JoinRule::Kind::count};
    reading_.say(node, fmt::format("'{}' is no join", node.text),
                 "write each, all, all-taken, any, {count: k}, {any: [..]}, {all: [..]}, {wait: all, when: CONDITION}, "
                 "or a list "
                 "of groups");
    return std::nullopt;
  }

  std::optional<JoinRule> read_join_record(const Node& node) {
    Record record{reading_, node, "join"};
    if (!record.usable()) return std::nullopt;
    JoinRule join;
    const int kinds = (record.has<field_row("join.count")>() ? 1 : 0) + (record.has<field_row("join.all")>() ? 1 : 0) +
                      (record.has<field_row("join.any")>() ? 1 : 0) + (record.has<field_row("join.wait")>() ? 1 : 0) +
                      (record.has<field_row("join.groups")>() ? 1 : 0);
    if (kinds != 1) reading_.say(node, "a join says one of count, all, any, wait and groups", "write one of them");
    if (const Node* groups = record.node<field_row("join.groups")>()) {
      if (auto grouped = read_groups(*groups)) join = std::move(*grouped);
    }
    if (const auto count = record.get<field_row("join.count")>()) {
      join.kind = JoinRule::Kind::count;
      join.count = *count;
      if (*count == 0)
        reading_.say(*record.node<field_row("join.count")>(), "it would begin with nothing", "write 1 or more");
    }
    if (const auto all = record.get<field_row("join.all")>()) {
      join.kind = JoinRule::Kind::all;
      join.of = *all;
    }
    if (const auto any = record.get<field_row("join.any")>()) {
      join.kind = JoinRule::Kind::count;
      join.of = *any;
    }
    record.into<field_row("join.latch")>(join.latch);
    auto when = record.get<field_row("join.when")>();
    if (const auto wait = record.get<field_row("join.wait")>()) {
      join.kind = JoinRule::Kind::wait;
      join.all = *wait == 0;
      join.when = when ? std::move(*when) : Expression{true};
      check_join(*join.when, *(record.has<field_row("join.when")>() ? record.node<field_row("join.when")>() : &node));
    } else if (when) {
      reading_.say(*record.node<field_row("join.when")>(), "'when' belongs to 'wait'", "add wait: all, or wait: any");
    }
    return join;
  }

  std::optional<JoinRule> read_groups(const Node& node) {
    JoinRule join{.kind = JoinRule::Kind::groups};
    for (const Node* item : node.items) {
      Record record{reading_, *item, "group"};
      if (!record.usable()) continue;
      const auto all = record.get<field_row("group.all")>();
      const auto any = record.get<field_row("group.any")>();
      if (all.has_value() == any.has_value())
        reading_.say(*item, "a group is 'all' or 'any' of some sources", "write {all: [..]} or {any: [..]}");
      if (all || any) join.groups.push_back({all.has_value(), all ? *all : *any});
    }
    if (join.groups.empty()) reading_.say(node, "there are no groups", "write [{all: [..]}, {any: [..]}]");
    return join;
  }

  void read_ending(const Expression& when, const Node& at, const Rules& rules) {
    if (rules.start != StartRule::speaker)
      reading_.say(at, "only a conversation, of which one node has the word, is asked after each turn whether it ends",
                   "leave it out, or use runs-as: group-chat");
    check_condition(when, at, [&](const std::string& name) {
      if (name.starts_with("runs.") || name.find('.') == std::string::npos) return;
      reading_.say(at, fmt::format("'{}' is not known there", name),
                   "ask for turns, elapsed, runs.NODE or a key of the context");
    });
  }

  /// Only tokens are known there.
  void check_join(const Expression& when, const Node& at) {
    check_condition(when, at, [&](const std::string& name) {
      if (name == "tokens.ok" || name == "tokens.skipped" || name == "tokens.failed" || name == "tokens.total") return;
      reading_.say(at, fmt::format("'{}' is not known to a join", name),
                   "ask for tokens.ok, tokens.skipped, tokens.failed or tokens.total");
    });
  }

  /// What a runtime can work out by itself.
  template <class Name>
  void check_condition(const Expression& e, const Node& at, const Name& name) {
    using Kind = Expression::Kind;
    switch (e.kind()) {
      case Kind::name: return name(e.text());
      case Kind::integer:
      case Kind::negation:
      case Kind::add:
      case Kind::subtract:
      case Kind::both:
      case Kind::either:
      case Kind::equal:
      case Kind::not_equal:
      case Kind::less:
      case Kind::less_equal:
      case Kind::greater:
      case Kind::greater_equal: break;
      default: reading_.say(at, "a condition of a graph compares numbers", "use + - == != < <= > >= && || !"); return;
    }
    for (const Expression& operand : e.operands()) check_condition(operand, at, name);
  }

  Reading& reading_;
  std::vector<std::pair<std::string, Mark>>& declared_;
};

}  // namespace

void read_graph(Record& graph, std::vector<std::pair<std::string, Mark>>& declared, Workflow& workflow) {
  workflow.graph(GraphReader{graph.reading(), declared}.read(graph, *preset("dataflow")));
}

}  // namespace squall::scenarios
