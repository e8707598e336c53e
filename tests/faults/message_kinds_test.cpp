// SPDX-License-Identifier: Apache-2.0
#include "tests/faults/lanes.hpp"
#include "tests/faults/shop.hpp"

namespace squall::message_kinds_test {

using namespace shop;
using namespace faults;

namespace {

/// Sends a checked patch with its size.
Workflow sending() {
  Workflow workflow{"sending"};
  workflow.latency(sim::Distribution::constant(1ms));
  workflow.agent("ann", program()
                            .work(Time{sim::Duration{5ms}})
                            .makes("patch")
                            .send("bob", "code", {.with = {{"size", 7}}, .artifact = "patch"})
                            .send("bob", "note"));
  workflow.agent("bob", program()
                            .receive("code", {.as = "code"})
                            .emit("size", var("code.size"))
                            .validate("code", {}, {}, {.otherwise = program().emit("unsound")})
                            .receive("note")
                            .emit("noted"));
  return workflow;
}

}  // namespace

TEST_SUITE("message reorder") {
  TEST_CASE("does nothing at 0 %") {
    CHECK(lanes::run(lanes::profile(MessageReorder{}, 0_percent), 1).digest == lanes::run(1).digest);
  }
  TEST_CASE("lets later messages of the link pass; a delay does not") {
    const sim::Distribution by = sim::Distribution::constant(20ms);
    CHECK(lanes::run(1).sink.overtaken == 0);
    CHECK(lanes::run(lanes::profile(MessageDelay{.by = by}, 10_percent), 1).sink.overtaken == 0);
    const lanes::Outcome reordered = lanes::run(lanes::profile(MessageReorder{.by = by}, 10_percent), 1);
    CHECK(reordered.sink.overtaken > 0);
    CHECK(reordered.clock.consumed == 4 * lanes::ticks);
    CHECK(lanes::run(reordered.plan, 1).digest == reordered.digest);
  }
  TEST_CASE("strikes all at 100 %, and is named in the plan") {
    const lanes::Outcome all = lanes::run(lanes::profile(MessageReorder{}, 100_percent), 1);
    CHECK(all.struck == std::vector<std::uint32_t>{4 * lanes::ticks});
    CHECK(to_text(all.plan.lines[0]).starts_with("message-reorder: {from: left, to: sink, topic: tick, nth: 1, by: "));
  }
  TEST_CASE("on a link that keeps no order takes no effect") {
    sim::Model model = lanes::model(1);
    model.network.fifo = false;
    CHECK(lanes::run(model, Armed(model, lanes::profile(MessageReorder{}, 100_percent)), 1).plan.lines.empty());
  }
  TEST_CASE("other faults do not change what it strikes") {
    Profile both = lanes::profile(MessageReorder{}, 10_percent);
    const auto alone = lanes::lines_of(lanes::run(both, 3).plan, MessageReorder{});
    both.lines.push_back({MessageDelay{.times = 4}, {}, {.chance = 30_percent}});
    CHECK(lanes::lines_of(lanes::run(both, 3).plan, MessageReorder{}) == alone);
  }
}

TEST_SUITE("message corrupt") {
  TEST_CASE("does nothing at 0 %") {
    check_never(sending(), MessageCorrupt{});
    CHECK(said(sending())[1] == "6ms bob says size 7");
  }
  TEST_CASE("spoils the artifact at 100 %: a check can tell, unless it is not detectable") {
    const Told told = under(sending(), MessageCorrupt{});
    CHECK(std::ranges::find(told.lines, "6ms bob says unsound") != told.lines.end());
    // The note carries nothing that could be spoilt.
    CHECK(told.plan_lines() == Lines{"message-corrupt: {from: ann, to: bob, topic: code, nth: 1, detectable: true}"});
    CHECK(under(sending(), MessageCorrupt{.detectable = false}).lines == said(sending()));
    CHECK(under(sending(), MessageCorrupt{.detectable = false}).plan.lines.size() == 1);
  }
  TEST_CASE("changes a field, where there is one and it said something else") {
    const Told told = under(sending(), MessageCorrupt{.field = "size", .value = 9});
    CHECK(told.lines[1] == "6ms bob says size 9");
    CHECK(told.plan_lines() ==
          Lines{"message-corrupt: {from: ann, to: bob, topic: code, nth: 1, detectable: true, field: size, value: 9}"});
    CHECK(under(sending(), MessageCorrupt{.field = "size", .value = 7}).plan.lines.empty());
  }
  TEST_CASE("says what it may not say") {
    CHECK(problem(MessageCorrupt{.field = "size"}) == "does not say what 'field' becomes");
    CHECK(problem(MessageCorrupt{.value = 1}) == "says a 'value' and no 'field'");
    CHECK(problem(MessageCorrupt{.field = "size", .value = 1}).empty());
  }
  TEST_CASE("a spoilt message's copies are spoilt too") {
    const Profile both{.lines = {{MessageDuplicate{}, {.topic = "code"}, {}}, {MessageCorrupt{}, {}, {}}}};
    CHECK(under(sending(), both).struck == std::vector<std::uint32_t>{1, 1});
  }
  TEST_CASE("other faults do not change what it strikes") {
    check_alone(sending(), {MessageCorrupt{}, {}, {.chance = 50_percent}},
                {MessageDelay{.times = 4}, {}, {.chance = 50_percent}});
  }
}

}  // namespace squall::message_kinds_test
