// SPDX-License-Identifier: Apache-2.0
#include "sim/lineage.hpp"

#include "sim/context.hpp"
#include "sim/detail/kernel.hpp"

#include "tests/sim/stage.hpp"

namespace squall::sim {
namespace {

using namespace testing;
using namespace std::chrono_literals;

/// One agent makes things in one turn; what it made lives as long as the test wants.
class Workshop {
 public:
  Stage stage;
  ArtifactName plan = stage.artifact("plan");
  ArtifactName code = stage.artifact("code");

  /// Runs `work` as a turn of each member of one definition; then everything has to be given back.
  void run(const Step& work, std::uint32_t members = 1) {
    stage.agent("maker", {work}, members);
    const World world = stage.timed();
    CHECK(in_use(world, Pool::artifacts) == 0);
  }
};

std::uint64_t identity(const Turn& turn, Row artifact) { return turn.world.artifact(artifact).identity; }

Row make(Turn& turn, ArtifactName name, std::initializer_list<Row> from = {}, bool sound = true) {
  return turn.make(name, std::span<const Row>(from.begin(), from.size()), sound);
}

void give_back(Turn& turn, std::initializer_list<Row> artifacts) {
  for (const Row artifact : artifacts) turn.release_artifact(artifact);
}

TEST_SUITE("lineage") {
  TEST_CASE("an artifact is what it is made of, not where it lies or when it was made") {
    Workshop shop;
    shop.run([&](Turn& turn, const Wake&) {
      const Row plan = make(turn, shop.plan);
      const Row again = make(turn, shop.plan);
      const Row code = make(turn, shop.code);
      const Row wrong = make(turn, shop.plan, {}, false);
      const Row derived = make(turn, shop.code, {plan});
      const Row rederived = make(turn, shop.code, {again});
      CHECK(plan != again);
      CHECK(identity(turn, plan) == identity(turn, again));
      CHECK(turn.world.artifact(plan).version == 1);
      CHECK(turn.world.artifact(again).version == 2);
      CHECK(identity(turn, plan) != identity(turn, code));
      CHECK(identity(turn, plan) != identity(turn, wrong));
      CHECK(identity(turn, code) != identity(turn, derived));
      CHECK(identity(turn, derived) == identity(turn, rederived));
      give_back(turn, {plan, again, code, wrong, derived, rederived});
    });
  }

  TEST_CASE("two producers make two things") {
    Workshop shop;
    std::vector<std::uint64_t> identities;
    shop.run(
        [&](Turn& turn, const Wake&) {
          const Row plan = make(turn, shop.plan);
          identities.push_back(identity(turn, plan));
          give_back(turn, {plan});
        },
        2);
    REQUIRE(identities.size() == 2);
    CHECK(identities[0] != identities[1]);
  }

  TEST_CASE("what was seen goes into what is made, in whatever order and however often") {
    Workshop shop;
    std::vector<std::uint64_t> identities;
    shop.run(
        [&](Turn& turn, const Wake&) {
          // Members share no lineage: each sees its own plan and code, here made to be equal by parents alone.
          const Row plan = make(turn, shop.plan);
          const Row code = make(turn, shop.code);
          const Row alone = make(turn, shop.code);
          turn.see(plan);
          const Row with_plan = make(turn, shop.code);
          turn.see(code);
          turn.see(plan);
          const Row with_both = make(turn, shop.code);
          const Row other_order = make(turn, shop.code, {code, plan, plan});
          CHECK(identity(turn, alone) != identity(turn, with_plan));
          CHECK(identity(turn, with_plan) != identity(turn, with_both));
          CHECK(identity(turn, with_both) == identity(turn, other_order));
          give_back(turn, {plan, code, alone, with_plan, with_both, other_order});
        },
        2);
  }

  TEST_CASE("named parents replace what was seen") {
    Workshop shop;
    shop.run([&](Turn& turn, const Wake&) {
      const Row plan = make(turn, shop.plan);
      const Row code = make(turn, shop.code);
      const Row from_code = make(turn, shop.plan, {code});
      turn.see(plan);
      const Row still_from_code = make(turn, shop.plan, {code});
      CHECK(identity(turn, from_code) == identity(turn, still_from_code));
      give_back(turn, {plan, code, from_code, still_from_code});
    });
  }

  TEST_CASE("what derives from an unsound artifact is unsound, and names the first of them") {
    Workshop shop;
    shop.run([&](Turn& turn, const Wake&) {
      const Row sound = make(turn, shop.plan);
      const Row wrong = make(turn, shop.plan, {}, false);
      const Row child = make(turn, shop.code, {sound, wrong});
      const Row grandchild = make(turn, shop.code, {child}, false);
      CHECK(turn.world.artifact(sound).sound == 1);
      CHECK(turn.world.artifact(sound).first_unsound == no_row);
      CHECK(turn.world.artifact(wrong).first_unsound == wrong);
      CHECK(turn.world.artifact(child).sound == 0);
      CHECK(turn.world.artifact(child).first_unsound == wrong);
      CHECK(turn.world.artifact(grandchild).first_unsound == wrong);
      give_back(turn, {sound, wrong, child});
      CHECK(turn.world.artifact(wrong).references == 1);  // the grandchild still names it
      turn.see(grandchild);
      give_back(turn, {grandchild});
      const Row later = make(turn, shop.code);
      CHECK(turn.world.artifact(later).first_unsound == wrong);
      give_back(turn, {later});
    });
  }

  TEST_CASE("an artifact spoilt on its way is another one; its original stays sound") {
    Workshop shop;
    shop.run([&](Turn& turn, const Wake&) {
      const Row plan = make(turn, shop.plan);
      const Row spoilt = detail::spoil(turn.world, plan);
      const Row twice = detail::spoil(turn.world, spoilt);
      CHECK(turn.world.artifact(plan).sound == 1);
      CHECK(turn.world.artifact(spoilt).sound == 0);
      CHECK(turn.world.artifact(spoilt).first_unsound == spoilt);
      CHECK(turn.world.artifact(twice).first_unsound == spoilt);
      CHECK(identity(turn, plan) != identity(turn, spoilt));
      CHECK(turn.world.artifact(spoilt).name == shop.plan);
      give_back(turn, {plan, spoilt, twice});
    });
  }

  TEST_CASE("a fault that corrupts a message spoils what travels in it, copies too, and not what its sender keeps") {
    for (const bool corrupts : {false, true}) {
      Workshop shop;
      shop.stage.model.topics.emplace_back().name = "plan";
      shop.stage.agent("receiver", {});
      const KeyId kept = shop.stage.key("kept");
      shop.stage.agent("author", {[&](Turn& turn, const Wake&) {
                         const Row plan = make(turn, shop.plan);
                         turn.write(kept, 0, plan, ask(turn));
                         turn.send({.to = AgentId{0}, .topic = TopicId{0}, .artifact = plan}, ask(turn));
                         give_back(turn, {plan});
                       }});
      const OneFault fault{Strike::send, {.copies = 2, .changed = corrupts ? std::uint64_t{1} << 63 : 0}};
      const World world = shop.stage.timed(1, &fault);
      CHECK(world.artifact(key_of(world, shop.stage.model, kept, 0).version(1).artifact).sound == 1);
      int arrived = 0;
      for (Row m = world.agent(AgentId{0}).box_head; m != no_row; m = world.message(m).next, ++arrived) {
        CHECK((world.artifact(world.message(m).artifact).sound == 0) == corrupts);
      }
      CHECK(arrived == 3);
    }
  }

  TEST_CASE("a shared summary is copied when one of its holders sees more") {
    Workshop shop;
    shop.run([&](Turn& turn, const Wake&) {
      const Row plan = make(turn, shop.plan);
      const Row code = make(turn, shop.code);
      turn.see(plan);
      const Row shared = turn.row().seen;
      turn.retain_artifact(shared);  // as a branch or a checkpoint does
      const std::uint64_t before = identity(turn, shared);
      turn.see(plan);
      CHECK(turn.row().seen == shared);
      turn.see(code);
      CHECK(turn.row().seen != shared);
      CHECK(identity(turn, shared) == before);
      CHECK(turn.world.artifact(shared).references == 1);
      // The join of a branch's end brings it back.
      detail::see(turn.world, turn.run, turn.activation, shared);
      const Row own = turn.row().seen;
      CHECK((identity(turn, own) & before) == before);
      give_back(turn, {plan, code, shared});
    });
  }

  TEST_CASE("a tracked key leaves the lowest and the highest version in all that rests on it") {
    Workshop shop;
    const KeyId rules = shop.stage.key({.name = "rules", .has_initial = true, .tracked = 0});
    const KeyId notes = shop.stage.key("notes");
    const KeyId price = shop.stage.key({.name = "price", .tracked = 0});
    const auto read = [](Turn& turn, KeyId key) { turn.read(key, ask(turn)); };
    const auto write = [](Turn& turn, KeyId key) { turn.write(key, 1, no_row, ask(turn)); };
    shop.run([&](Turn& turn, const Wake&) {
      CHECK(turn.model().tracked == 2);
      read(turn, rules);
      read(turn, notes);
      const Row agreed = make(turn, shop.plan);
      write(turn, rules);
      write(turn, rules);
      write(turn, price);
      read(turn, rules);
      read(turn, price);
      const Row torn = make(turn, shop.code);
      const Row derived = make(turn, shop.code, {torn});
      // Versions are counted plus 1: 0 is a key never seen.
      CHECK(tracked(turn.world, turn.model(), agreed)[0] == VersionRange{1, 1});
      CHECK(tracked(turn.world, turn.model(), agreed)[1] == VersionRange{0, 0});
      CHECK(tracked(turn.world, turn.model(), torn)[0] == VersionRange{1, 3});
      CHECK(tracked(turn.world, turn.model(), torn)[1] == VersionRange{2, 2});
      CHECK(tracked(turn.world, turn.model(), derived)[0] == VersionRange{1, 3});
      give_back(turn, {agreed, torn, derived});
    });
  }

  TEST_CASE("reading a key hands on the artifact in it, and writing keeps it for those who come later") {
    Workshop shop;
    const KeyId key = shop.stage.key("plan");
    shop.stage.model.load.instances = 2;  // an instance that ends gives back what its keys hold
    shop.stage.model.load.every = Distribution::constant(10ms);
    shop.stage.agent("author", {[&](Turn& turn, const Wake&) {
                       const Row wrong = make(turn, shop.plan, {}, false);
                       turn.write(key, 0, wrong, ask(turn));
                       give_back(turn, {wrong});
                     }});
    int unsound = 0;
    shop.stage.agent("coder", {sleep(1ms), [&](Turn& turn, const Wake&) {
                                 turn.read(key, ask(turn));
                                 const Row made = make(turn, shop.code);
                                 unsound += turn.world.artifact(made).sound == 0 ? 1 : 0;
                                 give_back(turn, {made});
                               }});
    const World world = shop.stage.timed();
    CHECK(unsound == 2);
    CHECK(in_use(world, Pool::artifacts) == 0);
  }

  TEST_CASE("reading the same thing for ever makes no new lineage") {
    Workshop shop;
    shop.run([&](Turn& turn, const Wake&) {
      const Row plan = make(turn, shop.plan);
      turn.see(plan);
      const std::uint64_t once = identity(turn, turn.row().seen);
      for (int i = 0; i < 100; ++i) {
        const Row same = make(turn, shop.plan, {});
        turn.see(plan);
        give_back(turn, {same});
      }
      CHECK(identity(turn, turn.row().seen) == once);
      CHECK(turn.world.artifact(turn.row().seen).references == 1);
      give_back(turn, {plan});
    });
  }
}

}  // namespace
}  // namespace squall::sim
