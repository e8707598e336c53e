// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "faults/kinds/spot.hpp"
#include "faults/kinds/strikes.hpp"
#include "sim/fields.hpp"

namespace squall::faults {

/// Spoils what a message carries. Without `field` its artifact becomes unsound: whoever else has it keeps it as it was, a
/// check of this one fails, unless the damage is not detectable. With `field` that field arrives as `value`. A message
/// without the one or the other is not struck.
struct MessageCorrupt {
  static constexpr std::string_view name = "message-corrupt";
  static constexpr Strikes strikes = Strikes::message;
  static constexpr std::string_view about = "the message arrives with an unsound artifact, or with a wrong field";
  static constexpr std::string_view example =
      "message-corrupt: {from: coder, to: tester, topic: code, nth: 1, detectable: false}";

  bool detectable = true;
  std::optional<std::string> field;
  std::optional<std::int64_t> value;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(sim::Field{"detectable", "true", "whether a check of the artifact can tell"}, self.detectable);
    visit(sim::Field{"field", "", "the field that is wrong, in place of the artifact"}, self.field);
    visit(sim::Field{"value", "", "what that field says"}, self.value);
  }
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const {
    if (field && !detectable) return "a check looks at artifacts: leave out 'field' or 'detectable'";
    if (field && !value) return "does not say what 'field' becomes";
    return value && !field ? std::string_view{"says a 'value' and no 'field'"} : std::string_view{};
  }

  bool strike(sim::Verdict& verdict, const Spot& spot) const {
    const std::uint64_t bits = changes(spot.run.model, spot.world, spot.target.row);
    if (bits == 0 || (verdict.changed & bits) == bits) return false;
    verdict.changed |= bits;
    if (field) verdict.content = *value;
    return true;
  }
  bool possible(const sim::Model& model, const sim::World& world, sim::Row message) const {
    return changes(model, world, message) != 0;
  }
  void play(sim::World& world, sim::Run& run, sim::Row message) const {
    sim::Verdict verdict;
    verdict.changed = changes(run.model, world, message);
    verdict.content = value.value_or(0);
    sim::corrupt(world, run, message, verdict);
  }
  friend bool operator==(const MessageCorrupt&, const MessageCorrupt&) = default;

 private:
  static constexpr std::uint64_t artifact_bit = std::uint64_t{1} << 63, unnoticed_bit = std::uint64_t{1} << 62;

  /// What would be different: 0 where the message has nothing to spoil.
  std::uint64_t changes(const sim::Model& model, const sim::World& world, sim::Row message) const {
    const sim::MessageRow& row = world.message(message);
    if (!field) {
      if (row.artifact == sim::no_row || world.artifact(row.artifact).sound == 0) return 0;
      return detectable ? artifact_bit : artifact_bit | unnoticed_bit;
    }
    if (sim::is_reply(row.topic)) return 0;
    const auto& names = model.topic(row.topic).field_names;
    const auto found = static_cast<std::uint32_t>(std::ranges::find(names, *field) - names.begin());
    if (found == names.size() || (row.present >> found & 1) == 0 || world.fields(message)[found] == *value) return 0;
    return std::uint64_t{1} << found;
  }
};

}  // namespace squall::faults
