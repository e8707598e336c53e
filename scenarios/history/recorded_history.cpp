// SPDX-License-Identifier: Apache-2.0
#include "scenarios/history/recorded_history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "sim/model.hpp"
#include "sim/world.hpp"

namespace squall::scenarios {
namespace {

using namespace sim::history;
using sim::Seen;
using End = sim::history::Outcome;  // a run has an outcome too

class Recorder {
 public:
  Recorder(const Scenario& scenario, const Recording& recording)
      : model_(scenario.model), world_(recording.world), lines_(recording.trace.lines()) {}

  History all() {
    for (std::size_t l = 0; l < lines_.size(); ++l) {
      const sim::TraceLine& line = lines_[l];
      const auto moment = static_cast<Moment>(l + 1);
      number_instances(line);
      close(line, moment);
      switch (line.seen.kind) {
        case Seen::read: open(line, moment, Function::read, End::ok); break;
        case Seen::wrote: open(line, moment, Function::write, End::ok); break;
        case Seen::conflicted: open(line, moment, Function::write, End::fail); break;
        default: break;
      }
    }
    return std::move(made_);
  }

 private:
  /// Rows of instances are used again: the number of the one that has a row now is that of its arrival.
  void number_instances(const sim::TraceLine& line) {
    if (line.seen.kind == Seen::arrived && line.seen.instance != sim::no_row)
      instances_[line.seen.instance] = arrivals_++;
  }

  /// The operation of this activation, if it has one, is over: it is seen to do something else.
  void close(const sim::TraceLine& line, Moment moment) {
    const auto found = open_.find(line.seen.activation);
    if (line.seen.activation == sim::no_row || found == open_.end()) return;
    Operation& operation = made_.operations[found->second];
    const bool gone = line.seen.kind == Seen::interrupted || line.seen.kind == Seen::hung;
    if (!gone) {
      operation.returned = moment;
      operation.returned_ns = line.at.time_since_epoch().count();
      operation.outcome = End::ok;
    }
    open_.erase(found);
  }

  void open(const sim::TraceLine& line, Moment moment, Function function, End end) {
    const sim::Observation& seen = line.seen;
    Operation operation;
    operation.function = function;
    operation.process =
        made_.values.word(fmt::format("\"{}/{}", agent_name(model_, world_, seen.agent), seen.activation));
    std::string key = model_.keys[seen.detail].name;
    if (!model_.keys[seen.detail].shared && model_.load.instances > 1 && seen.instance != sim::no_row)
      key += fmt::format("@{}", instances_[seen.instance]);
    operation.key = made_.values.word("\"" + key);
    operation.invoked = moment;
    operation.invoked_ns = line.at.time_since_epoch().count();
    if (function == Function::read) {
      operation.answered = made_.values.number(seen.value);
    } else if (end == End::ok && seen.row != sim::no_row) {
      operation.asked = made_.values.number(seen.row);
    } else {
      operation.asked = made_.values.word(fmt::format("\"kept by nobody {}", moment));
    }
    made_.operations.push_back(operation);
    if (end == End::fail) {  // it is known at once that it did nothing
      made_.operations.back().returned = moment;
      made_.operations.back().returned_ns = operation.invoked_ns;
      made_.operations.back().outcome = End::fail;
      return;
    }
    if (seen.activation != sim::no_row) open_[seen.activation] = made_.operations.size() - 1;
  }

  const sim::Model& model_;
  const sim::World& world_;
  std::span<const sim::TraceLine> lines_;
  History made_;
  std::map<sim::Row, std::size_t> open_;
  std::map<sim::Row, std::uint32_t> instances_;
  std::uint32_t arrivals_ = 0;
};

/// As JSON has it: names begin with a quote here, and have none at their end.
std::string json_of(const Values& values, ValueId value) {
  if (value == nil) return "null";
  std::string text{values.word_of(value)};
  if (text.starts_with('"')) text += '"';
  return text;
}

}  // namespace

History history_of(const Scenario& scenario, const Recording& recording) { return Recorder{scenario, recording}.all(); }

std::string history_lines(const History& history) {
  // Invocations and returns in the order of their moments.
  std::vector<std::tuple<Moment, bool, std::size_t>> lines;
  for (std::size_t o = 0; o < history.operations.size(); ++o) {
    const Operation& operation = history.operations[o];
    lines.emplace_back(operation.invoked, false, o);
    if (operation.returned != never) lines.emplace_back(operation.returned, true, o);
  }
  std::ranges::sort(lines);
  std::string text;
  for (const auto& [moment, is_return, o] : lines) {
    const Operation& operation = history.operations[o];
    const ValueId value = is_return ? operation.value() : operation.asked;
    const char* type = !is_return ? "invoke" : operation.outcome == End::ok ? "ok" : "fail";
    text += fmt::format("{{\"process\": {}, \"type\": \"{}\", \"f\": \"{}\", \"value\": [{}, {}], \"time\": {}}}\n",
                        json_of(history.values, operation.process), type, function_name(operation.function),
                        json_of(history.values, operation.key), json_of(history.values, value),
                        is_return ? operation.returned_ns : operation.invoked_ns);
  }
  return text;
}

}  // namespace squall::scenarios
