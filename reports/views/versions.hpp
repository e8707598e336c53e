// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>

#include "sim/model.hpp"
#include "sim/trace.hpp"

namespace squall::reports {

/// Which version of each key is the newest, as the lines of a trace are gone through: whoever reads an older one holds what is
/// not current any more.
class Versions {
 public:
  explicit Versions(const sim::Model& model) : model_(model) {}

  /// To be told every line, in order. O(log keys).
  void see(const sim::TraceLine& line) {
    const sim::Observation& seen = line.seen;
    if (seen.kind == sim::Seen::arrived) {  // its row may have been another instance's
      for (std::uint32_t key = 0; key < model_.keys.size(); ++key)
        if (!model_.keys[key].shared) newest_.erase({key, seen.instance});
    }
    if (seen.kind == sim::Seen::wrote && seen.row != sim::no_row) newest_[place(seen)] = seen.row;
  }

  /// The newest version of what `line`, a read, reads.
  std::uint32_t current(const sim::TraceLine& line) const {
    const auto found = newest_.find(place(line.seen));
    const auto held = static_cast<std::uint32_t>(line.seen.value);
    return found == newest_.end() ? held : std::max(found->second, held);
  }

  /// Whether `line` reads a version that is not the newest.
  bool stale(const sim::TraceLine& line) const {
    return line.seen.kind == sim::Seen::read && current(line) != static_cast<std::uint32_t>(line.seen.value);
  }

 private:
  std::pair<std::uint32_t, sim::Row> place(const sim::Observation& seen) const {
    return {seen.detail, model_.keys[seen.detail].shared ? sim::no_row : seen.instance};
  }

  const sim::Model& model_;
  std::map<std::pair<std::uint32_t, sim::Row>, std::uint32_t> newest_;
};

}  // namespace squall::reports
