// SPDX-License-Identifier: Apache-2.0
#include "sim/content.hpp"
#include "sim/digest.hpp"
#include "sim/effects.hpp"
#include "sim/resources.hpp"
#include "tests/sim/stage.hpp"

namespace squall::sim {
namespace {

using namespace testing;
using namespace std::chrono_literals;
using namespace literals;

/// Five agents, two instances, and every shared thing at once, in random order and with random times.
class Everything : public Stage {
 public:
  Everything() {
    model.load.instances = 2;
    model.load.every = Distribution::uniform(0ms, 20ms);
    model.keeps_effects = true;
    const Distribution lag = Distribution::uniform(0ms, 30ms);
    const Distribution latency = Distribution::uniform(1ms, 5ms);
    const ArtifactName draft = artifact("draft");
    const ResourceId lease = resource({.name = "lease", .kind = ResourceInfo::Kind::lease, .period = 4ms});
    const ResourceId seats = resource(
        {.name = "seats", .kind = ResourceInfo::Kind::semaphore, .slots = 2, .frees = ResourceInfo::Frees::on_end});
    const ResourceId calls = resource({.name = "calls", .kind = ResourceInfo::Kind::queue, .slots = 2, .period = 10ms});
    const std::vector<KeyId> keys{key({.name = "plan", .latency = latency, .versions = 3, .tracked = 0}),
                                  key({.name = "x", .consistency = Consistency::causal, .lag = lag}),
                                  key({.name = "y", .consistency = Consistency::causal, .lag = lag, .shared = true}),
                                  key({.name = "news",
                                       .consistency = Consistency::eventual,
                                       .lag = lag,
                                       .shared = true,
                                       .reducer = Reducer::sum}),
                                  key({.name = "stock", .consistency = Consistency::snapshot, .reducer = Reducer::max}),
                                  key({.name = "ledger", .fenced_by = lease})};
    const ToolId pay = tool({.name = "pay",
                             .latency = latency,
                             .error = 10_percent,
                             .dedup = 20ms,
                             .limited = true,
                             .limit = 3,
                             .limit_per = 10ms});
    std::vector<Step> steps;
    for (int round = 0; round < 12; ++round) {
      steps.push_back([=](Turn& turn, const Wake&) {
        const Question q = ask(turn);
        const std::uint32_t which = draw(turn, q, "key", 6);
        const KeyId id = keys[which];
        if (draw(turn, q, "read or write", 2) == 0) {
          turn.read(id, q);
        } else {
          const Row made = turn.make(draft, {}, draw(turn, q, "sound", 4) != 0);
          turn.write(id, round, made, q);
          turn.release_artifact(made);
        }
        turn.busy(TimerKind::latency, turn.context_latency(id, q));
      });
      steps.push_back([=](Turn& turn, const Wake&) {
        const Question q = ask(turn);
        const std::uint32_t key = draw(turn, q, "dedup key", 3);
        turn.call({.tool = pay, .key = key, .effect = key, .with = round}, q);
      });
      steps.push_back([=](Turn& turn, const Wake&) {
        const Question q = ask(turn);
        const ResourceId wanted[] = {lease, seats, calls};
        const std::uint32_t which = draw(turn, q, "resource", 3);
        // Not re-entrant: who holds it, gives it back.
        if (which != 2 && hold_of(turn.world, wanted[which], turn.activation) != no_row) {
          CHECK(turn.release(wanted[which]) == Error::none);
          return;
        }
        Error error{};
        turn.acquire(wanted[which], error, q);
      });
    }
    agent("worker", std::move(steps), 5);
  }

 private:
  static std::uint32_t draw(const Turn& turn, const Question& q, const char* what_for, std::uint32_t n) {
    return below(draw_value(turn.base(q), purpose(what_for)), n);
  }
};

TEST_SUITE("shared things together") {
  TEST_CASE("a world that goes on as a copy of itself goes on the same way") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      Everything straight, copied;
      copied.copies = true;
      const World a = straight.timed(seed);
      const World b = copied.timed(seed);
      CHECK(a.clock().events == b.clock().events);
      CHECK(digest(a, straight.model) == digest(b, copied.model));
      CHECK(Content{straight.model}.difference(a, b) == "");
    }
  }

  TEST_CASE(
      "whatever happened, the end leaves no call, no artifact that nobody refers to, and nothing of ended instances") {
    int finished = 0;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
      Everything stage;
      const World world = stage.timed(seed);
      CHECK(in_use(world, Pool::calls) == 0);
      if (in_use(world, Pool::instances) != 0) continue;  // seats kept by who waits for the lease, and the like
      ++finished;
      CHECK(in_use(world, Pool::activations) == 0);
      CHECK(in_use(world, Pool::holds) == 0);
      CHECK(in_use(world, Pool::effects) == 0);
      std::uint32_t shared = 0;  // versions of the shared keys keep their artifacts
      for (Row a = 0; a < world.used(Pool::artifacts); ++a) shared += world.artifact(a).references != 0 ? 1 : 0;
      CHECK(shared <= 2 * (2 * 8));
    }
    CHECK(finished > 10);
  }

  TEST_CASE("seeds differ") {
    Everything one, two;
    CHECK(digest(one.timed(1), one.model) != digest(two.timed(2), two.model));
  }
}

}  // namespace
}  // namespace squall::sim
