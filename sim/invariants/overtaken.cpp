// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/overtaken.hpp"

#include <algorithm>

#include "sim/context.hpp"
#include "sim/model.hpp"

namespace squall::sim {

std::optional<std::uint32_t> overtaken_base(const Judging& at, const Observation& wrote) {
  const KeyId id{static_cast<std::uint16_t>(wrote.detail)};
  const std::uint32_t read = last_read(at.world, at.model, id, wrote.activation);
  if (read == 0 || read == wrote.row) return std::nullopt;  // read: the version + 1
  return read - 1;
}

void remember_bases(Model& model, const std::vector<bool>& keys, std::uint16_t versions) {
  for (std::size_t k = 0; k < keys.size(); ++k) {
    if (!keys[k]) continue;
    model.keys[k].last_read = 0;  // asks for a word
    // A ring that is left open keeps one version of a strong key.
    const bool open = model.keys[k].versions == 0 && model.keys[k].consistency != Consistency::strong;
    if (!open) model.keys[k].versions = std::max(model.keys[k].versions, versions);
  }
}

}  // namespace squall::sim
