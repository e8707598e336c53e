// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "sim/by_instance.hpp"
#include "sim/draw.hpp"

namespace squall::sim {
namespace {

struct Standing {
  Row row;
  AgentId agent;
  Row instance;
};

/// A few agents' lists as they stand, oldest first, next to what is kept of them.
struct Lists {
  std::vector<Standing> all;  ///< in order of arrival
  RowsByInstance kept;

  Row neighbour(std::size_t place, bool before) const {
    for (std::size_t at = place; before ? at-- > 0 : ++at < all.size();) {
      if (all[at].agent == all[place].agent) return all[at].row;
    }
    return no_row;
  }
  void append(const Standing& standing) {
    all.push_back(standing);
    kept.append(standing.agent, standing.instance, standing.row, neighbour(all.size() - 1, true));
  }
  void remove(std::size_t place) {
    kept.remove(all[place].agent, all[place].instance, all[place].row, neighbour(place, false));
    all.erase(all.begin() + static_cast<std::ptrdiff_t>(place));
  }
  void check() const {
    for (std::size_t place = 0; place < all.size(); ++place) {
      const Standing& one = all[place];
      CHECK(kept.before(one.row) == neighbour(place, true));
      std::vector<Row> same, found, here;
      for (const Standing& other : all) {
        if (other.instance != one.instance) continue;
        here.push_back(other.row);
        if (other.agent == one.agent) same.push_back(other.row);
      }
      for (Row row = kept.first(one.agent, one.instance); row != no_row; row = kept.next(row)) found.push_back(row);
      CHECK(found == same);
      if (one.instance == no_row) continue;
      std::ranges::sort(here);
      const auto listed = kept.all_of(one.instance);
      CHECK(std::vector<Row>(listed.begin(), listed.end()) == here);
    }
  }
};

}  // namespace

TEST_SUITE("rows by agent and instance") {
  TEST_CASE("they are found in the order in which they came, whatever has come and gone") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      CAPTURE(seed);
      Lists lists;
      lists.kept.reset(0, 0);
      std::vector<Row> free;
      Row fresh = 0;
      for (std::uint32_t turn = 0; turn < 400; ++turn) {
        const auto draw = [&](std::uint64_t what, std::uint32_t n) {
          return below(draw_base(run_key(Seed{seed}), what, 0, turn), n);
        };
        // It grows, shrinks, and grows again.
        const bool grows = draw(1, 10) < (turn / 100 % 2 == 0 ? 7U : 3U);
        if (grows || lists.all.empty()) {
          Row row = fresh;
          if (free.empty()) {
            ++fresh;
          } else {
            row = free.back();
            free.pop_back();
          }
          const std::uint32_t instance = draw(2, 9);
          lists.append({row, AgentId{draw(3, 4)}, instance == 8 ? no_row : Row{instance}});
        } else {
          const std::size_t place = draw(4, static_cast<std::uint32_t>(lists.all.size()));
          free.push_back(lists.all[place].row);
          lists.remove(place);
        }
        if (turn % 10 == 0) lists.check();
      }
      lists.check();
    }
  }

  TEST_CASE("who has nothing of an instance has no first row of it") {
    RowsByInstance kept;
    kept.reset(1, 1);
    CHECK(kept.first(AgentId{0}, 0) == no_row);
    kept.append(AgentId{0}, 0, 0, no_row);
    CHECK(kept.first(AgentId{0}, 0) == 0);
    CHECK(kept.first(AgentId{1}, 0) == no_row);
    CHECK(kept.first(AgentId{0}, 7) == no_row);
    CHECK(kept.all_of(7).empty());
    kept.remove(AgentId{0}, 0, 0, no_row);
    CHECK(kept.first(AgentId{0}, 0) == no_row);
    CHECK(kept.all_of(0).empty());
  }
}

}  // namespace squall::sim
