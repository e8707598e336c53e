// SPDX-License-Identifier: Apache-2.0
#include "sim/history/consistency/accesses.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "sim/site.hpp"

namespace squall::sim::history {

RegisterAccesses::RegisterAccesses(History& history, const ModelOptions& options)
    : history_{history}, options_{options} {
  Objects objects = objects_of(history, ModelKind::cas_register, options);
  troubles_ = std::move(objects.troubles);
  if (!troubles_.empty()) return;
  std::vector<RegisterAccess> found;
  for (std::uint32_t o = 0; o < objects.objects.size(); ++o) {
    keys_.push_back(objects.objects[o].key);
    for (const Call& call : objects.objects[o].calls) found.push_back({.object = o, .call = call});
  }
  std::ranges::sort(found, {}, [](const RegisterAccess& access) { return access.call.invoked; });
  accesses_ = std::move(found);
  find_writers();
  if (!troubles_.empty()) return;
  // What never returned counts where somebody saw what it wrote: not only somebody who never returned either.
  std::vector<bool> seen(accesses_.size(), false);
  for (bool more = true; more;) {
    more = false;
    for (std::uint32_t a = static_cast<std::uint32_t>(accesses_.size()); a-- > 0;) {
      const bool counts = !accesses_[a].call.optional() || seen[a];
      const std::uint32_t source =
          accesses_[a].reads() ? writer(accesses_[a].object, accesses_[a].seen()) : nobody_wrote;
      if (!counts || source == nobody_wrote || seen[source]) continue;
      seen[source] = more = true;
    }
  }
  std::vector<RegisterAccess> kept;
  for (std::uint32_t a = 0; a < accesses_.size(); ++a) {
    if (!accesses_[a].call.optional() || seen[a]) kept.push_back(accesses_[a]);
  }
  accesses_ = std::move(kept);
  find_writers();

  std::map<ValueId, std::uint32_t> session_of;
  std::map<ValueId, std::uint32_t> last_of;
  for (std::uint32_t a = 0; a < accesses_.size(); ++a) {
    const ValueId process = operation(a).process;
    const auto last = last_of.find(process);
    std::uint32_t session = sessions();
    if (!accesses_[a].call.optional()) session = session_of.emplace(process, session).first->second;
    if (session == sessions()) {
      by_session_.emplace_back();
      came_after_.emplace_back();
      if (accesses_[a].call.optional() && last != last_of.end()) came_after_.back() = last->second;
    }
    accesses_[a].session = session;
    accesses_[a].index = static_cast<std::uint32_t>(by_session_[session].size());
    by_session_[session].push_back(a);
    if (!accesses_[a].call.optional()) last_of[process] = a;
  }
  for (std::uint32_t a = 0; a < accesses_.size(); ++a) {
    std::uint32_t source = nobody_wrote;
    if (accesses_[a].reads()) {
      source = writer(accesses_[a].object, accesses_[a].seen());
      if (source == nobody_wrote && accesses_[a].seen() == options_.initial) source = initially;
    }
    source_.push_back(source);
  }
}

std::uint32_t RegisterAccesses::writer(std::uint32_t object, ValueId value) const {
  const std::uint32_t at = index_.find(moremur(child_key(object, value)), [&](std::uint32_t w) {
    return accesses_[writers_[w]].object == object && accesses_[writers_[w]].written() == value;
  });
  return at == FlatIndex::none ? nobody_wrote : writers_[at];
}

void RegisterAccesses::find_writers() {
  index_ = FlatIndex{};
  writers_.clear();
  for (std::uint32_t a = 0; a < accesses_.size(); ++a) {
    if (!accesses_[a].writes()) continue;
    const ValueId value = accesses_[a].written();
    const std::uint32_t other = writer(accesses_[a].object, value);
    if (other != nobody_wrote || value == options_.initial) {
      if (troubles_.size() < 20)
        troubles_.push_back({accesses_[a].call.operation,
                             other != nobody_wrote
                                 ? fmt::format("{} is written a second time; the first time in line {}",
                                               value_text(value), operation(other).invoked)
                                 : fmt::format("{} is written, and the register holds it at first", value_text(value)),
                             "write each value once: who reads it then knows who wrote it"});
      continue;
    }
    writers_.push_back(a);
    index_.add(moremur(child_key(accesses_[a].object, value)), static_cast<std::uint32_t>(writers_.size() - 1));
  }
}

std::string RegisterAccesses::object_text(std::uint32_t object) const {
  return keys_[object] == nil ? "the register" : "the register " + history_.values.text(keys_[object], 40);
}

std::string RegisterAccesses::text(std::uint32_t access) const {
  const std::string what = call_text(history_.values, accesses_[access].call);
  const ValueId key = keys_[accesses_[access].object];
  return key == nil ? what : history_.values.text(key, 40) + ": " + what;
}

}  // namespace squall::sim::history
