// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "faults/arm.hpp"
#include "sim/audit.hpp"
#include "sim/content.hpp"
#include "sim/explore/enabled.hpp"
#include "sim/explore/odometer.hpp"
#include "sim/timed.hpp"
#include "sim/wait_for.hpp"
#include "tests/effort.hpp"
#include "tests/laws/dice.hpp"
#include "tests/laws/play.hpp"
#include "tests/laws/zoo.hpp"
#include "tests/sim/small_program.hpp"

// What is stuck never moves again. Tried on every reachable state of random small workflows: an analysis that calls stuck
// what some schedule moves, cries wolf. And at the end nothing hangs unseen.

using namespace squall;
using namespace squall::sim;
using namespace squall::sim::testing;
using namespace std::chrono_literals;

namespace {

/// A crew of two to four agents and a server, whose programs are drawn.
class RandomCrew {
 public:
  explicit RandomCrew(std::uint64_t seed) : dice_(seed) {
    crew.resource("left");
    crew.resource("right", {.frees = dice_.one_in(3) ? ResourceInfo::Frees::on_end : ResourceInfo::Frees::never});
    const std::uint32_t agents = 2 + dice_.below(3);
    for (std::uint32_t a = 0; a < agents; ++a) names_.push_back(std::string(1, static_cast<char>('a' + a)));
    for (const std::string& name : names_) {
      Definition& definition = crew.agent(name, program(), name == "b" && dice_.one_in(4) ? 2 : 1);
      if (dice_.one_in(5)) definition.inbox = 1 + dice_.below(2);
      if (dice_.one_in(2)) definition.full = dice_.one_in(2) ? Full::drop_new : Full::block;
    }
    std::vector<SmallOp> handler{step(0, 4), step(1, 4), reply(), end_of(), end_of()};
    crew.server("server", std::move(handler), {{"q", 0}, {topic(), 1}}, 1 + dice_.below(2));
    crew.spawned("worker", {step(0, 3), step(1, 3), end_of(), end_of()});
    crew.model.network.fifo = dice_.one_in(2);
    crew.finish();
  }
  Crew crew;

 private:
  std::string topic() { return std::string(1, static_cast<char>('x' + dice_.below(3))); }
  std::string anybody() {
    return dice_.one_in(5) ? "server" : names_[dice_.below(static_cast<std::uint32_t>(names_.size()))];
  }
  From source() {
    From from{.topic = topic()};
    if (dice_.one_in(4)) from.sender = names_[dice_.below(static_cast<std::uint32_t>(names_.size()))];
    if (dice_.one_in(6)) from.count = 2;
    from.distinct = from.count == 2 && dice_.one_in(2);
    return from;
  }
  /// An operation at `pc` of a part that ends at `end`; whatever jumps jumps forwards.
  SmallOp step(std::uint32_t pc, std::uint32_t end) {
    const auto later = [&] { return pc + 1 + dice_.below(end - pc); };
    const auto perhaps = [&](SmallOp op) { return dice_.one_in(4) ? within(1s, later(), std::move(op)) : op; };
    switch (dice_.below(16)) {
      case 0:
      case 1:
      case 2:
      case 3: return send(anybody(), topic());
      case 4:
      case 5:
      case 6: return perhaps(receive(source()));
      case 7: return perhaps(receive_any({source(), source()}));
      case 8: return perhaps(receive_all({source(), source()}));
      case 9: return perhaps(ask("server", dice_.one_in(4) ? topic() : "q"));
      case 10:
      case 11: return perhaps(acquire(dice_.one_in(2) ? "left" : "right"));
      case 12: return release(dice_.one_in(2) ? "left" : "right");
      case 13: return choose({later(), later()});
      case 14: return dice_.one_in(2) ? spawn("worker", static_cast<OnParentEnd>(dice_.below(3))) : cancel(anybody());
      default: return work(1s);
    }
  }
  std::vector<SmallOp> program() {
    std::vector<SmallOp> ops;
    const std::uint32_t steps = 3 + dice_.below(2);
    const bool branches = dice_.one_in(4);
    for (std::uint32_t pc = 0; pc < steps; ++pc) {
      if (branches && pc == 1) {
        ops.push_back(fork({steps + 1, steps + 4}, dice_.one_in(2)));
      } else {
        ops.push_back(step(pc, steps));
      }
    }
    ops.push_back(end_of());
    for (std::uint32_t b = 0; branches && b < 2; ++b) {
      for (std::uint32_t pc = 0; pc < 2; ++pc) ops.push_back(step(steps + 1 + 3 * b + pc, steps + 3 + 3 * b));
      ops.push_back(end_of());
    }
    return ops;
  }

  laws::Dice dice_;
  std::vector<std::string> names_;
};

struct Position {
  Row row;
  AgentId agent;
  std::uint32_t pc;
  Wait wait;
  std::uint32_t wait_arg;
  friend bool operator==(const Position&, const Position&) = default;
};

Position position_of(const World& world, Row row) {
  const ActivationRow& activation = world.activation(row);
  return {row, activation.agent, activation.pc, activation.phase == Phase::waiting ? activation.wait : Wait::none,
          activation.wait_arg};
}

std::vector<Row> sorted_rows(StuckWaits stuck) {
  std::ranges::sort(stuck.rows);
  return stuck.rows;
}

/// Activations that wait for ever for what somebody owes them.
std::vector<Row> hanging(const World& world) {
  std::vector<Row> rows;
  for (Row row = 0; row < world.used(Pool::activations); ++row) {
    const ActivationRow& activation = world.activation(row);
    const bool passive = activation.wait == Wait::mailbox && (activation.flags & activation_flag::passive) != 0;
    if (activation.phase == Phase::waiting && activation.wait != Wait::none && !passive) rows.push_back(row);
  }
  return rows;
}

struct Explored {
  std::size_t states = 0, with_stuck = 0, deadlocks = 0, orphans = 0, ends = 0;
  std::string trouble;  ///< empty: the law holds
};

/// All states of `model` up to a number of them; checks each and each step.
Explored explore(const Model& model, std::size_t states_max) {
  Explored explored;
  Odometer odometer;
  Run run{.model = model, .decide = odometer, .timed = false};
  Enabled enabled{model, nullptr};
  Content content{model};
  std::set<std::uint64_t> seen;
  std::vector<World> open;
  const auto meet = [&](World world) {
    if (seen.insert(content.hash(world)).second) open.push_back(std::move(world));
  };
  do {
    World first{model, Half::state_only};
    begin(first, run);
    meet(std::move(first));
  } while (odometer.next());
  while (!open.empty() && explored.states < states_max) {
    const World world = std::move(open.back());
    open.pop_back();
    ++explored.states;
    const StuckWaits found = find_stuck(model, world);
    const std::vector<Row> stuck = sorted_rows(found);
    explored.with_stuck += stuck.empty() ? 0 : 1;
    explored.deadlocks += found.deadlocks.size();
    explored.orphans += found.orphans.size();
    if (quick_look(model, world, no_row, 0) != QuickLook::unknown && !stuck.empty())
      explored.trouble = "the quick look errs";
    const std::vector<Event> events = enabled.list(world);
    if (events.empty()) {
      ++explored.ends;
      if (hanging(world) != stuck) explored.trouble = "something hangs unseen";
    }
    for (const Event event : events) {
      do {
        World next = world;
        apply(next, event, run);
        for (const std::string& complaint : audit(next, model)) explored.trouble = complaint;
        if (!explored.trouble.empty()) return explored;
        for (const Row row : stuck) {
          if (position_of(world, row) == position_of(next, row)) continue;
          explored.trouble = agent_name(model, world, world.activation(row).agent) + " was stuck and moves";
        }
        meet(std::move(next));
      } while (odometer.next());
    }
    if (!explored.trouble.empty()) return explored;
  }
  return explored;
}

/// What may happen to messages, without the faults that stop and start agents: these may change what is stuck.
faults::Profile without_crashes(faults::Profile profile) {
  std::erase_if(profile.lines, [](const faults::Line& line) {
    return std::holds_alternative<faults::AgentCrash>(line.fault) ||
           std::holds_alternative<faults::AgentRestart>(line.fault) ||
           std::holds_alternative<faults::AgentHang>(line.fault);
  });
  return profile;
}

}  // namespace

#ifdef NDEBUG
constexpr std::uint64_t explored_workflows = 600;
#else
constexpr std::uint64_t explored_workflows = 100;  // builds that look at each access take a minute for these
#endif

TEST_SUITE("law 8: stuck is stable") {
  TEST_CASE("no schedule of a random workflow moves what is stuck, and at the end nothing hangs unseen") {
    Explored all;
    for (std::uint64_t seed = 1; seed <= explored_workflows; ++seed) {
      RandomCrew random{seed};
      const Explored explored = explore(random.crew.model, 300);
      CHECK_MESSAGE(explored.trouble.empty(), "seed " << seed << ": " << explored.trouble);
      all.states += explored.states;
      all.with_stuck += explored.with_stuck;
      all.deadlocks += explored.deadlocks;
      all.orphans += explored.orphans;
      all.ends += explored.ends;
    }
    // The test says nothing about what it does not meet.
    CHECK(all.states > explored_workflows * 80);
    CHECK(all.with_stuck > explored_workflows * 16);
    CHECK(all.deadlocks > explored_workflows * 5 / 3);
    CHECK(all.orphans > explored_workflows * 5 / 3);
    CHECK(all.ends > explored_workflows * 5 / 3);
    MESSAGE(all.states << " states, " << all.with_stuck << " with something stuck, " << all.deadlocks << " deadlocks, "
                       << all.orphans << " orphans, " << all.ends << " ends");
  }

  TEST_CASE("nor does a timed run of a whole workflow, whatever happens to its messages") {
    std::size_t met = 0;
    for (const laws::Subject& subject : laws::zoo()) {
      const faults::Armed armed{subject.model, without_crashes(subject.faults)};
      for (std::uint64_t seed = 1; seed <= effort(100U); ++seed) {
        laws::Play play{subject.model, seed, &armed};
        std::vector<Position> stuck;
        std::vector<std::uint32_t> instance;  // its number: rows of an instance that has closed are used again
        do {
          for (std::size_t s = 0; s < stuck.size(); ++s) {
            const Row row = play.world.activation(stuck[s].row).instance;
            const bool closed =
                row != no_row && (play.world.instance(row).live == 0 || play.world.instance(row).number != instance[s]);
            if (!closed && position_of(play.world, stuck[s].row) != stuck[s]) {
              FAIL_CHECK(subject.name << ", seed " << seed << ": "
                                      << agent_name(subject.model, play.world, stuck[s].agent)
                                      << " was stuck and moves");
            }
          }
          stuck.clear();
          instance.clear();
          for (const Row row : find_stuck(subject.model, play.world).rows) {
            stuck.push_back(position_of(play.world, row));
            const Row of = play.world.activation(row).instance;
            instance.push_back(of == no_row ? 0 : play.world.instance(of).number);
          }
          met += stuck.size();
        } while (play.step());
        const bool over = play.world.calendar.empty() && play.world.header().live_instances == 0;
        if (over && subject.model.load.instances == 1) {
          CHECK_MESSAGE(hanging(play.world) == sorted_rows(find_stuck(subject.model, play.world)),
                        subject.name << ", seed " << seed);
        }
      }
    }
    CHECK(met > effort(1'000U));
  }
}
