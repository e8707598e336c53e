// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "sim/agent.hpp"

namespace squall::scenarios {

/// Dining philosophers whose forks are clean or dirty (Chandy and Misra, "The Drinking Philosophers Problem", 1984; the
/// PlusCal text of tlaplus/Examples): a dirty fork is cleaned and given to the neighbour, and only clean forks are eaten
/// with. Fork f lies to the left of philosopher f. One step is one label of one philosopher; each is always enabled.
///
/// 5 philosophers: 67 distinct states, 336 generated, 29 levels (TLC).
template <std::uint8_t philosophers>
struct ChandyMisra {
  enum Label : std::uint8_t { loop, eat, think };
  struct Fork {
    std::uint8_t holder = 0;
    std::uint8_t clean = 0;
    friend bool operator==(const Fork&, const Fork&) = default;
  };
  std::array<Fork, philosophers> fork{};
  std::array<Label, philosophers> label{};
  std::array<std::uint8_t, philosophers> hungry{};

  static constexpr std::size_t right(std::size_t p) { return (p + 1) % philosophers; }
  static constexpr std::size_t left(std::size_t p) { return (p + philosophers - 1) % philosophers; }

  void actions(sim::ActionList& list) const {
    for (std::uint32_t p = 0; p < philosophers; ++p) list.add(p);
  }
  void on_action(sim::Turn&, std::uint32_t p) {
    switch (label[p]) {
      case loop: {
        const bool can_eat = fork[p] == Fork{number(p), 1} && fork[right(p)] == Fork{number(p), 1};
        if (fork[p] == Fork{number(p), 0}) {
          fork[p] = {number(left(p)), 1};
        } else if (fork[right(p)] == Fork{number(p), 0}) {
          fork[right(p)] = {number(right(p)), 1};
        }
        label[p] = hungry[p] == 0 ? think : can_eat ? eat : loop;
        break;
      }
      case eat:
        hungry[p] = 0;
        fork[p].clean = fork[right(p)].clean = 0;
        label[p] = loop;
        break;
      case think:
        hungry[p] = 1;
        label[p] = loop;
        break;
    }
  }

  static sim::Model model() {
    ChandyMisra initial;
    for (std::uint8_t f = 0; f < philosophers; ++f) initial.fork[f] = {f == 1 ? std::uint8_t{0} : f, 0};
    initial.hungry.fill(1);
    sim::Model result;
    result.name = "Chandy-Misra philosophers";
    sim::add_agent<ChandyMisra>(result, "philosophers", initial);
    result.finish();
    return result;
  }

 private:
  static constexpr std::uint8_t number(std::size_t p) { return static_cast<std::uint8_t>(p); }
};

}  // namespace squall::scenarios
