// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/invariant.hpp"

#include <fmt/format.h>

#include "sim/invariants/waiting.hpp"
#include "sim/model.hpp"

namespace squall::sim {
namespace {

template <class Value>
std::optional<std::string> unknown_name(const Value&, const Model&) {
  return std::nullopt;  // not a list of names
}

bool judges_waits(std::string_view name) { return name == DeadlockFreedom::name || name == NoOrphanedWait::name; }

}  // namespace

const char* name_of(const Invariant& invariant) {
  return std::visit([](const auto& of) { return of.name; }, invariant);
}

std::optional<Trouble> problem(const Invariant& invariant, const Model& model) {
  std::optional<Trouble> found;
  std::visit(
      [&](const auto& of) {
        of.fields(of, [&](const Field& field, const auto& value) {
          using Value = std::decay_t<decltype(value)>;
          const auto unknown = unknown_name(value, model);
          if (unknown && !found) {
            found = {fmt::format("'{}' takes {}, and none is called '{}'", field.name, takes<Value>, *unknown),
                     "use a name that is declared"};
          }
        });
        if constexpr (requires { of.problem(); }) {
          const std::string_view missing = of.problem();
          if (!found && !missing.empty())
            found = {std::string{missing}, fmt::format("write it as `{}: {{OPTION: value}}`", of.name)};
        }
      },
      invariant);
  return found;
}

void place(Model& model, const Invariant& invariant) {
  const std::string_view name = name_of(invariant);
  bool shared = false;
  for (PlacedMonitor& placed : model.monitors) {
    if (placed.monitor.name == name) return;
    if (!judges_waits(placed.monitor.name) || !judges_waits(name)) continue;
    placed.monitor = wait_monitor(Judged::both, placed.monitor.name, placed.monitor.claim);
    shared = true;
  }
  Monitor monitor = std::visit([&](const auto& of) { return of.monitor(model); }, invariant);
  if (shared) monitor = {.name = monitor.name, .claim = monitor.claim};
  model.monitors.push_back({.monitor = monitor});
}

}  // namespace squall::sim
