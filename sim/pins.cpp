// SPDX-License-Identifier: Apache-2.0
#include "sim/pins.hpp"

#include <algorithm>

#include "sim/detail/kernel.hpp"

namespace squall::sim {
namespace {

/// Behind what the faults count there.
std::uint32_t* counts(World& world, const Model& model) {
  return reinterpret_cast<std::uint32_t*>(world.memory_shadow() + (model.fault_shadow + 7) / 8 * 8);
}

std::uint32_t number_of(const World& world, Row activation) {
  const Row instance = world.activation(activation).instance;
  return instance == no_row ? 0 : world.instance(instance).number;
}

}  // namespace

std::uint32_t pin_bytes(const Model& model) { return static_cast<std::uint32_t>(4 * model.pins.size()); }

std::uint32_t drawn_at(const World& world, const Model& model, std::size_t pin) {
  if (model.pins[pin].site == load_site) return world.header().arrived - 1;
  return counts(const_cast<World&>(world), model)[pin];
}

namespace detail {

void count_draw(World& world, const Run& run, Row activation, SiteKey site, int by) {
  const std::vector<Pin>& pins = run.model.pins;
  for (auto pin = std::ranges::lower_bound(pins, site, {}, &Pin::site); pin != pins.end() && pin->site == site; ++pin) {
    if (pin->instance != Pin::any_instance && pin->instance != number_of(world, activation)) continue;
    std::uint32_t& count = counts(world, run.model)[pin - pins.begin()];
    count += static_cast<std::uint32_t>(by);
  }
}

const Pin* pin_of(const World& world, const Model& model, Row activation, const Question& q, Pin::Of of) {
  const SiteKey key = world.activation_shadow(activation).key;
  for (std::size_t p = 0; p < model.pins.size(); ++p) {
    const Pin& pin = model.pins[p];
    if (pin.of != of || pin.nth != drawn_at(world, model, p) || child_key(key, pin.site) != q.site) continue;
    if (pin.instance == Pin::any_instance || pin.instance == q.instance) return &pin;
  }
  return nullptr;
}

const Pin* pin_of_arrival(const Model& model, std::uint32_t number) {
  const auto found = std::ranges::find_if(model.pins, [&](const Pin& pin) {
    return pin.site == load_site && pin.of == Pin::Of::time && pin.nth == number;
  });
  return found == model.pins.end() ? nullptr : &*found;
}

}  // namespace detail
}  // namespace squall::sim
