// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include "sim/agent.hpp"
#include "tests/sim/acting.hpp"

namespace squall::sim::testing {
namespace {

using Lines = std::vector<std::string>;

Step publish(TopicId id, std::int64_t n) {
  return [=](Turn& turn, const Wake&) {
    const std::int64_t fields[8] = {n};
    turn.publish({.topic = id, .present = 1, .fields = fields}, ask(turn));
  };
}

/// Every message takes 1 ms. `job` is the published topic.
struct Desk : Stage {
  Notes notes;
  TopicId job;
  explicit Desk(TopicInfo info) {
    info.name = "job";
    if (info.field_names.empty()) info.field_names = {"n"};
    job = topic(*this, info);
    model.network.latency = Distribution::constant(1ms);
  }
  /// Waits for a job once; notes it.
  Acting for_jobs() const { return {.waits = {{{.topic = job}}}}; }
  Step told() {
    return [this](Turn& turn, const Wake& wake) {
      notes.add(turn, "{}: {}", agent_name(turn.model(), turn.world, turn.self), read_taken(turn, wake.row));
    };
  }
  /// Handles jobs: `steps` from 0 on.
  DefinitionId handler(std::string name, std::vector<Step> steps, std::uint32_t replicas = 1,
                       std::uint32_t concurrency = 1) {
    return actor(*this, std::move(name), std::move(steps),
                 {.set = [this, replicas, concurrency](Definition& definition) {
                   definition.has_root = false;
                   definition.handlers = {{.topic = job, .pc = 0}};
                   definition.replicas = replicas;
                   definition.concurrency = concurrency;
                 }});
  }
  /// A handler's step: which job it has.
  Step job_of(const char* text = "") {
    return [this, text](Turn& turn, const Wake&) {
      notes.add(turn, "{}: {}{}", agent_name(turn.model(), turn.world, turn.self), text,
                turn.world.fields(turn.row().message)[0]);
    };
  }
};

TEST_SUITE("broadcasts") {
  Desk broadcast(std::uint32_t retain = 0, bool numbered = false) {
    TopicInfo info;
    info.mode = TopicInfo::Mode::broadcast;
    info.retain = retain;
    if (numbered) {
      info.field_names = {"n", "seq"};
      info.sequence_field = 1;
    }
    return Desk(info);
  }
  Step subscribe(const Desk& desk, std::uint32_t from) {
    return [id = desk.job, from](Turn& turn, const Wake&) { turn.subscribe(id, from, ask(turn)); };
  }

  TEST_CASE("all receive what is published while they are subscribed, and nothing else") {
    Desk stage = broadcast();
    actor(stage, "publisher", {sleep(10ms), publish(stage.job, 1), sleep(10ms), publish(stage.job, 2), finish()});
    actor(stage, "early", {subscribe(stage, unlimited), receive(0), stage.told(), receive(0), stage.told(), finish()},
          stage.for_jobs());
    actor(stage, "late", {sleep(15ms), subscribe(stage, unlimited), receive(0), stage.told(), finish()},
          stage.for_jobs());
    actor(stage, "deaf", {receive(0), stage.told(), finish()}, stage.for_jobs());
    const DefinitionId from_start =
        actor(stage, "declared", {receive(0), stage.told(), receive(0), stage.told(), finish()}, stage.for_jobs());
    stage.model.topics[0].subscribers = {from_start};
    stage.timed();
    CHECK(stage.notes.lines == Lines{"11ms declared: job 1 from publisher", "11ms early: job 1 from publisher",
                                     "21ms declared: job 2 from publisher", "21ms early: job 2 from publisher",
                                     "21ms late: job 2 from publisher"});
    CHECK(stage.watcher.of(Seen::dead_letter).empty());
  }

  TEST_CASE("subscribing twice changes nothing") {
    Desk stage = broadcast();
    actor(stage, "reader",
          {subscribe(stage, unlimited), subscribe(stage, unlimited), receive(0), stage.told(), finish()},
          stage.for_jobs());
    actor(stage, "publisher", {sleep(10ms), publish(stage.job, 1), finish()});
    const World world = stage.timed();
    CHECK(stage.notes.lines == Lines{"11ms reader: job 1 from publisher"});
    CHECK(in_use(world, Pool::messages) == 0);
    CHECK(in_use(world, Pool::subscriptions) == 1);
  }

  TEST_CASE("published to nobody: a dead letter") {
    Desk stage = broadcast();
    actor(stage, "publisher", {publish(stage.job, 1), finish()});
    const World world = stage.timed();
    REQUIRE(stage.watcher.of(Seen::dead_letter).size() == 1);
    CHECK(stage.watcher.of(Seen::dead_letter)[0].what.topic == stage.job);
    CHECK(world.clock().dead_letters == 1);
    CHECK(in_use(world, Pool::messages) == 0);
  }

  TEST_CASE("late subscribers catch up with what is retained, as far back as they ask") {
    for (const auto& [from, expected] :
         std::map<std::uint32_t, Lines>{{0,
                                         {"11ms reader: job 1 from publisher", "11ms reader: job 2 from publisher",
                                          "11ms reader: job 3 from publisher"}},
                                        {2,
                                         {"11ms reader: job 2 from publisher", "11ms reader: job 3 from publisher",
                                          "21ms reader: job 4 from publisher"}},
                                        {unlimited, {"21ms reader: job 4 from publisher"}}}) {
      Desk stage = broadcast(unlimited);
      stage.model.network.fifo = true;
      actor(stage, "publisher",
            {publish(stage.job, 1), publish(stage.job, 2), publish(stage.job, 3), sleep(20ms), publish(stage.job, 4),
             finish()});
      actor(stage, "reader",
            {sleep(10ms), subscribe(stage, from), receive(0), stage.told(), receive(0), stage.told(), receive(0),
             stage.told(), finish()},
            stage.for_jobs());
      stage.timed();
      CHECK(stage.notes.lines == expected);
    }
  }

  TEST_CASE("only so many are retained, and they keep their numbers") {
    Desk stage = broadcast(2, true);
    const auto told = [&](Turn& turn, const Wake& wake) {
      stage.notes.add(turn, "{} is number {}", turn.world.fields(wake.row)[0], turn.world.fields(wake.row)[1]);
      turn.release_message(wake.row);
    };
    actor(stage, "publisher", {publish(stage.job, 10), publish(stage.job, 20), publish(stage.job, 30), finish()});
    actor(stage, "reader", {sleep(10ms), subscribe(stage, 0), receive(0), told, receive(0), told, finish()},
          stage.for_jobs());
    const World world = stage.timed();
    CHECK(stage.notes.lines == Lines{"11ms 20 is number 2", "11ms 30 is number 3"});
    CHECK(in_use(world, Pool::messages) == 2);  // retained
  }

  TEST_CASE("instances neither hear nor number one another's messages") {
    Desk stage = broadcast(unlimited, true);
    stage.model.load = {.instances = 2, .every = Distribution::constant(15ms)};
    const auto told = [&](Turn& turn, const Wake& wake) {
      const MessageRow& message = turn.world.message(wake.row);
      stage.notes.add(turn, "instance {}: number {} of instance {}", turn.world.instance(turn.instance).number,
                      turn.world.fields(wake.row)[1], turn.world.instance(message.instance).number);
      turn.release_message(wake.row);
    };
    const auto second_only = [&](Turn& turn, const Wake&) {
      if (turn.world.instance(turn.instance).number == 1) turn.subscribe(stage.job, unlimited, ask(turn));
    };
    const Step publish_one = publish(stage.job, 1);
    actor(stage, "publisher", {sleep(10ms), publish_one, sleep(10ms), publish_one, sleep(20ms), finish()});
    actor(stage, "reader", {subscribe(stage, 0), receive(0), told, finish()}, stage.for_jobs());
    actor(stage, "picky", {second_only, finish()});
    const World world = stage.timed();
    // The first instance publishes at 10 and 20 ms, the second one, which begins at 15 ms, at 25 and 35 ms.
    CHECK(stage.notes.lines ==
          Lines{"11ms instance 0: number 1 of instance 0", "26ms instance 1: number 1 of instance 1"});
    CHECK(stage.watcher.of(Seen::sent).size() == 2 + 2 * 2);  // only the second one's go to `picky` as well
    CHECK(in_use(world, Pool::messages) == 0);                // what was retained is gone with its instance
    CHECK(in_use(world, Pool::subscriptions) == 0);
  }

  TEST_CASE("spawned members receive what their definition receives while they live") {
    Desk stage = broadcast();
    const DefinitionId child =
        actor(stage, "child", {receive(0), stage.told(), finish()},
              {.waits = {{{.topic = stage.job}}}, .set = [](Definition& d) { d.start = Start::spawned; }});
    stage.model.topics[0].subscribers = {child};
    const auto spawn = [child](Turn& turn, const Wake&) { turn.spawn(child, {}, OnParentEnd::orphan, ask(turn)); };
    actor(stage, "parent",
          {spawn, spawn, sleep(5ms), publish(stage.job, 1), sleep(5ms), publish(stage.job, 2), finish()});
    stage.timed();
    CHECK(stage.notes.lines == Lines{"6ms child[0]: job 1 from parent", "6ms child[1]: job 1 from parent"});
    CHECK(stage.watcher.of(Seen::dead_letter).size() == 1);  // both had ended when 2 was published
  }

  TEST_CASE("each receiver has its own latency") {
    Desk stage = broadcast();
    stage.model.network.latency = Distribution::uniform(1ms, 1h);
    actor(stage, "left", {subscribe(stage, unlimited), receive(0), stage.told(), finish()}, stage.for_jobs());
    actor(stage, "right", {subscribe(stage, unlimited), receive(0), stage.told(), finish()}, stage.for_jobs());
    actor(stage, "publisher", {sleep(10ms), publish(stage.job, 1), finish()});
    stage.timed();
    const auto delivered = stage.watcher.of(Seen::delivered);
    REQUIRE(delivered.size() == 2);
    CHECK(delivered[0].at != delivered[1].at);
  }

  TEST_CASE("each retained message has its own latency") {
    Desk stage = broadcast(unlimited);
    stage.model.network.latency = Distribution::uniform(1ms, 1h);
    actor(stage, "publisher", {publish(stage.job, 1), publish(stage.job, 2), finish()});
    actor(stage, "late", {sleep(10ms), subscribe(stage, 0), finish()});
    stage.timed();
    const auto delivered = stage.watcher.of(Seen::delivered);
    REQUIRE(delivered.size() == 2);
    CHECK(delivered[0].at != delivered[1].at);
  }

  TEST_CASE("one more receiver does not move the others' draws") {
    const auto arrival = [](bool another) {
      Desk stage = broadcast();
      stage.model.network.latency = Distribution::uniform(1ms, 1s);
      actor(stage, "reader", {subscribe(stage, unlimited), receive(0), stage.told(), finish()}, stage.for_jobs());
      actor(stage, "publisher", {sleep(10ms), publish(stage.job, 1), finish()});
      if (another)
        actor(stage, "another",
              {subscribe(stage, unlimited), receive(0), [](Turn& t, const Wake& w) { read_taken(t, w.row); }, finish()},
              stage.for_jobs());
      stage.timed();
      return stage.notes.lines.at(0);
    };
    CHECK(arrival(false) == arrival(true));
  }
}

TEST_SUITE("queues") {
  Desk queue(Ack ack = Ack::receive, Duration redeliver = {}, std::uint32_t max = 0) {
    TopicInfo info;
    info.mode = TopicInfo::Mode::queue;
    info.ack = ack;
    info.redeliver_after = redeliver;
    info.redeliver_max = max;
    return Desk(info);
  }

  TEST_CASE("each message goes to one taker, whoever has waited for longest") {
    Desk stage = queue();
    actor(stage, "second", {sleep(2ms), receive(0), stage.told(), finish()}, stage.for_jobs());
    actor(stage, "first", {sleep(1ms), receive(0), stage.told(), finish()}, stage.for_jobs());
    actor(stage, "publisher", {sleep(10ms), publish(stage.job, 1), sleep(10ms), publish(stage.job, 2), finish()});
    stage.timed();
    CHECK(stage.notes.lines == Lines{"11ms first: job 1 from publisher", "21ms second: job 2 from publisher"});
  }

  TEST_CASE("a message that nobody can take stays, in order, until somebody asks") {
    Desk stage = queue();
    actor(stage, "publisher", {publish(stage.job, 1), publish(stage.job, 2), publish(stage.job, 3), finish()});
    actor(stage, "reader", {sleep(10ms), receive(0), stage.told(), receive(0), stage.told(), finish()},
          stage.for_jobs());
    const World world = stage.timed();
    CHECK(stage.notes.lines == Lines{"10ms reader: job 1 from publisher", "10ms reader: job 2 from publisher"});
    CHECK(in_use(world, Pool::messages) == 1);
    CHECK(stage.watcher.of(Seen::dead_letter).empty());
  }

  TEST_CASE("a demand for several messages takes none before all are there") {
    Desk stage = queue();
    actor(stage, "pairs", {receive(0), stage.told(), finish()},
          {.waits = {{{.topic = stage.job, .count_min = 2, .count_max = 2}}}});
    actor(stage, "publisher", {publish(stage.job, 1), sleep(10ms), publish(stage.job, 2), finish()});
    stage.timed();
    CHECK(stage.notes.lines == Lines{"11ms pairs: job 1 from publisher, job 2 from publisher"});
  }

  TEST_CASE("handlers take in turns while they are free, and what had to wait when they are free again") {
    Desk stage = queue();
    stage.handler("worker", {stage.job_of(), sleep(10ms), finish()}, 2);
    actor(stage, "publisher",
          {publish(stage.job, 1), publish(stage.job, 2), publish(stage.job, 3), sleep(50ms), publish(stage.job, 4),
           finish()});
    stage.timed();
    // Both are busy until 11 ms; then the first takes what waits. After that it is the turn of the other one.
    CHECK(stage.notes.lines == Lines{"1ms worker[0]: 1", "1ms worker[1]: 2", "11ms worker[0]: 3", "51ms worker[1]: 4"});
  }

  TEST_CASE("a program that waits goes before a handler that is free") {
    Desk stage = queue();
    stage.handler("server", {stage.job_of(), finish()});
    actor(stage, "reader", {receive(0), stage.told(), finish()}, stage.for_jobs());
    actor(stage, "publisher", {sleep(1ms), publish(stage.job, 1), publish(stage.job, 2), finish()});
    stage.timed();
    CHECK(stage.notes.lines == Lines{"2ms reader: job 1 from publisher", "2ms server: 2"});
  }

  TEST_CASE("a program takes only messages of its own instance, a handler any") {
    Desk stage = queue();
    stage.model.load = {.instances = 2, .every = Distribution::constant(5ms)};
    const auto told = [&](Turn& turn, const Wake& wake) {
      stage.notes.add(turn, "instance {} of {}", turn.world.instance(turn.world.message(wake.row).instance).number,
                      turn.world.instance(turn.instance).number);
      turn.release_message(wake.row);
    };
    // The first instance's reader comes when its message has waited for long, as has the second one's for its message.
    const auto publish_late = [&](Turn& turn, const Wake& wake) { publish(stage.job, 1)(turn, wake); };
    actor(stage, "publisher", {publish_late, finish()});
    actor(stage, "reader", {sleep(20ms), receive(0), told, finish()}, stage.for_jobs());
    const World world = stage.timed();
    CHECK(stage.notes.lines == Lines{"20ms instance 0 of 0", "25ms instance 1 of 1"});
    CHECK(in_use(world, Pool::messages) == 0);
  }

  TEST_CASE("what an instance leaves in a queue goes with it") {
    Desk stage = queue();
    stage.model.load = {.instances = 2, .every = Distribution::constant(5ms)};
    actor(stage, "publisher", {publish(stage.job, 1), finish()});
    const World world = stage.timed();
    CHECK(in_use(world, Pool::messages) == 0);
  }

  struct Taker {
    std::int64_t heard = 0;
    void on_message(Turn&, const Message& message) { heard = heard * 10 + message.field(0); }
  };

  TEST_CASE("struct agents take in turns; a restarted one is offered what has waited") {
    Desk stage = queue();
    const DefinitionId taker = add_agent(stage.model, "taker", Taker{}, 2);
    stage.model.topics[0].subscribers = {taker};
    actor(stage, "publisher",
          {publish(stage.job, 1), publish(stage.job, 2), publish(stage.job, 3), sleep(20ms), publish(stage.job, 4),
           publish(stage.job, 5), finish()});
    SUBCASE("in turns") {
      const World world = stage.timed();
      CHECK(world.cells(AgentId{0})[0] == 135);
      CHECK(world.cells(AgentId{1})[0] == 24);
    }
    SUBCASE("restarted") {
      const Crashes crashes{{.at = 10ms, .agent = AgentId{0}, .restart_after = 90ms},
                            {.at = 10ms, .agent = AgentId{1}}};
      const World world = stage.timed(1, &crashes);
      CHECK(world.cells(AgentId{0})[0] == 45);
    }
  }

  TEST_CASE("taken means acknowledged, unless the topic says at the end") {
    Desk stage = queue(Ack::receive);
    stage.handler("worker", {stage.job_of(), finish(Ending::failed, Error::failed)});
    actor(stage, "publisher", {publish(stage.job, 1), finish()});
    const World world = stage.timed();
    CHECK(stage.notes.lines == Lines{"1ms worker: 1"});
    CHECK(stage.watcher.of(Seen::acked).empty());
    CHECK(in_use(world, Pool::messages) == 0);
  }

  TEST_CASE(
      "a handler that ends well acknowledges; one that fails gets the message again, as late as a message travels") {
    Desk stage = queue(Ack::end);
    int tries = 0;
    std::vector<std::uint64_t> drawn;
    const auto third_time = [&](Turn& turn, const Wake&) {
      drawn.push_back(turn.base(ask(turn)));
      turn.end(++tries == 3 ? Ending::ok : Ending::failed);
    };
    stage.handler("worker", {stage.job_of(), sleep(10ms), third_time});
    actor(stage, "publisher", {publish(stage.job, 1), finish()});
    const World world = stage.timed();
    CHECK(stage.notes.lines == Lines{"1ms worker: 1", "12ms worker: 1", "23ms worker: 1"});
    REQUIRE(stage.watcher.of(Seen::acked).size() == 1);
    CHECK(stage.watcher.of(Seen::acked)[0].at == 33ms);
    CHECK(in_use(world, Pool::messages) == 0);
    CHECK(in_use(world, Pool::deliveries) == 0);
    // Each try is a new one: else what failed by a draw would fail for ever.
    REQUIRE(drawn.size() == 3);
    CHECK(drawn[0] != drawn[1]);
    CHECK(drawn[1] != drawn[2]);
  }

  TEST_CASE("a crash of the taker gives its message to another one, or keeps it for the restart") {
    for (const std::uint32_t workers : {1U, 2U}) {
      Desk stage = queue(Ack::end);
      stage.handler("worker", {stage.job_of(), sleep(10ms), finish()}, workers);
      actor(stage, "publisher", {publish(stage.job, 1), finish()});
      const Crashes crashes{{.at = 5ms, .agent = AgentId{0}, .restart_after = 50ms}};
      const World world = stage.timed(1, &crashes);
      CHECK(stage.notes.lines ==
            (workers == 1 ? Lines{"1ms worker: 1", "55ms worker: 1"} : Lines{"1ms worker[0]: 1", "5ms worker[1]: 1"}));
      CHECK(in_use(world, Pool::messages) == 0);
    }
  }

  TEST_CASE("a program acknowledges what it received when it ends, or by hand before") {
    for (const bool by_hand : {false, true}) {
      Desk stage = queue(Ack::end);
      const auto took = [&, by_hand](Turn& turn, const Wake& wake) {
        if (by_hand) turn.acknowledge(wake.row);
        stage.notes.add(turn, "{}", read_taken(turn, wake.row));
      };
      actor(stage, "reader", {receive(0), took, sleep(10ms), finish(Ending::failed)}, stage.for_jobs());
      actor(stage, "other", {sleep(5ms), receive(0), took, finish()}, stage.for_jobs());
      actor(stage, "publisher", {publish(stage.job, 1), finish()});
      const World world = stage.timed();
      CHECK(stage.notes.lines == (by_hand ? Lines{"1ms job 1 from publisher"}
                                          : Lines{"1ms job 1 from publisher", "12ms job 1 from publisher"}));
      CHECK(in_use(world, Pool::messages) == 0);
      CHECK(in_use(world, Pool::deliveries) == 0);
    }
  }

  TEST_CASE("several unacknowledged messages come again in the order in which they were taken") {
    Desk stage = queue(Ack::end);
    actor(stage, "reader", {receive(0), stage.told(), receive(0), stage.told(), finish(Ending::failed)},
          stage.for_jobs());
    actor(stage, "other", {sleep(50ms), receive(0), stage.told(), receive(0), stage.told(), finish()},
          stage.for_jobs());
    actor(stage, "publisher", {publish(stage.job, 1), publish(stage.job, 2), finish()});
    stage.timed();
    CHECK(stage.notes.lines == Lines{"1ms reader: job 1 from publisher", "1ms reader: job 2 from publisher",
                                     "50ms other: job 1 from publisher", "50ms other: job 2 from publisher"});
  }

  TEST_CASE("with a time for redelivery, a taker that is too slow works on a message that another one has as well") {
    Desk stage = queue(Ack::end, 30ms, 5);
    stage.handler("worker", {stage.job_of(), sleep(40ms), stage.job_of("done "), finish()}, 2);
    actor(stage, "publisher", {publish(stage.job, 1), finish()});
    const World world = stage.timed();
    // Taken at 1 ms and again at 31 ms; the second taker is done at 71 ms, but the third delivery came at 61 ms.
    // From then on one or the other is always at it until 5 redeliveries are used up: at 31, 61, 91, 121 and 151 ms.
    const auto taken = std::ranges::count_if(stage.notes.lines,
                                             [](const std::string& l) { return l.find("done") == std::string::npos; });
    CHECK(taken == 6);
    CHECK(stage.notes.lines[0] == "1ms worker[0]: 1");
    CHECK(stage.notes.lines[1] == "31ms worker[1]: 1");
    CHECK(stage.notes.lines[2] == "41ms worker[0]: done 1");
    CHECK(in_use(world, Pool::messages) == 0);
    CHECK(in_use(world, Pool::deliveries) == 0);
  }

  TEST_CASE("a taker in time acknowledges, and the redelivery does not come") {
    Desk stage = queue(Ack::end, 30ms, 5);
    stage.handler("worker", {stage.job_of(), sleep(20ms), finish()});
    actor(stage, "publisher", {publish(stage.job, 1), finish()});
    const World world = stage.timed();
    CHECK(stage.notes.lines == Lines{"1ms worker: 1"});
    CHECK(world.clock().stale_timers == 1);
  }

  TEST_CASE("after so many redeliveries a message is a dead letter") {
    Desk stage = queue(Ack::end, 30ms, 2);
    stage.handler("worker", {stage.job_of(), finish(Ending::failed)});
    actor(stage, "publisher", {publish(stage.job, 1), finish()});
    const World world = stage.timed();
    // Failing at once changes nothing: the topic says when it comes again.
    CHECK(stage.notes.lines == Lines{"1ms worker: 1", "31ms worker: 1", "61ms worker: 1"});
    REQUIRE(stage.watcher.of(Seen::dead_letter).size() == 1);
    CHECK(stage.watcher.of(Seen::dead_letter)[0].at == 91ms);
    CHECK(in_use(world, Pool::messages) == 0);
    CHECK(in_use(world, Pool::deliveries) == 0);
  }
}

TEST_SUITE("mailboxes that are acknowledged at the end") {
  TEST_CASE("a handled message outlives the crash of its handler where the mailbox does") {
    for (const bool survives : {false, true}) {
      Desk stage{TopicInfo{}};
      const DefinitionId server = stage.handler("server", {stage.job_of(), sleep(10ms), finish()});
      stage.model.definitions[index(server)].ack = Ack::end;
      stage.model.definitions[index(server)].survives = survives;
      const auto send = [&](Turn& turn, const Wake&) {
        const std::int64_t fields[] = {1};
        turn.send({.to = AgentId{0}, .topic = stage.job, .present = 1, .fields = fields}, ask(turn));
      };
      actor(stage, "client", {send, finish()});
      const Crashes crashes{{.at = 5ms, .agent = AgentId{0}, .restart_after = 50ms}};
      const World world = stage.timed(1, &crashes);
      CHECK(stage.notes.lines == (survives ? Lines{"1ms server: 1", "55ms server: 1"} : Lines{"1ms server: 1"}));
      CHECK(stage.watcher.of(Seen::dead_letter).size() == (survives ? 0 : 1));
      CHECK(in_use(world, Pool::messages) == 0);
    }
  }
}

}  // namespace
}  // namespace squall::sim::testing
