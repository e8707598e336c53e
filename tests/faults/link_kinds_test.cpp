// SPDX-License-Identifier: Apache-2.0
#include "scenarios/run.hpp"
#include "sim/explore/odometer.hpp"
#include "tests/faults/lanes.hpp"
#include "tests/faults/shop.hpp"

namespace squall::link_kinds_test {

using namespace shop;
using namespace faults;

namespace {

const Cut ten{.lasts = sim::Distribution::constant(10ms)};
const Cut ever{};

// Both clocks of the lanes tick once a millisecond, 200 times; each tick goes to the sink, and so does each tock.
lanes::Outcome lanes_under(const Fault& fault, const faults::Matcher& matcher, const Trigger& trigger,
                           std::uint64_t seed = 1) {
  return lanes::run(Profile{.lines = {{fault, matcher, trigger}}}, seed);
}

/// Asks every 10 ms, five times; the answer comes 2 ms later.
Workflow asking() {
  Workflow workflow{"asking"};
  workflow.latency(sim::Distribution::constant(1ms));
  workflow.agent("ann", program().repeat(
                            program()
                                .ask("bob", "question", {},
                                     {.timeout = 8ms, .otherwise = program().emit("silence").sleep(sim::Duration{2ms})})
                                .emit("next")
                                .sleep(sim::Duration{8ms}),
                            {.times = 3}));
  workflow.agent("bob", {.on = {{"question", program().emit("heard").reply()}}});
  return workflow;
}

}  // namespace

TEST_SUITE("a partition") {
  TEST_CASE("cuts nothing at 0 %, everything for good at 100 %") {
    CHECK(lanes_under(Partition{ever}, {.from = "left"}, {.chance = 0_percent, .at = sim::start_of_time}).digest ==
          lanes::run(1).digest);
    const lanes::Outcome cut = lanes_under(Partition{ever}, {.from = "left"}, at(0ms));
    CHECK(cut.sink.heard[0][0] == 0);
    CHECK(cut.sink.heard[1][0] == lanes::ticks);
    CHECK(cut.clock.lost == 2 * lanes::ticks);
  }
  TEST_CASE("heals: what is sent before it and after it arrives, whatever is in flight when it begins") {
    // Onset at 50.5 ms, healed at 60.5: ticks 51 to 60 are lost, those in flight at the onset are not.
    const lanes::Outcome cut = lanes_under(Partition{ten}, {.from = "left"}, at(50'500us));
    CHECK(cut.sink.heard[0][0] == lanes::ticks - 10);
    CHECK(cut.sink.heard[0][1] == lanes::ticks - 10);
    CHECK(cut.clock.lost == 20);
    CHECK(lanes::lines_of(cut.plan, Partition{}) ==
          Lines{"partition: {from: left, at: {time: 50500us}, lasts: 10ms, drops-in-flight: false}"});
  }
  TEST_CASE("may drop what is in flight when it begins") {
    Cut drops = ten;
    drops.drops_in_flight = true;
    const lanes::Outcome kept = lanes_under(Partition{ten}, {.from = "left"}, at(50'500us));
    const lanes::Outcome dropped = lanes_under(Partition{drops}, {.from = "left"}, at(50'500us));
    CHECK(dropped.clock.lost > kept.clock.lost);
    CHECK(dropped.clock.lost + dropped.clock.consumed == dropped.clock.sent);
    CHECK(dropped.sink.heard[1][0] == lanes::ticks);
  }
  TEST_CASE("goes both ways; the one-way kind does not") {
    CHECK(said(asking()) == Lines{"1ms bob says heard", "1ms bob ended", "2ms ann says next", "11ms bob says heard",
                                  "11ms bob ended", "12ms ann says next", "21ms bob says heard", "21ms bob ended",
                                  "22ms ann says next", "30ms ann ended"});
    // What bob answers at 11 ms is lost, what ann asks at 10 ms is not.
    const Lines answers_lost = under(asking(), OneWayPartition{ten}, {.from = "bob", .to = "ann"}, at(10'500us)).lines;
    CHECK(answers_lost[3] == "11ms bob says heard");
    CHECK(answers_lost[5] == "18ms ann says silence");
    const Cut nine{.lasts = sim::Distribution::constant(9ms)};
    const Lines heard = under(asking(), OneWayPartition{nine}, {.from = "ann", .to = "bob"}, at(10'500us)).lines;
    CHECK(heard == under(asking(), Plan{}).lines);  // nothing is asked between 10.5 and 20 ms
    CHECK(under(asking(), Partition{ten}, {.from = "ann", .to = "bob"}, at(10'500us)).lines == answers_lost);
    CHECK(under(asking(), Partition{ten}, {.from = "bob"}, at(10'500us)).lines == answers_lost);
  }
  TEST_CASE("leaves agents on one side to each other") {
    CHECK(under(asking(), Partition{ever}, {.from = Names(std::vector<std::string>{"ann", "bob"})}, at(0ms)).lines ==
          said(asking()));
  }
  TEST_CASE("cuts off what its second side names, from all others") {
    const lanes::Outcome cut = lanes_under(OneWayPartition{ever}, {.to = "sink"}, at(0ms));
    CHECK(cut.clock.lost == 4 * lanes::ticks);
    CHECK(lanes_under(OneWayPartition{ever}, {.to = "left"}, at(0ms)).clock.lost == 0);
  }
  TEST_CASE("comes again and again, at most so often, and its plan replays") {
    const Trigger again{.at_most = 3, .every = sim::Distribution::constant(20ms)};
    const lanes::Outcome cut = lanes_under(Partition{ten}, {.from = "left"}, again);
    CHECK(cut.plan.lines.size() == 3);
    CHECK(cut.clock.lost == 3 * 20);  // ten ticks and ten tocks each time
    const lanes::Outcome replay = lanes::run(cut.plan, 1);
    CHECK(replay.digest == cut.digest);
    CHECK(replay.unstruck.empty());
  }
  TEST_CASE("without a time begins once, somewhere in its window, elsewhere for another seed") {
    const Trigger window{.from = sim::start_of_time + 20ms, .until = sim::start_of_time + 180ms};
    const lanes::Outcome one = lanes_under(Partition{ten}, {.from = "left"}, window, 1);
    const lanes::Outcome two = lanes_under(Partition{ten}, {.from = "left"}, window, 2);
    REQUIRE(one.plan.lines.size() == 1);
    CHECK(one.plan != two.plan);
    CHECK(*one.plan.lines[0].trigger.at >= window.from);
    CHECK(*one.plan.lines[0].trigger.at < window.until);
  }
  TEST_CASE("a message that is cut off counts for other lines, and is asked nothing else") {
    const Plan plan{{{Partition{ever}, {.from = "left"}, at(0ms)},
                     {MessageLoss{}, {.from = "left", .topic = "tick"}, {.nth = 3}},
                     {MessageLoss{}, {.from = "right", .topic = "tick"}, {.nth = 3}}}};
    CHECK(lanes::run(plan, 1).unstruck == std::vector<std::size_t>{1});
  }
  TEST_CASE("other faults do not move it, nor it them") {
    const Line partition{
        Partition{ten}, {.from = "ann"}, {.chance = 70_percent, .every = sim::Distribution::exponential(9ms)}};
    check_alone(asking(), partition, {MessageDelay{.times = 3}, {}, {.chance = 30_percent}});
  }
  TEST_CASE("is a move of explored worlds, and heals by another one that costs nothing") {
    sim::Model model = lanes::model(1);
    const Armed armed(model, Profile{.lines = {{Partition{ten}, {.from = "left"}, at(5ms)}}});
    sim::World world{model, sim::Half::state_only};
    sim::Odometer odometer;
    sim::Run run{.model = model, .decide = odometer, .faults = &armed, .timed = false};
    std::vector<sim::Move> moves;
    run.moves = &moves;
    sim::begin(world, run);
    world.header().fault_budget = 1;
    armed.moves(model, world, moves);
    REQUIRE(moves.size() == 1);
    sim::apply(world, sim::Event::move(0), run);
    CHECK(world.header().fault_budget == 0);
    sim::apply(world, sim::Event::timer(0), run);  // left ticks: both messages are lost
    CHECK(world.used(sim::Pool::messages) == 1);
    CHECK(world.message(0).place == sim::Place::free);
    moves.clear();
    armed.moves(model, world, moves);
    REQUIRE(moves.size() == 1);
    sim::apply(world, sim::Event::move(0), run);
    CHECK(world.header().fault_state == 0);
    moves.clear();
    armed.moves(model, world, moves);
    CHECK(moves.empty());
  }
}

TEST_SUITE("a reset link") {
  TEST_CASE("loses nothing at 0 %") {
    CHECK(
        lanes_under(LinkReset{}, {.from = "left"}, {.chance = 0_percent, .at = sim::start_of_time + 50'500us}).digest ==
        lanes::run(1).digest);
  }
  TEST_CASE("loses what is under way, and nothing that comes after") {
    const lanes::Outcome reset = lanes_under(LinkReset{}, {.from = "left", .to = "sink"}, at(50'500us));
    CHECK(reset.clock.lost > 0);
    CHECK(reset.clock.lost <= 6);  // ticks take 1 to 3 ms, two go out each millisecond
    CHECK(reset.sink.latest[0][0] == lanes::ticks);
    CHECK(reset.sink.heard[1][0] == lanes::ticks);
    CHECK(lanes::lines_of(reset.plan, LinkReset{}) == Lines{"link-reset: {from: left, to: sink, at: {time: 50500us}}"});
    CHECK(lanes::run(reset.plan, 1).digest == reset.digest);
  }
  TEST_CASE("comes again where it is told to, and takes no effect where nothing is under way") {
    const lanes::Outcome often =
        lanes_under(LinkReset{}, {.from = "left"}, {.every = sim::Distribution::constant(50ms)});
    CHECK(often.plan.lines.size() >= 3);
    CHECK(lanes_under(LinkReset{}, {.from = "left"}, at(0ms)).plan.lines.empty());
  }
}

namespace {

/// Ann sends bob three words at once; he reads one every 10 ms, from a mailbox for five.
Workflow crowding(sim::Full full, int busy = 0) {
  Workflow workflow{"crowding"};
  workflow.latency(sim::Distribution::constant(1ms));
  const Program refused = program().emit("refused");
  Program send = program().sleep(Time{sim::Duration{10ms}});
  for (int n = 1; n <= 3; ++n) send.send("bob", "word", {.with = {{"n", n}}}, {.otherwise = refused});
  workflow.agent("ann", send.emit("sent all"));
  Program read = program();
  if (busy != 0) read.work(Time{sim::Duration{busy * 1'000'000}});
  for (int n = 1; n <= 3; ++n)
    read.receive("word", {.timeout = 200ms, .otherwise = program().finish()}).emit("reads", var("msg.n"));
  workflow.agent("bob", {.program = read, .mailbox = {.capacity = 5, .full = full}});
  return workflow;
}
const Fault twenty = QueueFull{.lasts = sim::Distribution::constant(20ms)};
const Trigger early{.at = sim::start_of_time + 5ms};

Lines says(const Told& told) {
  Lines lines;
  for (const std::string& line : told.lines) {
    if (line.find(" says ") != std::string::npos) lines.push_back(line);
  }
  return lines;
}

}  // namespace

TEST_SUITE("an inbox that takes no more") {
  const faults::Matcher of_bob{.agent = "bob"};
  TEST_CASE("does at 0 %") {
    const Trigger never{.chance = 0_percent, .at = sim::start_of_time};
    CHECK(under(crowding(sim::Full::block), QueueFull{}, of_bob, never).digest ==
          played(crowding(sim::Full::block), Plan{}, 1).digest);
    CHECK(says(under(crowding(sim::Full::block), Profile{})) ==
          Lines{"10ms ann says sent all", "11ms bob says reads 1", "11ms bob says reads 2", "11ms bob says reads 3"});
  }
  TEST_CASE("lets senders wait until it takes more") {
    const Told told = under(crowding(sim::Full::block), twenty, of_bob, early);
    CHECK(says(told) ==
          Lines{"25ms ann says sent all", "26ms bob says reads 1", "26ms bob says reads 2", "26ms bob says reads 3"});
    CHECK(told.plan_lines() == Lines{"queue-full: {agent: bob, at: {time: 5ms}, lasts: 20ms}"});
  }
  TEST_CASE("refuses them, or drops what comes, as the inbox has it") {
    CHECK(says(under(crowding(sim::Full::reject), twenty, of_bob, early)) ==
          Lines{"10ms ann says refused", "10ms ann says refused", "10ms ann says refused", "10ms ann says sent all"});
    CHECK(says(under(crowding(sim::Full::drop_new, 15), twenty, of_bob, early)) == Lines{"10ms ann says sent all"});
    CHECK(says(under(crowding(sim::Full::drop_old, 15), twenty, of_bob, early)) == Lines{"10ms ann says sent all"});
  }
  TEST_CASE("is no deadlock while it may take more again") {
    Workflow workflow = crowding(sim::Full::block);
    workflow.check("deadlock-freedom").check("no-orphaned-wait");
    const scenarios::Scenario struck = scenarios::scenario(workflow, Profile{.lines = {{twenty, of_bob, early}}});
    CHECK(scenarios::record(struck, sim::Seed{1}).outcome.violations.empty());
  }
  TEST_CASE("has to have a bound") {
    const sim::Model model = crowding(sim::Full::block).model();
    const Profile of_ann{.lines = {{QueueFull{}, {.agent = "ann"}, early}}};
    CHECK(check(model, of_ann)[0].what == "queue-full: the inbox of ann has no bound, and is never full");
    CHECK(check(model, Profile{.lines = {{QueueFull{}, of_bob, {}}}})[0].what ==
          "queue-full: does not say when it begins");
  }
}

}  // namespace squall::link_kinds_test
