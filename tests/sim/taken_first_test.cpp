// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/acting.hpp"

// Which message of a mailbox a wait takes: the oldest that meets it, whatever else lies there.
namespace squall::sim::testing {
namespace {

constexpr AgentId taker{0}, other{1}, third{2};

/// An agent finds a message from each of two senders, of the topics 67, 3 and 5 in this order, and takes what `wait` asks.
std::vector<std::string> taken_by(const std::vector<Source>& wait, int times) {
  Stage stage;
  stage.model.network.latency = Distribution::constant(1ms);
  std::vector<std::string> taken;
  for (int t = 0; t < 70; ++t) topic(stage, fmt::format("t{}", t).c_str(), {"x"});
  std::vector<Step> takes{sleep(50ms)};
  for (int n = 0; n < times; ++n) {
    takes.push_back([&](Turn& turn, const Wake&) {
      const Row message = turn.try_receive(0);
      taken.push_back(message == no_row ? "nothing" : read_taken(turn, message));
    });
  }
  actor(stage, "taker", takes, {.waits = {wait}});
  for (const int sender : {1, 2}) {
    std::vector<Step> sends{sleep(sender * 1ms)};
    for (const TopicId t : {TopicId{67}, TopicId{3}, TopicId{5}}) {
      sends.push_back([sender, t](Turn& turn, const Wake&) {
        const std::int64_t fields[] = {sender * 100 + index(t)};
        turn.send({.to = taker, .topic = t, .present = 1, .fields = fields}, ask(turn));
      });
      sends.push_back(sleep(10ms));
    }
    actor(stage, sender == 1 ? "other" : "third", sends);
  }
  stage.timed();
  return taken;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_SUITE("what a wait takes from a mailbox") {
  TEST_CASE("topics whose numbers differ by 64 are told apart") {
    CHECK(taken_by({{.topic = TopicId{3}}}, 3) == Lines{"t3 103 from other", "t3 203 from third", "nothing"});
    CHECK(taken_by({{.topic = TopicId{67}}}, 3) == Lines{"t67 167 from other", "t67 267 from third", "nothing"});
  }

  TEST_CASE("of several sources that can be met, arrival decides, not their order") {
    CHECK(taken_by({{.topic = TopicId{5}}, {.topic = TopicId{3}}}, 5) ==
          Lines{"t3 103 from other", "t3 203 from third", "t5 105 from other", "t5 205 from third", "nothing"});
  }

  TEST_CASE("a source may ask for a sender while another of the same wait does not") {
    const Source from_third{.topic = TopicId{3}, .from = Source::From::members, .first = third, .members = 1};
    const Source from_other{.topic = TopicId{3}, .from = Source::From::members, .first = other, .members = 1};
    CHECK(taken_by({from_third, {.topic = TopicId{5}}}, 4) ==
          Lines{"t3 203 from third", "t5 105 from other", "t5 205 from third", "nothing"});
    CHECK(taken_by({from_other, {.topic = TopicId{3}}}, 3) ==
          Lines{"t3 103 from other", "t3 203 from third", "nothing"});
    CHECK(taken_by({{.topic = any_topic, .from = Source::From::members, .first = third, .members = 1}}, 4) ==
          Lines{"t67 267 from third", "t3 203 from third", "t5 205 from third", "nothing"});
  }

  TEST_CASE("two messages at once are awaited whole, and one is left where it lies") {
    CHECK(taken_by({{.topic = TopicId{3}, .count_min = 2, .count_max = 2}, {.topic = TopicId{5}}}, 4) ==
          Lines{"t5 105 from other", "t5 205 from third", "t3 103 from other, t3 203 from third", "nothing"});
    CHECK(taken_by({{.topic = TopicId{3}, .count_min = 3, .count_max = 3}, {.topic = TopicId{67}}}, 3) ==
          Lines{"t67 167 from other", "t67 267 from third", "nothing"});
  }
}

}  // namespace squall::sim::testing
