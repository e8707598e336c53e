// SPDX-License-Identifier: Apache-2.0
#include "sim/explore/search.hpp"
#include "tests/faults/shop.hpp"

namespace squall::context_fork_test {

using namespace shop;
using namespace faults;

namespace {

const faults::Matcher the_key{.key = "n"};
ContextFork fork_of_bob(std::optional<sim::Distribution> lasts = {}) { return {.apart = "bob", .lasts = lasts}; }

/// Four times, every 12 ms: reads, says what, and writes the next number of its own, 1 ms each. ann reads at 10 ms and writes 1, 2, …,
/// bob reads at 15 ms and writes 10, 20, ….
Workflow sharing() {
  Workflow workflow{"sharing"};
  workflow.key("n", {.initial = 0, .latency = sim::Distribution::constant(1ms)});
  const auto rounds = [](int first) {
    Program all = program();
    for (int n = 1; n <= 4; ++n)
      all.sleep(ms_of(10)).read("n", {.as = "r"}).emit("reads", var("r.value")).write("n", n * first);
    return all;
  };
  workflow.agent("ann", rounds(1));
  workflow.agent("bob", program().sleep(ms_of(5)).block(rounds(10)));
  return workflow;
}
/// What the agent has read, in its order.
std::vector<std::string> read_by(const Told& told, const std::string& agent) {
  std::vector<std::string> values;
  const std::string says = agent + " says reads";
  for (const std::string& line : told.lines) {
    const std::size_t at = line.find(says);
    if (at == std::string::npos) continue;
    const std::string value = line.substr(at + says.size());
    values.push_back(value.empty() ? "0" : value.substr(1));
  }
  return values;
}

/// Two who take the first version of a key for themselves.
Workflow taking() {
  Workflow workflow{"taking"};
  workflow.key("n", {.initial = 0, .latency = sim::Distribution::constant(1ms)});
  workflow.agent("ann", program().sleep(ms_of(10)).compare_and_set("n", 0, 1).emit("has"));
  workflow.agent("bob", program().sleep(ms_of(20)).compare_and_set("n", 0, 2).emit("has"));
  return workflow;
}

/// Both read, then both write; the key is what `spec` says.
Workflow both_write(KeySpec spec) {
  Workflow workflow{"both"};
  spec.latency = sim::Distribution::constant(1ms);
  workflow.key("n", spec);
  const Program once = program()
                           .read("n")
                           .sleep(ms_of(20))
                           .write("n", 1)
                           .sleep(ms_of(20))
                           .read("n", {.as = "r"})
                           .emit("reads", var("r.value"));
  workflow.agent("ann", once);
  workflow.agent("bob", program().sleep(ms_of(5)).block(once));
  return workflow;
}

std::string end_of_bob(const Told& told) {
  for (const std::string& line : told.lines) {
    if (line.find("bob ended") != std::string::npos || line.find("bob failed") != std::string::npos) return line;
  }
  return {};
}

}  // namespace

TEST_SUITE("a key with two heads") {
  TEST_CASE("is not at 0 %") {
    const Told none = under(sharing(), fork_of_bob(), the_key, {.chance = 0_percent});
    CHECK(none.plan.lines.empty());
    CHECK(none.digest == played(sharing(), Plan{}, 1).digest);
    CHECK(read_by(none, "ann") == Lines{"0", "10", "20", "30"});
    CHECK(read_by(none, "bob") == Lines{"1", "2", "3", "4"});
  }
  TEST_CASE("each side sees what was there, and what its own side writes") {
    // From bob's first write on, the second of his operations.
    const Told told = under(sharing(), fork_of_bob(), {.agent = "bob", .key = "n"}, {.nth = 2});
    CHECK(read_by(told, "ann") == Lines{"0", "1", "2", "3"});
    CHECK(read_by(told, "bob") == Lines{"1", "10", "20", "30"});
    CHECK(told.plan_lines() == Lines{"context-fork: {agent: bob, key: n, nth: 2, apart: bob, lasts: never}"});
  }
  TEST_CASE("at its end the version written last stays, and what the other side wrote is gone") {
    // From bob's write at 16 ms to 36 ms. Written last by then: 3, by ann at 35 ms.
    const Told told = under(sharing(), fork_of_bob(fixed(20ms)), {.agent = "bob", .key = "n"}, {.nth = 2});
    CHECK(read_by(told, "ann") == Lines{"0", "1", "2", "30"});
    CHECK(read_by(told, "bob") == Lines{"1", "10", "3", "4"});
  }
  TEST_CASE("whoever's operation begins it, whoever is on the side; a key that is forked is not forked again") {
    const Told told = under(sharing(), fork_of_bob(), the_key, {});
    CHECK(told.plan_lines() == Lines{"context-fork: {agent: ann, key: n, nth: 1, apart: bob, lasts: never}"});
    CHECK(read_by(told, "bob") == Lines{"0", "10", "20", "30"});
    CHECK(under(sharing(), fork_of_bob(fixed(sim::Duration{500'000})), the_key, {}).plan.lines.size() == 16);
    const Line other{ContextFork{.apart = "ann"}, the_key, {}};
    CHECK(under(sharing(), Profile{.lines = {{fork_of_bob(), the_key, {}}, other}}).plan.lines.size() == 1);
  }
  TEST_CASE("other keys have one") {
    Workflow workflow = sharing();
    workflow.key("m", {.initial = 0});
    CHECK(read_by(under(workflow, fork_of_bob(), {.key = "m"}, {}), "ann") == Lines{"0", "10", "20", "30"});
  }
  TEST_CASE("on both of them a compare-and-set succeeds that one of them would refuse") {
    CHECK(said(taking()) == Lines{"11ms ann says has", "11ms ann ended", "21ms bob failed: conflict"});
    CHECK(under(taking(), fork_of_bob(), the_key, {}).lines ==
          Lines{"11ms ann says has", "11ms ann ended", "21ms bob says has", "21ms bob ended"});
  }
  TEST_CASE("a transaction does not see the other side's commit") {
    const Workflow workflow = both_write({.initial = 0, .consistency = sim::Consistency::snapshot});
    // Reads at 0 and 5 ms, 1 ms each, 20 ms of sleep: bob writes at 26 ms, ann did at 21 ms; 1 ms more.
    CHECK(end_of_bob(under(workflow, Profile{})) == "27ms bob failed: conflict");
    CHECK(end_of_bob(under(workflow, fork_of_bob(), the_key, {})) == "48ms bob ended");
  }
  TEST_CASE("a key that may be written once is written once on each") {
    const Workflow workflow = both_write({.reducer = sim::Reducer::single});
    CHECK(end_of_bob(under(workflow, Profile{})) == "27ms bob failed: conflict");
    CHECK(end_of_bob(under(workflow, fork_of_bob(), the_key, {})) == "48ms bob ended");
  }
  TEST_CASE("each counts what was appended to it") {
    const Workflow workflow = both_write({.reducer = sim::Reducer::append});
    CHECK(read_by(under(workflow, Profile{}), "bob") == Lines{"2"});
    CHECK(read_by(under(workflow, fork_of_bob(), the_key, {}), "bob") == Lines{"1"});
  }
  TEST_CASE("an eventual and a causal key have two as well") {
    for (const sim::Consistency consistency : {sim::Consistency::eventual, sim::Consistency::causal}) {
      const Workflow workflow = both_write({.initial = 0, .consistency = consistency, .reducer = sim::Reducer::sum});
      CHECK(read_by(under(workflow, Profile{}), "bob") == Lines{"2"});
      CHECK(read_by(under(workflow, fork_of_bob(), the_key, {}), "bob") == Lines{"1"});
    }
  }
  TEST_CASE("where all is calm it is one again") {
    const Told told = under(sharing(), Profile{.lines = {{fork_of_bob(), {.agent = "bob", .key = "n"}, {.nth = 2}},
                                                         {Calm{}, {.agent = Names(Lines{"ann", "bob"})}, at(36ms)}}});
    CHECK(read_by(told, "bob") == Lines{"1", "10", "3", "4"});
  }
  TEST_CASE("in explored worlds it may begin at any operation, and end again") {
    Workflow workflow = both_write({.initial = 0, .consistency = sim::Consistency::snapshot});
    workflow.check("no-lost-update");
    const auto found = [&](std::uint32_t budget, const ContextFork& fork) {
      sim::Model model = workflow.model();
      model.fault_shadow = Armed::shadow_bytes(1);
      const Armed armed(model, Profile{.lines = {{fork, the_key, {}}}});
      return sim::Search(model, {.fault_budget = budget, .faults = &armed}).run();
    };
    // First committer wins. With two heads both do, and the second has not seen what the first wrote.
    CHECK(found(0, fork_of_bob()).findings.empty());
    const sim::SearchResult for_good = found(1, fork_of_bob()), for_a_while = found(1, fork_of_bob(fixed(1s)));
    REQUIRE(for_good.findings.size() == 2);  // either may come second
    for (const sim::Finding& finding : for_good.findings) CHECK(finding.violation.invariant == "no-lost-update");
    CHECK(for_good.complete);
    CHECK(for_a_while.complete);
    CHECK(for_a_while.distinct > for_good.distinct);
  }
  TEST_CASE("another fault does not change where it begins") {
    const Line lost{LostWrite{}, {}, {.chance = 50_percent}};
    check_alone(sharing(), {fork_of_bob(fixed(sim::Duration{500'000})), the_key, {.chance = 30_percent}}, lost);
  }
  TEST_CASE("says that it must name the key, and whom it parts") {
    const sim::Model model = sharing().model();
    const auto wrong = [&](const Line& line) { return check(model, Profile{.lines = {line}})[0].what; };
    CHECK(wrong({fork_of_bob(), {}, {}}) == "context-fork: does not say which key");
    CHECK(wrong({ContextFork{}, the_key, {}}) == "context-fork: does not say who is 'apart'");
    CHECK(wrong({ContextFork{.apart = "bab"}, the_key, {}}) == "context-fork: no agent is called 'bab'");
    CHECK(check(model, Profile{.lines = {{fork_of_bob(), the_key, {}}}}).empty());
  }
}

}  // namespace squall::context_fork_test
