// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "sim/decide.hpp"
#include "sim/ids.hpp"
#include "sim/time.hpp"

/// Pinned draws: answers that stand for what a timed run would draw. All other draws stay as they were, since each is named by
/// itself; so a case can set a delay to zero and leave the rest of the run alone.
namespace squall::sim {

class World;
struct Model;
struct Run;

/// One named draw and its answer.
struct Pin {
  enum class Of : std::uint8_t {
    time,    ///< how long it takes, in ns
    choice,  ///< which branch, from 0
    chance   ///< whether it comes true: 0 or 1
  };
  static constexpr std::uint32_t any_instance = 0xffff'ffffU;

  SiteKey site = 0;                       ///< of the step (`coder/work code`)
  std::uint32_t nth = 1;                  ///< the how-many-th time that it draws, over the run or in `instance`
  std::uint32_t instance = any_instance;  ///< number in the load
  Of of = Of::time;
  std::int64_t answer = 0;
};

/// Bytes of a world's shadow half that count how often the sites of `Model::pins` have drawn.
std::uint32_t pin_bytes(const Model& model);

/// How often the site of each pin has drawn so far, in the order of `Model::pins`: a pin whose `nth` was not reached answered
/// nothing. Requires: a timed world.
std::uint32_t drawn_at(const World& world, const Model& model, std::size_t pin);

namespace detail {

/// One more draw at `site` (`by` -1: one is taken back). O(log pins) where none is of this site.
void count_draw(World& world, const Run& run, Row activation, SiteKey site, int by);
/// The pin of the question that was asked last at its site; null where it is none. O(pins).
const Pin* pin_of(const World& world, const Model& model, Row activation, const Question& q, Pin::Of of);
/// The pinned time between arrival number `number` of the load and the one before; null where it is drawn.
const Pin* pin_of_arrival(const Model& model, std::uint32_t number);

}  // namespace detail

/// The site that stands for the arrivals of the load: `load #3` is the time before the third one after the first.
inline constexpr SiteKey load_site = site_key("load");

}  // namespace squall::sim
