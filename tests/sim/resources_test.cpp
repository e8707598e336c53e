// SPDX-License-Identifier: Apache-2.0
#include "sim/resources.hpp"

#include "tests/sim/stage.hpp"

namespace squall::sim {
namespace {

using namespace testing;
using namespace std::chrono_literals;
using Kind = ResourceInfo::Kind;
using Frees = ResourceInfo::Frees;

Step acquire(ResourceId resource, Error* error = nullptr) {
  return [=](Turn& turn, const Wake&) {
    Error met{};
    turn.acquire(resource, met, ask(turn));
    if (error != nullptr) *error = met;
  };
}
Step release(ResourceId resource, Error* error = nullptr) {
  return [=](Turn& turn, const Wake&) {
    const Error met = turn.release(resource);
    if (error != nullptr) *error = met;
  };
}
Step renew(ResourceId resource, Error* error = nullptr) {
  return [=](Turn& turn, const Wake&) {
    const Error met = turn.renew(resource);
    if (error != nullptr) *error = met;
  };
}

struct Grant {
  std::uint32_t agent;
  Duration at;
  friend bool operator==(const Grant&, const Grant&) = default;
};
std::vector<Grant> grants(const Stage& stage, Seen kind = Seen::acquired) {
  std::vector<Grant> list;
  for (const auto& sight : stage.watcher.of(kind)) list.push_back({index(sight.what.agent), sight.at});
  return list;
}

TEST_SUITE("locks and semaphores") {
  TEST_CASE("waiters get a lock in order of arrival") {
    Stage stage;
    const ResourceId lock = stage.resource(ResourceInfo{.name = "lock"});
    // Agents 0, 1, 2 arrive at 2, 1 and 0 ms; each keeps it for 10 ms.
    for (const Duration arrival : {2ms, 1ms, 0ms}) {
      stage.agent("agent", {sleep(arrival), acquire(lock), sleep(10ms), release(lock)});
    }
    const World world = stage.timed();
    CHECK(grants(stage) == std::vector<Grant>{{2, 0ms}, {1, 10ms}, {0, 20ms}});
    CHECK(world.resource(lock).taken == 0);
    CHECK(world.resource(lock).head == no_row);
    CHECK(in_use(world, Pool::holds) == 0);
  }

  TEST_CASE("whoever is granted at the release cannot be passed by who asks at that instant") {
    Stage stage;
    const ResourceId lock = stage.resource(ResourceInfo{.name = "lock"});
    stage.agent("again", {acquire(lock), sleep(1ms), release(lock), acquire(lock), release(lock)});
    stage.agent("other", {acquire(lock), sleep(1ms), release(lock)});
    stage.timed();
    CHECK(grants(stage) == std::vector<Grant>{{0, 0ms}, {1, 1ms}, {0, 2ms}});
  }

  TEST_CASE("a semaphore of two lets two in") {
    Stage stage;
    const ResourceId seats = stage.resource({.name = "seats", .kind = Kind::semaphore, .slots = 2});
    stage.agent("agent", {acquire(seats), sleep(10ms), release(seats)}, 3);
    stage.timed();
    CHECK(grants(stage) == std::vector<Grant>{{0, 0ms}, {1, 0ms}, {2, 10ms}});
  }

  TEST_CASE("a lock is not re-entrant: its holder waits for itself") {
    Stage stage;
    const ResourceId lock = stage.resource(ResourceInfo{.name = "lock"});
    stage.agent("agent", {acquire(lock), acquire(lock), release(lock)});
    const World world = stage.timed();
    const ActivationRow& row = world.activation(world.agent(AgentId{0}).first);
    CHECK(row.wait == Wait::resource);
    CHECK(world.instance(0).in_line == 1);
    CHECK(world.instance(0).live == 0);  // nothing can happen any more, in no instance
  }

  TEST_CASE("releasing what one does not hold is a lost lease, and takes it from nobody") {
    Stage stage;
    const ResourceId lock = stage.resource(ResourceInfo{.name = "lock"});
    Error error{};
    stage.agent("holder", {acquire(lock), sleep(5ms)});
    stage.agent("other", {sleep(1ms), release(lock, &error)});
    const World world = stage.timed();
    CHECK(error == Error::lost_lease);
    CHECK(world.resource(lock).taken == 1);
  }

  TEST_CASE("what its end leaves: never stays held, on-crash and on-end as they say") {
    struct Case {
      Frees frees;
      bool crashes;
      bool freed;
    };
    const Case cases[] = {{Frees::never, false, false},  {Frees::never, true, false},  {Frees::on_crash, false, false},
                          {Frees::on_crash, true, true}, {Frees::on_end, false, true}, {Frees::on_end, true, true}};
    for (const Case& c : cases) {
      Stage stage;
      const ResourceId lock = stage.resource({.name = "lock", .frees = c.frees});
      stage.agent("holder", {acquire(lock), sleep(5ms), [&](Turn& turn, const Wake&) {
                               if (c.crashes) turn.run.stopping.agent = turn.self;  // as a strike at this step would
                             }});
      stage.agent("waiter", {sleep(1ms), acquire(lock), release(lock)});
      const World world = stage.timed();
      CHECK(grants(stage).size() == (c.freed ? 2 : 1));
      CHECK(world.resource(lock).taken == (c.freed ? 0 : 1));
      CHECK((world.agent(AgentId{0}).state == AgentState::down) == c.crashes);
      if (!c.freed) CHECK(world.hold(world.resource(lock).holds).activation == no_row);
    }
  }

  TEST_CASE("who leaves the line is passed over") {
    Stage stage;
    const ResourceId lock = stage.resource(ResourceInfo{.name = "lock"});
    bool timed_out = false;
    stage.agent("holder", {acquire(lock), sleep(10ms), release(lock)});
    stage.agent("impatient", {sleep(1ms),
                              [=](Turn& turn, const Wake&) {
                                turn.arm(TimerKind::timeout, 2ms);
                                Error error{};
                                turn.acquire(lock, error, ask(turn));
                              },
                              [&](Turn&, const Wake& wake) { timed_out = wake.why == Wake::Why::timeout; }});
    stage.agent("patient", {sleep(2ms), acquire(lock), release(lock)});
    const World world = stage.timed();
    CHECK(timed_out);
    CHECK(grants(stage) == std::vector<Grant>{{0, 0ms}, {2, 10ms}});
    CHECK(world.instance(0).in_line == 0);
  }

  TEST_CASE("two locks in opposite order stop both") {
    Stage stage;
    const ResourceId a = stage.resource(ResourceInfo{.name = "a"});
    const ResourceId b = stage.resource(ResourceInfo{.name = "b"});
    stage.agent("one", {acquire(a), sleep(1ms), acquire(b), release(b), release(a)});
    stage.agent("two", {acquire(b), sleep(1ms), acquire(a), release(a), release(b)});
    const World world = stage.timed();
    CHECK(world.instance(0).in_line == 2);
  }
}

TEST_SUITE("leases") {
  const ResourceInfo ten_ms{.name = "lease", .kind = Kind::lease, .period = 10ms};

  TEST_CASE("a lease ends by itself, and its late holder is not told") {
    Stage stage;
    const ResourceId lease = stage.resource(ten_ms);
    Error renewed{}, released{};
    stage.agent("late", {acquire(lease), sleep(15ms), renew(lease, &renewed), release(lease, &released)});
    stage.agent("next", {sleep(1ms), acquire(lease)});
    const World world = stage.timed();
    CHECK(grants(stage) == std::vector<Grant>{{0, 0ms}, {1, 10ms}});
    CHECK(grants(stage, Seen::expired) == std::vector<Grant>{{0, 10ms}, {1, 20ms}});
    CHECK(renewed == Error::lost_lease);
    CHECK(released == Error::lost_lease);
    CHECK(in_use(world, Pool::holds) == 0);
  }

  TEST_CASE("releasing in time leaves nothing to expire, renewing puts it off") {
    Stage stage;
    const ResourceId lease = stage.resource(ten_ms);
    Error renewed = Error::failed, released = Error::failed;
    stage.agent("holder", {acquire(lease), sleep(6ms), renew(lease, &renewed), sleep(6ms), release(lease, &released)});
    stage.agent("next", {sleep(1ms), acquire(lease), release(lease)});
    stage.timed();
    CHECK(renewed == Error::none);
    CHECK(released == Error::none);
    CHECK(grants(stage) == std::vector<Grant>{{0, 0ms}, {1, 12ms}});
    CHECK(grants(stage, Seen::expired).empty());
  }

  TEST_CASE("a late holder's write is refused where the key is fenced, and overwrites where it is not") {
    for (const bool fenced : {false, true}) {
      Stage stage;
      const ResourceId lease = stage.resource(ten_ms);
      const KeyId key = stage.key({.name = "ledger", .fenced_by = fenced ? lease : no_resource});
      std::vector<Error> late;
      Error next{};
      const auto write = [=](Turn& turn, std::int64_t value) { return turn.write(key, value, no_row, ask(turn)); };
      stage.agent("late", {acquire(lease), [&](Turn& turn, const Wake&) { late.push_back(write(turn, 1)); },
                           sleep(15ms), [&](Turn& turn, const Wake&) { late.push_back(write(turn, 2)); }});
      stage.agent("next", {sleep(1ms), acquire(lease), [&](Turn& turn, const Wake&) { next = write(turn, 3); }});
      const World world = stage.timed();
      CHECK(next == Error::none);
      CHECK(late == std::vector<Error>{Error::none, fenced ? Error::fenced : Error::none});
      const KeyView ledger = key_of(world, stage.model, key, 0);
      CHECK(ledger.version(ledger.newest()).value == (fenced ? 3 : 2));
    }
  }

  TEST_CASE("a read by the new holder already shuts the old one out; without any token nobody passes") {
    Stage stage;
    const ResourceId lease = stage.resource(ten_ms);
    const KeyId key = stage.key({.name = "ledger", .fenced_by = lease});
    Error late{}, read{}, without{};
    stage.agent("late", {acquire(lease), sleep(15ms),
                         [&](Turn& turn, const Wake&) { late = turn.write(key, 2, no_row, ask(turn)); }});
    stage.agent("next",
                {sleep(1ms), acquire(lease), [&](Turn& turn, const Wake&) { read = turn.read(key, ask(turn)).error; }});
    stage.agent("none", {[&](Turn& turn, const Wake&) { without = turn.read(key, ask(turn)).error; }});
    stage.timed();
    CHECK(read == Error::none);
    CHECK(late == Error::fenced);
    CHECK(without == Error::fenced);
  }

  TEST_CASE("after its end a lease without a successor does no harm: the old token is still the highest") {
    Stage stage;
    const ResourceId lease = stage.resource(ten_ms);
    const KeyId key = stage.key({.name = "ledger", .fenced_by = lease});
    Error late = Error::failed;
    stage.agent("late", {acquire(lease), sleep(15ms),
                         [&](Turn& turn, const Wake&) { late = turn.write(key, 2, no_row, ask(turn)); }});
    stage.timed();
    CHECK(late == Error::none);
  }

  TEST_CASE("tokens grow with every grant, and each holder has its own") {
    Stage stage;
    const ResourceId lease = stage.resource(ten_ms);
    std::vector<std::uint32_t> tokens;
    const Step note = [&](Turn& turn, const Wake&) { tokens.push_back(turn.token(lease)); };
    stage.agent("a", {note, acquire(lease), note, release(lease), note});
    stage.agent("b", {sleep(1ms), acquire(lease), note});
    stage.timed();
    CHECK(tokens == std::vector<std::uint32_t>{0, 1, 1, 2});
  }

  TEST_CASE("faults may end a lease early and lose a renewal") {
    for (const bool early : {false, true}) {
      Stage stage;
      const ResourceId lease = stage.resource(ten_ms);
      stage.agent("holder", {acquire(lease), sleep(30ms)});
      const OneFault fault{Strike::grant, {.delay = early ? Duration{-7ms} : Duration{}}, Operation::grant};
      stage.timed(1, &fault);
      CHECK(grants(stage, Seen::expired) == std::vector<Grant>{{0, early ? Duration{3ms} : Duration{10ms}}});
    }
    for (const bool lost : {false, true}) {
      Stage stage;
      const ResourceId lease = stage.resource(ten_ms);
      Error renewed = Error::failed;
      stage.agent("holder", {acquire(lease), sleep(6ms), renew(lease, &renewed), sleep(30ms)});
      const OneFault fault{Strike::grant, {.drop = lost}, Operation::renew};
      stage.timed(1, &fault);
      CHECK(renewed == Error::none);
      CHECK(grants(stage, Seen::expired) == std::vector<Grant>{{0, lost ? Duration{10ms} : Duration{16ms}}});
    }
  }

  TEST_CASE("an explored lease may expire before its holder has done anything") {
    Stage stage;
    const ResourceId lease = stage.resource(ten_ms);
    Error first{}, second{};
    stage.agent("holder", {acquire(lease), release(lease, &first)});
    Answers none;
    // Rows strike oldest first. The expiry is armed in the first turn, before that turn yields: it comes first.
    stage.untimed(none);
    CHECK(first == Error::lost_lease);
    stage.last = [](const World& world, Row t) { return world.timer(t).kind == TimerKind::expiry; };
    stage.untimed(none);
    CHECK(first == Error::none);
    CHECK(second == Error::none);
  }
}

TEST_SUITE("rate limiters") {
  /// Asks at these instants; which of them passed.
  std::vector<bool> passes(ResourceInfo info, const std::vector<Duration>& at) {
    Stage stage;
    info.name = "limit";
    const ResourceId limit = stage.resource(info);
    std::vector<bool> passed;
    std::vector<Step> steps;
    Duration before{};
    for (const Duration instant : at) {
      steps.push_back(sleep(instant - before));
      steps.push_back([&, limit](Turn& turn, const Wake&) {
        Error error{};
        const Row held = turn.acquire(limit, error, ask(turn));
        CHECK((held == nothing_held) == (error == Error::none));
        passed.push_back(error == Error::none);
      });
      before = instant;
    }
    stage.agent("agent", std::move(steps));
    const World world = stage.timed();
    CHECK(in_use(world, Pool::holds) == 0);
    return passed;
  }

  TEST_CASE("a bucket lets its limit pass at once and then one for each share of the period") {
    // 3 per 30 ms: a token every 10 ms, at most three of them.
    CHECK(passes({.name = {}, .kind = Kind::bucket, .slots = 3, .period = 30ms},
                 {0ms, 0ms, 0ms, 0ms, 9ms, 10ms, 11ms, 20ms}) ==
          std::vector<bool>{true, true, true, false, false, true, false, true});
    CHECK(passes({.name = {}, .kind = Kind::bucket, .slots = 3, .period = 30ms}, {0ms, 100ms, 100ms, 100ms, 100ms}) ==
          std::vector<bool>{true, true, true, true, false});
  }

  TEST_CASE("a window begins anew with each period, so twice the limit may pass around its border") {
    CHECK(passes({.name = {}, .kind = Kind::window, .slots = 2, .period = 10ms},
                 {8ms, 9ms, 9ms, 10ms, 10ms, 10ms, 25ms}) ==
          std::vector<bool>{true, true, false, true, true, false, true});
  }

  TEST_CASE("a limit of nothing lets nobody pass") {
    CHECK(passes({.name = {}, .kind = Kind::bucket, .slots = 0, .period = 10ms}, {0ms, 50ms}) ==
          std::vector<bool>{false, false});
  }

  TEST_CASE("a queueing limiter lets them pass in order, one for each share of the period") {
    Stage stage;
    const ResourceId limit = stage.resource({.name = "limit", .kind = Kind::queue, .slots = 2, .period = 10ms});
    Error error{};
    stage.agent("agent", {acquire(limit, &error)}, 5);
    stage.agent("later", {sleep(12ms), acquire(limit)});
    const World world = stage.timed();
    CHECK(error == Error::none);
    CHECK(grants(stage) == std::vector<Grant>{{0, 0ms}, {1, 0ms}, {2, 5ms}, {3, 10ms}, {4, 15ms}, {5, 20ms}});
    CHECK(world.resource(limit).timer == no_row);
  }

  TEST_CASE("a line that empties needs no refill") {
    Stage stage;
    const ResourceId limit = stage.resource({.name = "limit", .kind = Kind::queue, .slots = 1, .period = 10ms});
    stage.agent("first", {acquire(limit)});
    stage.agent("impatient", {[=](Turn& turn, const Wake&) {
                                turn.arm(TimerKind::timeout, 2ms);
                                Error error{};
                                turn.acquire(limit, error, ask(turn));
                              },
                              [](Turn&, const Wake& wake) { CHECK(wake.why == Wake::Why::timeout); }});
    stage.agent("later", {sleep(20ms), acquire(limit)});
    stage.timed();
    CHECK(grants(stage) == std::vector<Grant>{{0, 0ms}, {2, 20ms}});
  }

  TEST_CASE("an explored limiter may refuse only after as many as it lets pass") {
    for (const Kind kind : {Kind::bucket, Kind::window, Kind::queue}) {
      Stage stage;
      const ResourceId limit = stage.resource({.name = "limit", .kind = kind, .slots = 2, .period = 10ms});
      std::vector<Error> errors;
      const Step pass = [&, limit](Turn& turn, const Wake&) {
        Error error{};
        turn.acquire(limit, error, ask(turn));
        errors.push_back(error);
      };
      stage.agent("agent", {pass, pass, pass, pass});
      Answers refused_then_passed{{1, 0}};
      stage.untimed(refused_then_passed);
      CHECK(refused_then_passed.ways == std::vector<std::uint32_t>{2, 2});
      const Error third = kind == Kind::queue ? Error::none : Error::rate_limited;
      CHECK(errors == std::vector<Error>{Error::none, Error::none, third, Error::none});
      CHECK(stage.watcher.of(Seen::acquired).size() == (kind == Kind::queue ? 4 : 3));
    }
  }
}

}  // namespace
}  // namespace squall::sim
