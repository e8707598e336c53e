// SPDX-License-Identifier: Apache-2.0
#include "reports/views/travel.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "reports/markup.hpp"
#include "reports/page/page.hpp"
#include "reports/text.hpp"
#include "reports/views/space_time.hpp"

namespace squall::reports {
namespace {

/// What the page's script travels through: see `Run` in page.ts.
class TravelData {
 public:
  TravelData(const std::vector<Stop>& stops, const std::vector<Snapshot>& states, std::size_t start,
             std::string_view diagram) {
    json_ = {{"row", space_time_row}, {"top", space_time_top}, {"start", start}, {"diagram", diagram}};
    nlohmann::json& all = json_["stops"] = nlohmann::json::array();
    for (const Stop& stop : stops) all.push_back({stop.number, text(stop.when), text(stop.said), stop.row, stop.rows});
    add(states);
    json_["texts"] = texts_;
  }

  std::string data() const { return json_.dump(-1, ' ', true); }

 private:
  /// Agents are spawned and instances begin on the way, so what there is to look at is what there ever was.
  void add(const std::vector<Snapshot>& states) {
    std::vector<std::vector<std::size_t>> all;
    all.reserve(states.size());
    for (const Snapshot& state : states) all.push_back(slots_of(state));
    json_["slots"] = slots_;
    const std::size_t nothing = text("");
    for (std::vector<std::size_t>& state : all) state.resize(slots_.size(), nothing);
    json_["first"] = all.empty() ? std::vector<std::size_t>{} : all.front();
    nlohmann::json& changes = json_["changes"] = nlohmann::json::array();
    for (std::size_t s = 1; s < all.size(); ++s) {
      nlohmann::json changed = nlohmann::json::array();
      for (std::size_t slot = 0; slot < all[s].size(); ++slot) {
        if (all[s][slot] == all[s - 1][slot]) continue;
        changed.push_back(slot);
        changed.push_back(all[s][slot]);
      }
      changes.push_back(std::move(changed));
    }
  }

  std::size_t text(const std::string& said) {
    const auto [at, fresh] = known_.emplace(printable(said), texts_.size());
    if (fresh) texts_.push_back(at->first);
    return at->second;
  }

  std::size_t slot(int kind, const std::string& name) {
    const auto [at, fresh] = places_.emplace(std::pair{kind, name}, slots_.size());
    if (fresh) slots_.push_back({kind, static_cast<int>(text(name))});
    return at->second;
  }

  std::vector<std::size_t> slots_of(const Snapshot& state) {
    std::vector<std::size_t> values;
    const auto put = [&](int kind, const std::string& name, const std::string& said) {
      const std::size_t at = slot(kind, name);
      if (values.size() <= at) values.resize(at + 1, text(""));
      values[at] = text(said);
    };
    for (const AgentSnapshot& agent : state.agents) {
      put(0, agent.name, listed(agent.doing));
      put(1, agent.name, agent.mailbox.empty() ? "nothing" : listed(agent.mailbox));
      if (!agent.variables.empty()) put(3, agent.name, fmt::format("{}", fmt::join(agent.variables, ", ")));
    }
    for (const ThingSnapshot& thing : state.things) put(2, thing.name, thing.holds);
    return values;
  }

  nlohmann::json json_;
  std::vector<std::string> texts_;
  std::map<std::string, std::size_t> known_;
  std::vector<std::pair<int, int>> slots_;
  std::map<std::pair<int, std::string>, std::size_t> places_;
};

/// `tester turn (one of 3): tester receives code; tester waits for docs`.
std::string said_of(const Decided& event, const Chronicle& chronicle) {
  std::string said = event.name;
  if (event.could > 1) said += fmt::format(" (one of {})", event.could);
  if (!event.how.empty()) said += ", " + event.how;
  for (std::uint32_t m = 0; m < event.count; ++m)
    said += (m == 0 ? ": " : "; ") + chronicle.moments[event.first + m].text;
  return said;
}

}  // namespace

std::vector<Stop> stops_of(const Chronicle& chronicle) {
  std::vector<Stop> stops;
  if (chronicle.timed) {
    for (const Moment& moment : chronicle.moments) {
      stops.push_back({.number = moment.number,
                       .when = chronicle.when_text(moment.at),
                       .said = moment.text,
                       .row = static_cast<std::uint32_t>(stops.size())});
    }
    return stops;
  }
  for (const Decided& event : chronicle.decided) {
    stops.push_back({.number = event.number,
                     .when = event.number == 0 ? std::string{} : fmt::format("event {}", event.number),
                     .said = said_of(event, chronicle),
                     .row = event.first,
                     .rows = event.count});
  }
  return stops;
}

std::string travel_html(const std::vector<Stop>& stops, const std::vector<Snapshot>& states, std::size_t start,
                        std::string_view diagram) {
  if (stops.empty() || stops.size() != states.size()) return {};
  return fmt::format(
      "<section class=\"travel\" hidden>\n<h3>Time travel</h3>\n"
      "<p class=\"soft\">The slider, or the keys ← → Page Up, Page Down, Home and End. A click into the diagram goes "
      "there. What changed is marked; the numbers are those of <code>squall replay --until</code>.</p>\n"
      "<input type=\"range\" class=\"moment\" min=\"0\" value=\"0\" aria-label=\"moment of the run\">\n"
      "<p class=\"said\" role=\"status\"></p>\n<div class=\"frame\" tabindex=\"0\"><table><thead><tr>"
      "<th scope=\"col\">who</th><th scope=\"col\"></th><th scope=\"col\">before</th><th scope=\"col\">after</th>"
      "</tr></thead><tbody class=\"state\"></tbody></table></div>\n{}</section>\n",
      data_element(TravelData{stops, states, std::min(start, stops.size() - 1), diagram}.data()));
}

}  // namespace squall::reports
