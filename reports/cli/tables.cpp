// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>
#include <string_view>

#include "reports/catalogue.hpp"
#include "reports/cli/commands.hpp"
#include "reports/cli/console.hpp"
#include "reports/text.hpp"
#include "scenarios/file.hpp"
#include "scenarios/nearest.hpp"

namespace squall::reports::cli {

int schema() {
  std::string text = scenarios::schema();
  if (!text.ends_with('\n')) text += '\n';
  return tell(text, as_wanted);
}

int catalogue(const std::string& which, bool json) {
  const auto write = [&](const Catalogue& table) { return tell(json ? to_json(table) : to_text(table), as_wanted); };
  if (which == "faults") return write(fault_catalogue());
  if (which == "invariants") return write(invariant_catalogue());
  if (which == "steps") return write(step_catalogue());
  if (which == "rules") return write(rule_catalogue());
  constexpr std::array<std::string_view, 4> known{"faults", "invariants", "steps", "rules"};
  return refuse(fmt::format("there is no catalogue of '{}'", printable(which)), scenarios::instead_of(which, known));
}

}  // namespace squall::reports::cli
