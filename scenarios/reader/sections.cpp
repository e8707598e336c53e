// SPDX-License-Identifier: Apache-2.0
#include "scenarios/reader/sections.hpp"
#include "scenarios/reader/decisions.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "scenarios/reader/graph.hpp"
#include "scenarios/reader/record.hpp"
#include "scenarios/reader/yaml.hpp"

/// The sections of a file: section 2 of the language.
namespace squall::scenarios {
namespace {

/// Reads the sections one after the other into the builder.
class SectionReader {
 public:
  SectionReader(Reading& reading, const Node& root, Loaded& loaded)
      : reading_(reading), file_(reading, root, "file"), loaded_(loaded) {}

  Sections run() {
    if (!file_.usable()) return std::move(sections_);
    file_.into<field_row("file.workflow")>(loaded_.name);
    sections_.workflow = Workflow{loaded_.name};
    file_.into<field_row("file.about")>(sections_.about);
    load();
    auto agents = file_.get<field_row("file.agents")>();
    for (const auto& [key, agent] : agents) {
      if (key->text.find('-') != std::string::npos) reading_.hyphenated.insert(key->text);
    }
    network();
    context();
    topics();
    tools();
    resources();
    std::uint64_t members = 0;
    for (auto& [key, record] : agents) members += agent(*key, record);
    if (members > FileLimits::agents) {
      reading_.say(*file_.node<field_row("file.agents")>(),
                   fmt::format("the workflow has {} agents, more than {}", members, FileLimits::agents),
                   "lower 'replicas'");
    }
    if (auto graph = file_.get<field_row("file.graph")>(); graph && graph->usable()) {
      read_graph(*graph, sections_.declared, sections_.workflow);
    } else if (!file_.has<field_row("file.agents")>() && !file_.has<field_row("file.graph")>()) {
      reading_.say(file_.at(), "nobody acts here: there are neither 'agents' nor a 'graph'",
                   "add 'agents' or a 'graph'");
    }
    read_checks(reading_, file_.node<field_row("file.check")>(), file_.node<field_row("file.goal")>(), sections_);
    faults();
    pins();
    expect();
    return std::move(sections_);
  }

 private:
  /// A name that expressions can say: it may mean one thing only.
  void declare(const Node& key, const char* as) {
    sections_.declared.emplace_back(key.text, key.mark);
    const auto [entry, fresh] = named_.emplace(key.text, as);
    if (!fresh && entry->second != std::string_view{as}) {
      reading_.say(key, fmt::format("'{}' is {} and {}", key.text, entry->second, as), "give one of them another name");
    }
  }

  void load() {
    auto record = file_.get<field_row("file.load")>();
    if (!record) return;
    std::uint32_t instances = 1;
    sim::Distribution every{};
    record->into<field_row("load.instances")>(instances);
    record->into<field_row("load.every")>(every);
    if (instances == 0) {
      reading_.say(*record->node<field_row("load.instances")>(), "no instance runs", "write 1 or more instances");
      return;
    }
    sections_.workflow.load(instances, every);
  }

  void network() {
    auto record = file_.get<field_row("file.network")>();
    if (!record) return;
    sim::Distribution latency = sim::Network{}.latency;
    record->into<field_row("network.latency")>(latency);
    const bool fifo = record->get<field_row("network.order")>().value_or(0) == 0;
    sections_.workflow.latency(latency, fifo);
    for (auto& [key, link] : record->get<field_row("network.links")>()) {
      LinkSpec spec{.from = {}, .to = {}, .latency = latency, .fifo = fifo};
      link.into<field_row("link.from")>(spec.from);
      link.into<field_row("link.to")>(spec.to);
      link.into<field_row("link.latency")>(spec.latency);
      if (const auto order = link.get<field_row("link.order")>()) spec.fifo = *order == 0;
      if (spec.from.empty() || spec.to.empty()) continue;
      sections_.workflow.link(std::move(spec));
    }
  }

  void context() {
    for (auto& [key, record] : file_.get<field_row("file.context")>()) {
      KeySpec spec;
      if (auto initial = record.get<field_row("key.initial")>()) spec.initial = std::move(*initial);
      record.into_word<field_row("key.consistency")>(spec.consistency);
      record.into<field_row("key.lag")>(spec.lag);
      spec.shared = record.get<field_row("key.scope")>().value_or(0) == 1;
      record.into<field_row("key.latency")>(spec.latency);
      record.into_word<field_row("key.reducer")>(spec.reducer);
      record.into<field_row("key.fenced-by")>(spec.fenced_by);
      const bool lags = spec.consistency == sim::Consistency::eventual || spec.consistency == sim::Consistency::causal;
      if (record.has<field_row("key.lag")>() && !lags) {
        reading_.say(*record.node<field_row("key.lag")>(), "only eventual and causal keys lag",
                     "add 'consistency: eventual', or leave 'lag' out");
      }
      if (!is_plain_name(key->text) && is_name(key->text)) {
        reading_.say(*key, fmt::format("'{}' holds a hyphen, which would be a minus in expressions", key->text),
                     "write '_' instead of '-'");
      }
      declare(*key, "a key of the context");
      sections_.workflow.key(key->text, std::move(spec));
    }
  }

  void topics() {
    for (auto& [key, record] : file_.get<field_row("file.topics")>()) {
      TopicSpec spec;
      record.into_word<field_row("topic.mode")>(spec.mode, 1);
      if (const auto retain = record.get<field_row("topic.retain")>())
        spec.retain = retain->value.value_or(retain->word == 0 ? 0 : sim::unlimited);
      record.into_word<field_row("topic.ack")>(spec.ack);
      if (auto redeliver = record.get<field_row("topic.redeliver")>()) {
        redeliver->into<field_row("redeliver.after")>(spec.redeliver_after);
        redeliver->into<field_row("redeliver.max")>(spec.redeliver_max);
      }
      (void)record.get<field_row("topic.order")>();
      spec.leftover_ok = record.get<field_row("topic.leftover")>().value_or(0) == 1;
      sections_.declared.emplace_back(key->text, key->mark);
      sections_.workflow.topic(key->text, spec);
    }
  }

  void tools() {
    for (auto& [key, record] : file_.get<field_row("file.tools")>()) {
      ToolSpec spec;
      record.into<field_row("tool.latency")>(spec.latency);
      record.into<field_row("tool.error")>(spec.error);
      record.into<field_row("tool.effect")>(spec.effect);
      if (const auto dedup = record.get<field_row("tool.dedup")>()) spec.dedup = dedup->value.value_or(sim::Duration{});
      if (const auto limit = record.get<field_row("tool.limit")>()) spec.limit = *limit;
      record.into<field_row("tool.fenced-by")>(spec.fenced_by);
      record.into<field_row("tool.undone-by")>(spec.undone_by);
      sections_.declared.emplace_back(key->text, key->mark);
      sections_.workflow.tool(key->text, std::move(spec));
    }
  }

  void resources() {
    using Kind = sim::ResourceInfo::Kind;
    for (auto& [key, record] : file_.get<field_row("file.resources")>()) {
      ResourceSpec spec;
      (void)record.get<field_row("resource.lock")>();
      const auto semaphore = record.get<field_row("resource.semaphore")>();
      auto lease = record.get<field_row("resource.lease")>();
      auto rate = record.get<field_row("resource.rate")>();
      const int given =
          (record.has<field_row("resource.lock")>() ? 1 : 0) + (record.has<field_row("resource.semaphore")>() ? 1 : 0) +
          (record.has<field_row("resource.lease")>() ? 1 : 0) + (record.has<field_row("resource.rate")>() ? 1 : 0);
      if (given != 1 && record.usable()) {
        reading_.say(*key,
                     fmt::format("'{}' is {} kinds of resource", key->text, given == 0 ? "none of the" : "several"),
                     "write one of: lock: {}, semaphore: n, lease: {ttl: D}, rate: {limit: n, per: D}");
      }
      if (semaphore) {
        spec.kind = Kind::semaphore;
        spec.slots = *semaphore;
        if (*semaphore == 0)
          reading_.say(*record.node<field_row("resource.semaphore")>(), "nobody could ever hold it", "write 1 or more");
      }
      if (lease) {
        spec.kind = Kind::lease;
        lease->into<field_row("lease.ttl")>(spec.period);
      }
      if (rate) {
        spec.kind = Kind::bucket;
        rate->into<field_row("limiter.limit")>(spec.slots);
        rate->into<field_row("limiter.per")>(spec.period);
        rate->into_word<field_row("limiter.kind")>(spec.kind, static_cast<int>(Kind::bucket));
        if (spec.slots == 0)
          reading_.say(*rate->node<field_row("limiter.limit")>(), "nothing would ever pass", "write 1 or more");
      }
      record.into_word<field_row("resource.frees")>(spec.frees);
      sections_.declared.emplace_back(key->text, key->mark);
      sections_.workflow.resource(key->text, spec);
    }
  }

  std::uint64_t agent(const Node& key, Record& record) {
    AgentSpec spec;
    record.into<field_row("agent.do")>(spec.program);
    record.into<field_row("agent.on")>(spec.on);
    record.into<field_row("agent.vars")>(spec.vars);
    if (const Node* vars = record.node<field_row("agent.vars")>()) {
      for (const Node::Entry& entry : vars->entries) declare(*entry.key, "a variable");
    }
    record.into<field_row("agent.replicas")>(spec.replicas);
    if (const auto start = record.get<field_row("agent.start")>()) {
      spec.start = start->value ? sim::Start::delayed : start->word == 0 ? sim::Start::instance : sim::Start::spawned;
      spec.start_after = start->value.value_or(sim::Duration{});
    }
    record.into<field_row("agent.concurrency")>(spec.concurrency);
    record.into_word<field_row("agent.resume")>(spec.resume);
    if (auto mailbox = record.get<field_row("agent.mailbox")>()) {
      if (const auto capacity = mailbox->get<field_row("mailbox.capacity")>())
        spec.mailbox.capacity = capacity->value.value_or(sim::unlimited);
      mailbox->into_word<field_row("mailbox.full")>(spec.mailbox.full);
      mailbox->into<field_row("mailbox.survives")>(spec.mailbox.survives);
      mailbox->into_word<field_row("mailbox.ack")>(spec.mailbox.ack);
      if (auto redeliver = mailbox->get<field_row("mailbox.redeliver")>()) {
        redeliver->into<field_row("redeliver.after")>(spec.mailbox.redeliver_after);
        redeliver->into<field_row("redeliver.max")>(spec.mailbox.redeliver_max);
        if (spec.mailbox.ack != sim::Ack::end) {
          reading_.say(*mailbox->node<field_row("mailbox.redeliver")>(),
                       "what is acknowledged when it is taken never comes again", "add 'ack: end', or leave it out");
        }
      }
    }
    if (const auto daemon = record.get<field_row("agent.daemon")>()) spec.daemon = *daemon;
    record.into<field_row("agent.human")>(spec.human);
    record.into<field_row("agent.role")>(spec.role);
    if (const auto can = record.get<field_row("agent.can")>()) spec.can = *can;
    declare(key, "an agent");
    const std::uint64_t members = spec.replicas;
    // Beyond the limit nothing is built; what is kept until then stays small.
    if (members > FileLimits::agents) spec.replicas = 1;
    sections_.workflow.agent(key.text, std::move(spec));
    return members;
  }

  void faults() {
    if (const Node* list = file_.node<field_row("file.faults")>()) sections_.faults = read_fault_lines(reading_, *list);
    if (const Node* list = file_.node<field_row("file.plan")>()) sections_.plan = read_fault_lines(reading_, *list);
    file_.into<field_row("file.and-faults")>(sections_.and_faults);
  }

  void pins() {
    if (const Node* seed = file_.node<field_row("file.seed")>()) loaded_.seed = number(*seed, "seed");
    if (const Node* digest = file_.node<field_row("file.digest")>()) loaded_.digest = number(*digest, "digest");
    if (const Node* set = file_.node<field_row("file.set")>())
      read_answers(reading_, *set, loaded_.pins, sections_.pins);
    schedule();
    if (auto without = file_.get<field_row("file.without")>()) {
      sections_.pins.agents = without->node<field_row("without.agents")>();
      sections_.pins.instances = without->node<field_row("without.instances")>();
      without->into<field_row("without.agents")>(loaded_.pins.without_agents);
      without->into<field_row("without.instances")>(loaded_.pins.without_instances);
    }
  }

  void schedule() {
    const Node* choose = file_.node<field_row("file.choose")>();
    std::vector<std::uint32_t> begin;
    file_.into<field_row("file.choose")>(begin);
    if (auto record = file_.get<field_row("file.schedule")>()) {
      loaded_.pins.schedule = read_schedule(*record);
      loaded_.pins.schedule->begin = std::move(begin);
    } else if (choose != nullptr) {
      reading_.say(*choose, "there is no 'schedule' that these answers could begin", "leave it out");
    }
  }

  /// 64 bits, decimal or 0x hex.
  std::optional<std::uint64_t> number(const Node& node, const char* called) {
    const auto parsed = parse_seed(node.text);
    if (const auto* value = std::get_if<std::uint64_t>(&parsed)) return *value;
    const Refused& refused = std::get<Refused>(parsed);
    reading_.say(node, fmt::format("the {} '{}' {}", called, node.text, refused.what), refused.fix);
    return std::nullopt;
  }

  void expect() {
    auto record = file_.get<field_row("file.expect")>();
    if (!record || !record->usable()) return;
    Expect expect;
    record->into<field_row("expect.violates")>(expect.violates);
    record->into<field_row("expect.may-violate")>(expect.may_violate);
    expect.holds = record->get<field_row("expect.holds")>().has_value();
    record->into<field_row("expect.within")>(expect.within);
    record->into<field_row("expect.over")>(expect.over);
    const auto wrong = [&](const Node& at, const char* what, const char* fix) { reading_.say(at, what, fix); };
    if (record->has<field_row("expect.holds")>() && record->has<field_row("expect.violates")>()) {
      wrong(record->at(), "it cannot hold and be violated", "keep 'violates' or 'holds'");
    } else if (record->has<field_row("expect.within")>() && !record->has<field_row("expect.violates")>()) {
      wrong(*record->node<field_row("expect.within")>(), "'within' belongs to 'violates'", "write 'over' with 'holds'");
    } else if (record->has<field_row("expect.over")>() && record->has<field_row("expect.violates")>()) {
      wrong(*record->node<field_row("expect.over")>(), "'over' belongs to 'holds'", "write 'within' with 'violates'");
    }
    loaded_.expect = std::move(expect);
  }

  Reading& reading_;
  Record file_;
  Loaded& loaded_;
  Sections sections_;
  std::map<std::string, std::string_view> named_;
};

}  // namespace

Sections read_sections(Reading& reading, const Node& root, Loaded& loaded) {
  return SectionReader{reading, root, loaded}.run();
}

}  // namespace squall::scenarios
