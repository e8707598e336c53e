// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/no_repeat.hpp"

#include "sim/invariants/effects.hpp"
#include "sim/invariants/telling.hpp"
#include "sim/model.hpp"

namespace squall::sim {

Monitor NoRepeat::monitor(Model& model) const {
  model.keeps_effects = true;
  return {.name = name,
          .claim = claim,
          .listens = bit(Seen::effect),
          .bytes = sizeof(Told),
          .options = &model.keep(CountedEffects{selected(tools, model)}),
          .on = [](const Judging& at, const Observation& seen) { tell_repeated(at, name, seen); }};
}

}  // namespace squall::sim
