// SPDX-License-Identifier: Apache-2.0
#include "faults/signature.hpp"

#include <doctest/doctest.h>

namespace squall::faults {
namespace {

using Witness = std::vector<std::string>;

sim::Violation violation(Witness witness, bool cycle = false) {
  return {.invariant = "some-check", .witness = std::move(witness), .reasons = {}, .cycle = cycle, .members = {}};
}

}  // namespace

TEST_SUITE("signature of a violation") {
  TEST_CASE("says neither when it happened nor how it was told") {
    sim::Violation later = violation({"plan, coder over planner"});
    later.at += std::chrono::hours{1};
    later.reasons = {"at that time the planner had not read it"};
    CHECK(faults::signature(later) == faults::signature(violation({"plan, coder over planner"})));
  }

  TEST_CASE("tells one invariant and one witness from another") {
    CHECK(faults::signature(violation({"plan"})) != faults::signature(violation({"code"})));
    CHECK(faults::signature(violation({"plan", "code"})) != faults::signature(violation({"code", "plan"})));
    sim::Violation other = violation({"plan"});
    other.invariant = "another-check";
    CHECK(faults::signature(other) != faults::signature(violation({"plan"})));
  }

  TEST_CASE("is the same for every member of a group and for every instance") {
    CHECK(normalised(violation({"worker[3] holds db (instance 7)"})) == Witness{"worker holds db"});
    CHECK(faults::signature(violation({"worker[3]"})) == faults::signature(violation({"worker[12]"})));
  }

  TEST_CASE("takes no brackets for numbers that hold something else") {
    const Witness kept{"list[x]", "a[", "[12", "text (instance x)", " (instance 3"};
    CHECK(normalised(violation(kept)) == kept);
  }

  TEST_CASE("of a cycle does not depend on where it is entered") {
    CHECK(faults::signature(violation({"a", "b", "c"}, true)) == faults::signature(violation({"c", "a", "b"}, true)));
    CHECK(faults::signature(violation({"a", "b", "c"}, true)) != faults::signature(violation({"a", "c", "b"}, true)));
  }

  TEST_CASE("of a cycle among members of one group does not depend on how many there are") {
    const auto ring = [](std::size_t size) { return violation(Witness(size, "philosopher waits for fork"), true); };
    CHECK(faults::signature(ring(3)) == faults::signature(ring(5)));
    CHECK(normalised(ring(5)) == Witness{"philosopher waits for fork"});
    CHECK(normalised(violation({"b", "a", "b", "a"}, true)) == Witness{"a", "b"});
    CHECK(normalised(violation({"b", "a", "b"}, true)) == Witness{"a", "b", "b"});
  }

  TEST_CASE("reads as 16 hex digits") { CHECK(signature_text(0x1f) == "000000000000001f"); }
}

}  // namespace squall::faults
