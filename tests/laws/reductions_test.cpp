// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/interchangeable.hpp"
#include "scenarios/run.hpp"
#include "sim/explore/ample.hpp"
#include "sim/explore/search.hpp"
#include "tests/effort.hpp"
#include "tests/findings.hpp"
#include "tests/laws/dice.hpp"

/// What a search leaves out changes nothing that it says: reduced searches of random teams against whole ones.
namespace squall::laws {
namespace {

using namespace scenarios;
using namespace std::chrono_literals;

/// A few agents who work, talk, wait (some with a bound), share a key, a lock and a tool, ask a server, and fail now and then.
/// One of them has members.
class Team {
 public:
  explicit Team(std::uint64_t seed) : dice_(seed) {
    workflow_.key("board", {.initial = 0});
    workflow_.key("notes", {.initial = 0});
    workflow_.resource("desk", {.frees = sim::ResourceInfo::Frees::on_end});
    workflow_.tool("bank", {.latency = sim::Distribution::constant(1ms)});
    if (dice_.one_in(4)) workflow_.topic("news", {.mode = sim::TopicInfo::Mode::broadcast, .leftover_ok = true});
    for (const char* name : {"ann", "bob"}) workflow_.agent(name, program_of(name));
    workflow_.agent("crew", {.program = program_of("crew"), .replicas = 2});
    workflow_.agent("desk-clerk", {.on = {{"question", program().work(1ms).reply()}}});
    workflow_.check_defaults();
    if (dice_.one_in(3)) workflow_.check("bounded-waits");
    if (dice_.one_in(3)) workflow_.check("exactly-once");
    if (dice_.one_in(3)) workflow_.claim(claims::at_most(1, claims::emitted("mark")));
    if (dice_.one_in(3)) workflow_.claim(claims::never(Condition{var("context.board") == 2}));
    if (dice_.one_in(3)) workflow_.claim(claims::precedes(claims::sent("a"), claims::received("b")));
    if (dice_.one_in(3)) workflow_.claim(claims::sometimes(claims::emitted("mark")));
  }
  const Workflow& workflow() const { return workflow_; }

 private:
  std::string other(const std::string& self) {
    for (;;) {
      const std::string name = dice_.one_of({"ann", "bob", "crew"});
      if (name != self) return name;
    }
  }
  Fields bound() { return dice_.one_in(2) ? Fields{} : Fields{.timeout = Time{1s}, .otherwise = Otherwise{program()}}; }
  Program program_of(const std::string& self) {
    Program steps;
    const std::uint32_t count = 1 + dice_.below(3);
    for (std::uint32_t s = 0; s < count; ++s) add(steps, self);
    // Claims may speak of what somebody could do, though nobody does.
    if (self == "ann") steps.if_(Expression{false}, program().emit("mark").send("bob", "a").send("bob", "b"));
    // Whoever is sent to takes what there is.
    return steps.receive(any_of({"a", "b"}), {.timeout = Time{1s}, .otherwise = Otherwise{program()}});
  }
  void add(Program& steps, const std::string& self) {
    const char* topic = dice_.one_of({"a", "b"});
    switch (dice_.below(12)) {
      case 0: steps.work(1ms); break;
      case 1:
      case 2:
      case 3: steps.send(other(self), topic); break;
      case 4:
      case 5: steps.receive(topic, bound()); break;
      case 6: steps.write(dice_.one_of({"board", "notes"}), static_cast<int>(1 + dice_.below(2))); break;
      case 7: steps.read(dice_.one_of({"board", "notes"})); break;
      case 8: steps.acquire("desk").release("desk"); break;
      case 9: steps.ask("desk-clerk", "question", {}, bound()); break;
      case 10: steps.emit("mark"); break;
      default: steps.call("bank", {.for_ = Expression{1}}); break;
    }
  }

  Dice dice_;
  Workflow workflow_{"team"};
};

constexpr std::uint64_t teams = effort(250U);
constexpr std::uint64_t states_most = thorough ? 20'000 : 6'000;

}  // namespace

TEST_SUITE("reductions") {
  TEST_CASE("of random teams find what whole searches find, and reach as many ends") {
    std::uint64_t compared = 0, whole_states = 0, fewer_orders = 0, fewer_equals = 0, violated = 0;
    for (std::uint64_t seed = 1; seed <= teams; ++seed) {
      CAPTURE(seed);
      const Team team{seed};
      const Scenario made = scenario(team.workflow());
      sim::SearchOptions options{.states_max = states_most,
                                 .timers = seed % 2 == 0 ? sim::Timers::any : sim::Timers::last};
      const sim::SearchResult whole = sim::Search{made.model, options}.run();
      if (!whole.complete) continue;
      ++compared;
      whole_states += whole.distinct;
      violated += whole.findings.empty() ? 0 : 1;
      options.reduce = true;
      const sim::SearchResult reduced = sim::Search{made.model, options}.run();
      CHECK(found(reduced) == found(whole));
      CHECK(reduced.terminal == whole.terminal);
      CHECK(reduced.came_true == whole.came_true);
      CHECK(reduced.distinct <= whole.distinct);
      fewer_orders += reduced.distinct;
      const Interchangeable equals = interchangeable(team.workflow(), made);
      const sim::Interchange symmetry{made.model, equals.equals()};
      for (const bool both : {false, true}) {
        sim::SearchOptions classes = options;
        classes.reduce = both;
        classes.symmetry = &symmetry;
        const sim::SearchResult by_class = sim::Search{made.model, classes}.run();
        CHECK(found(by_class) == found(whole));
        CHECK(by_class.came_true == whole.came_true);
        if (both) continue;
        CHECK(by_class.distinct <= whole.distinct);
        fewer_equals += by_class.distinct;
      }
    }
    CHECK(compared > teams / 2);
    CHECK(violated > compared / 4);
    CHECK(fewer_orders * 10 < whole_states * 9);
    CHECK(fewer_equals * 10 < whole_states * 9);
    MESSAGE(compared << " teams, " << violated << " violated: " << whole_states << " states, " << fewer_orders
                     << " with partial-order reduction, " << fewer_equals << " with symmetry");
  }
}

}  // namespace squall::laws
