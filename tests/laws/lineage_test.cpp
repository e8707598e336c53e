// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "scenarios/run.hpp"
#include "tests/effort.hpp"
#include "tests/kernels_word.hpp"
#include "tests/laws/random_workflow.hpp"

namespace squall::laws {

TEST_SUITE("lineage of random workflows") {
  TEST_CASE("the parents that a trace gives to each piece of work give it the identity that the kernel gave it") {
    std::size_t pieces = 0;
    for (std::uint64_t seed = 1; seed <= effort(600U); ++seed) {
      const scenarios::Built built = random_workflow(seed).build();
      REQUIRE_MESSAGE(built.model, built.text());
      const scenarios::Scenario one{.about = {}, .model = *built.model, .faults = {}, .plan = {}};
      const scenarios::Recording recording = scenarios::record(one, sim::Seed{seed});
      const reports::Lineage all = reports::lineage(one, recording);
      const reports::KernelsWord kernel{one, recording, all};
      for (std::size_t l = 0; l < recording.trace.lines().size(); ++l) {
        const sim::TraceLine& line = recording.trace.lines()[l];
        if (line.seen.kind != sim::Seen::made) continue;
        CHECK_MESSAGE(kernel.agrees(l), "workflow " << seed << ", line " << l);
        CHECK(all.pieces[all.of_line[l]].unsound == recording.trace.work(line).unsound);
        ++pieces;
      }
    }
    CHECK(pieces > effort(500U));
  }
}

}  // namespace squall::laws
