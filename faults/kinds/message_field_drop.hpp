// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "faults/kinds/message_content.hpp"
#include "faults/kinds/spot.hpp"
#include "faults/kinds/strikes.hpp"
#include "sim/fields.hpp"
#include "sim/model.hpp"

namespace squall::faults {

/// Takes one field out of a message: a schema that has moved on, a serialiser that skips what it does not know. A message
/// without that field is not struck; whoever reads the field fails.
struct MessageFieldDrop {
  static constexpr std::string_view name = "message-field-drop";
  static constexpr Strikes strikes = Strikes::message;
  static constexpr std::string_view about = "the message arrives without one of its fields";
  static constexpr std::string_view example =
      "message-field-drop: {from: coder, to: tester, topic: code, nth: 1, field: version}";

  std::string field;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(sim::Field{"field", "", "the one that is missing"}, self.field);
  }
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const {
    return field.empty() ? std::string_view{"does not say which 'field'"} : std::string_view{};
  }

  bool strike(sim::Verdict& verdict, const Spot& spot) const {
    return remove(verdict, lost(spot.run.model, spot.world, spot.target.row));
  }
  bool possible(const sim::Model& model, const sim::World& world, sim::Row message) const {
    return lost(model, world, message) != 0;
  }
  void play(sim::World& world, sim::Run& run, sim::Row message) const {
    remove_in_flight(world, run, message, lost(run.model, world, message));
  }
  friend bool operator==(const MessageFieldDrop&, const MessageFieldDrop&) = default;

 private:
  std::uint64_t lost(const sim::Model& model, const sim::World& world, sim::Row message) const {
    const sim::MessageRow& row = world.message(message);
    if (sim::is_reply(row.topic)) return 0;  // the fields of answers have the names of whoever reads them
    const auto& names = model.topic(row.topic).field_names;
    const auto found = static_cast<std::uint32_t>(std::ranges::find(names, field) - names.begin());
    return found == names.size() ? 0 : row.present & std::uint64_t{1} << found;
  }
};

}  // namespace squall::faults
