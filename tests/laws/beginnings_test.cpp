// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "sim/detail/wait_index.hpp"
#include "sim/model.hpp"
#include "tests/laws/zoo.hpp"

/// The wait-for analysis looks at what a definition may yet begin only where something could make it begin.
namespace squall::laws {
namespace {

bool contains(std::span<const std::uint32_t> numbers, std::uint32_t number) {
  return std::ranges::find(numbers, number) != numbers.end();
}

bool noted(const sim::detail::WaitIndex& waits, std::uint32_t giver, std::uint32_t beginner) {
  return contains(waits.beginners_of(giver), beginner) ||
         std::ranges::any_of(waits.open_topics_of(giver),
                             [&](std::uint32_t topic) { return contains(waits.handlers_of(topic), beginner); });
}

}  // namespace

TEST_SUITE("who may begin something") {
  TEST_CASE("whatever makes a handler run or a member come is known of its giver") {
    std::size_t known = 0;
    for (const Subject& subject : zoo()) {
      CAPTURE(subject.name);
      const sim::Model& model = subject.model;
      const sim::detail::WaitIndex& waits = *model.wait_index;
      if (waits.anybody_may_begin()) continue;
      for (std::uint32_t d = 0; d < model.definitions.size(); ++d) {
        for (std::uint32_t h = 0; h < model.definitions[d].handlers.size(); ++h) {
          for (const sim::detail::Serving& serving : waits.of_handler(d, h)) {
            CHECK(noted(waits, serving.definition, d));
            ++known;
          }
        }
        for (const sim::detail::Serving& serving : waits.of_spawning(d)) {
          CHECK(noted(waits, serving.definition, d));
          ++known;
        }
      }
    }
    CHECK(known > 50);
  }
}

}  // namespace squall::laws
