// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/model.hpp"

namespace squall::sim {

/// Of a topic that is a label: what is lost of it on its way comes after so long all the same, since somebody keeps it until it
/// is acknowledged. Zero: what is lost is lost.
inline Duration comes_again(const Model& model, TopicId id) {
  const bool kept = index(id) < model.topics.size() && model.topics[index(id)].mode == TopicInfo::Mode::label;
  return kept ? model.topics[index(id)].redeliver_after : Duration::zero();
}

}  // namespace squall::sim
