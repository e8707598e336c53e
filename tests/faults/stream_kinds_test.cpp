// SPDX-License-Identifier: Apache-2.0
#include "tests/faults/numbers.hpp"

namespace squall::stream_kinds_test {

using namespace shop;
using namespace faults;
using namespace std::chrono_literals;

namespace {

const Lines whole{"12ms bob says hears 1", "22ms bob says hears 2", "32ms bob says hears 3", "42ms bob says hears 4",
                  "52ms bob says hears 5"};
const faults::Matcher between{.from = "ann", .to = "bob"};

/// Ann asks bob twice; he answers 1 and 2.
Workflow asking() {
  Workflow workflow{"asking"};
  workflow.latency(fixed(1ms));
  workflow.agent("ann", program()
                            .ask("bob", "question", {}, {.as = "first"})
                            .emit("hears", var("first.n"))
                            .ask("bob", "question", {}, {.as = "second"})
                            .emit("hears", var("second.n")));
  workflow.agent("bob", {.on = {{"question", program().set("n", var("n") + 1).reply({.with = {{"n", var("n")}}})}},
                         .vars = {{"n", 0}}});
  return workflow;
}

}  // namespace

TEST_SUITE("a slow link") {
  TEST_CASE("is not at 0 %") {
    CHECK(heard(under(streaming(), Profile{})) == whole);
    const Trigger never{.chance = 0_percent, .at = sim::start_of_time};
    CHECK(under(streaming(), LinkSlow{}, between, never).digest == played(streaming(), Plan{}, 1).digest);
  }
  TEST_CASE("takes several times as long while it lasts") {
    const Told told = under(streaming(), LinkSlow{.times = 3, .lasts = fixed(20ms)}, between, at(15ms));
    CHECK(heard(told) == Lines{"12ms bob says hears 1", "26ms bob says hears 2", "36ms bob says hears 3",
                               "42ms bob says hears 4", "52ms bob says hears 5"});
    CHECK(told.plan_lines() == Lines{"link-slow: {from: ann, to: bob, at: {time: 15ms}, times: 3, lasts: 20ms}"});
  }
  TEST_CASE("of two the slower counts") {
    const Profile faults{.lines = {{LinkSlow{.times = 2}, between, at(5ms)}, {LinkSlow{.times = 4}, between, at(5ms)}}};
    CHECK(heard(under(streaming(), faults))[0] == "18ms bob says hears 1");
  }
  TEST_CASE("is nobody else's") { CHECK(heard(under(streaming(), LinkSlow{}, {.from = "bob"}, at(5ms))) == whole); }
  TEST_CASE("that comes again has a line in the plan for each time, and is over each time as in the run") {
    const Told told = under(streaming(), LinkSlow{.times = 3, .lasts = fixed(4ms)}, between, {.every = fixed(8ms)});
    CHECK(told.plan.lines.size() > 2);
  }
}

TEST_SUITE("a stream that is cut") {
  TEST_CASE("is not at 0 %") {
    const Trigger never{.chance = 0_percent, .at = sim::start_of_time};
    CHECK(under(streaming(), StreamCut{}, between, never).digest == played(streaming(), Plan{}, 1).digest);
  }
  TEST_CASE("loses the rest after so many that still arrive") {
    const Told told = under(streaming(), StreamCut{.after = 2}, between, at(15ms));
    CHECK(heard(told) == Lines{"12ms bob says hears 1", "22ms bob says hears 2", "32ms bob says hears 3"});
    CHECK(told.plan_lines() == Lines{"stream-cut: {from: ann, to: bob, at: {time: 15ms}, after: 2, lasts: never}"});
    CHECK(heard(under(streaming(), StreamCut{.after = 0}, between, at(15ms))) == Lines{"12ms bob says hears 1"});
  }
  TEST_CASE("goes on when that is over, from its first loss on") {
    // The third is lost, at 30 ms; 15 ms later the link is whole again.
    CHECK(heard(under(streaming(), StreamCut{.after = 1, .lasts = fixed(15ms)}, between, at(15ms))) ==
          Lines{"12ms bob says hears 1", "22ms bob says hears 2", "52ms bob says hears 5"});
  }
  TEST_CASE("that comes again lasts as long each time as the plan says") {
    const StreamCut cut{.after = 1, .lasts = sim::Distribution::uniform(1ms, 30ms)};
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      const Profile faults{.lines = {{cut, between, {.every = fixed(3ms)}}}};
      CHECK(under(streaming(), faults, seed).plan.lines.size() > 0);
    }
  }
}

TEST_SUITE("a stale reply") {
  TEST_CASE("is not at 0 %") {
    check_never(asking(), MessageStaleReply{});
    CHECK(heard(under(asking(), Profile{})) == Lines{"2ms ann says hears 1", "4ms ann says hears 2"});
  }
  TEST_CASE("says what was answered before, and the first answer has no earlier one") {
    const Told told = under(asking(), MessageStaleReply{});
    CHECK(heard(told) == Lines{"2ms ann says hears 1", "4ms ann says hears 1"});
    CHECK(told.plan_lines() == Lines{"message-stale-reply: {from: bob, to: ann, topic: reply, nth: 2}"});
  }
  TEST_CASE("is no other message's fault") { CHECK(under(streaming(), MessageStaleReply{}).plan.lines.empty()); }
  TEST_CASE("another fault does not change which answers are struck") {
    check_alone(asking(), {MessageStaleReply{}, {}, {.chance = 50_percent}},
                {MessageDelay{.by = fixed(3ms)}, {}, {.chance = 50_percent}});
  }
}

}  // namespace squall::stream_kinds_test
