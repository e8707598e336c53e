// SPDX-License-Identifier: Apache-2.0
#include "tests/scenarios/linted.hpp"

// L05, L06, L07, L11, L17, L21: messages, shared state and what is held. Each rule with a workflow that it finds, and the same
// one apart from what mends it.
namespace squall::scenarios {

TEST_SUITE("lint L05: fields that nobody sends") {
  TEST_CASE("a wait asks for a field that no message of its topic has") {
    const std::string sender =
        "  b: {do: [{send: {to: a, topic: go, with: {n: 1}}}, {send: {to: c, topic: other, with: {recipient: 1}}}]}\n"
        "  c: {do: [{receive: other}]}\n";
    const LintFinding finding =
        finding_of("unfed-wait", "agents:\n  a: {do: [{receive: {topic: go, where: has(msg.recipient)}}]}\n" + sender);
    CHECK(finding.certain);
    CHECK(finding.what == "no go that is sent to a has recipient");
    CHECK(hits("unfed-wait", "agents:\n  a: {do: [{receive: {topic: go, where: has(msg.n)}}]}\n" + sender).empty());
    CHECK(hits("unfed-wait", "agents:\n  a: {do: [{receive: {topic: go, where: msg.n == 1}}]}\n" + sender).empty());
  }
  TEST_CASE("or for a number that none of them sends") {
    const auto sending = [](const std::string& n) {
      return "agents:\n  a: {do: [{receive: {topic: go, where: msg.n == 2}}]}\n  b: {do: [{send: {to: a, topic: go, "
             "with: {n: " +
             n + "}}}, {send: {to: a, topic: go, with: {n: 3}}}]}\n";
    };
    CHECK(finding_of("unfed-wait", sending("1")).what == "no go that is sent to a has n 2");
    CHECK(hits("unfed-wait", sending("2")).empty());
    CHECK(hits("unfed-wait", sending("=instance")).empty());
  }
  TEST_CASE("one of several that may have it is enough") {
    const std::string senders =
        "  b: {do: [{send: {to: a, topic: go, with: {n: 1}}}]}\n"
        "  c: {do: [{send: {to: a, topic: go, with: {m: 1}}}]}\n";
    CHECK(hits("unfed-wait", "agents:\n  a: {do: [{receive: {topic: go, where: msg.m == 1}}]}\n" + senders).empty());
  }
}

TEST_SUITE("lint L06: exclusive-and-collected") {
  const std::string senders = "  b: {replicas: 3, do: [{send: {to: a, topic: vote}}]}\n";
  TEST_CASE("one branch takes singly what another collects") {
    CHECK(hits("exclusive-and-collected",
               "agents:\n  a: {do: [{parallel: {x: [{receive: vote}], y: [{receive: {topic: vote, count: 2}}]}}]}\n" +
                   senders) == Hits{"a/receive vote #2"});
    CHECK(hits("exclusive-and-collected",
               "agents:\n  a: {do: [{receive: vote}, {receive: {topic: vote, count: 2}}]}\n" + senders)
              .empty());
  }
  TEST_CASE("members of a group collect from one queue") {
    const auto taker = [](const char* replicas) {
      return fmt::format(
          "topics: {{job: {{mode: queue}}}}\nagents:\n"
          "  a: {{replicas: {}, do: [{{receive: {{topic: job, count: 2}}}}]}}\n"
          "  b: {{do: [{{publish: job}}, {{publish: job}}, {{publish: job}}]}}\n",
          replicas);
    };
    CHECK(hits("exclusive-and-collected", taker("2")).size() == 1);
    CHECK(hits("exclusive-and-collected", taker("1")).empty());
  }
}

TEST_SUITE("lint L07: parallel-writers") {
  const std::string rule = "parallel-writers";
  const std::string key = "context: {k: {initial: 0}}\n";
  TEST_CASE("two branches of one step") {
    const auto branches = [&](const char* reducer) {
      return fmt::format(
          "context: {{k: {{initial: 0, reducer: {}}}}}\nagents:\n"
          "  a: {{do: [{{parallel: {{x: [{{write: {{key: k, value: 1}}}}], y: [{{write: {{key: k, value: "
          "2}}}}]}}}}]}}\n",
          reducer);
    };
    CHECK(hits(rule, branches("last")) == Hits{"a/write k"});
    CHECK(hits(rule, branches("single")) == Hits{"a/write k"});
    CHECK(hits(rule, branches("sum")).empty());
  }
  TEST_CASE("two branches of which one runs") {
    CHECK(hits(rule, key + "agents:\n  a: {do: [{choose: [{chance: 50%, do: [{write: {key: k, value: 1}}]}, "
                           "{do: [{write: {key: k, value: 2}}]}]}]}\n")
              .empty());
  }
  TEST_CASE("members of a group, unless each has its own turn or a lock") {
    const auto members = [&](const std::string& steps) {
      return key + "resources: {r: {lock: {}}}\nagents:\n  a: {replicas: 2, do: [" + steps + "]}\n";
    };
    CHECK(hits(rule, members("{update: {key: k, value: =old + 1}}")) == Hits{"a/update k"});
    CHECK(hits(rule, members("{update: {key: k, value: =old + 1, guard: cas}}")).empty());
    CHECK(hits(rule, members("{update: {key: k, value: =old + 1, guard: lock}}")).empty());
    CHECK(hits(rule, members("acquire: r, {write: {key: k, value: 1}}, release: r")).empty());
    CHECK(hits(rule, members("{if: self.index == 0, then: [{write: {key: k, value: 1}}]}")).empty());
  }
  TEST_CASE("a lock that was taken before the branches keeps them apart from nobody") {
    const auto branches = [&](const std::string& before, const std::string& within) {
      const std::string one = "[" + within + "{write: {key: k, value: 1}}]";
      return key + "resources: {r: {lock: {}, frees: on-end}}\nagents:\n  a: {do: [" + before +
             "{parallel: {x: " + one + ", y: " + one + "}}]}\n";
    };
    CHECK(hits(rule, branches("{acquire: r}, ", "")).size() == 1);
    CHECK(hits(rule, branches("", "{acquire: r}, ")).empty());
  }
  TEST_CASE("two agents, unless one begins when the other has finished") {
    const std::string a = "  a: {do: [{write: {key: k, value: 1}}, {send: {to: b, topic: go}}]}\n";
    CHECK(hits(rule, key + "agents:\n" + a + "  b: {do: [{write: {key: k, value: 2}}, {receive: go}]}\n") ==
          Hits{"a/write k"});
    CHECK(hits(rule, key + "agents:\n" + a + "  b: {do: [{receive: go}, {write: {key: k, value: 2}}]}\n").empty());
  }
  TEST_CASE("over a third one that passes it on") {
    const std::string a = "  a: {do: [{write: {key: k, value: 1}}, {send: {to: c, topic: go}}]}\n";
    const std::string c = "  c: {do: [{receive: go}, {send: {to: b, topic: on}}]}\n";
    CHECK(hits(rule, key + "agents:\n" + a + c + "  b: {do: [{receive: \"on\"}, {write: {key: k, value: 2}}]}\n")
              .empty());
  }
  TEST_CASE("a message that comes without a condition is no order: the wait may run out") {
    const std::string a = "  a: {do: [{write: {key: k, value: 1}}, {send: {to: b, topic: go}}]}\n";
    CHECK(hits(rule, key + "agents:\n" + a +
                         "  b: {do: [{receive: go, timeout: 1s, otherwise: []}, {write: {key: k, value: 2}}]}\n")
              .size() == 1);
  }
  TEST_CASE("to and fro") {
    const auto turns = [&](const std::string& end) {
      return key +
             "agents:\n"
             "  a: {do: [{times: 3, repeat: [{write: {key: k, value: 1}}, {send: {to: b, topic: go}}" +
             end +
             "]}]}\n"
             "  b: {do: [{times: 3, repeat: [{receive: go}, {write: {key: k, value: 2}}, {send: {to: a, topic: "
             "back}}]}]}\n";
    };
    CHECK(hits(rule, turns(", {receive: back}")).empty());
    CHECK(hits(rule, turns(", {discard: back}")).size() == 1);
  }
  TEST_CASE("who asks waits while the asked writes") {
    const auto asking = [&](const std::string& field) {
      return key + "agents:\n  a: {do: [{ask: {to: b, topic: q}" + field +
             "}, {write: {key: k, value: 1}}]}\n  b: {\"on\": {q: [{write: {key: k, value: 2}}, {reply: {}}]}}\n";
    };
    CHECK(hits(rule, asking("")).empty());
    CHECK(hits(rule, asking(", timeout: 1s, otherwise: []")).size() == 1);
  }
  TEST_CASE("instances that share the key") {
    const auto load = [](const char* scope) {
      return fmt::format(
          "load: {{instances: 2}}\ncontext: {{k: {{initial: 0, scope: {}}}}}\nagents:\n"
          "  a: {{do: [{{write: {{key: k, value: =instance}}}}]}}\n",
          scope);
    };
    CHECK(hits(rule, load("shared")).size() == 1);
    CHECK(hits(rule, load("instance")).empty());
  }
}

TEST_SUITE("lint L11: lease-shorter-than-work") {
  const std::string rule = "lease-shorter-than-work";
  const auto leased = [](const std::string& ttl, const std::string& steps, const std::string& fence = "") {
    return "context: {k: {initial: 0" + fence + "}}\nresources: {r: {lease: {ttl: " + ttl +
           "}}}\nagents:\n  a: {do: [{acquire: r}, " + steps + ", {write: {key: k, value: 1}}, {release: r}]}\n";
  };
  TEST_CASE("what is written when the lease may be over") {
    const LintFinding finding = finding_of(rule, leased("30s", "{work: 1s..40s}"));
    CHECK(finding.where == "a/acquire r");
    CHECK(finding.what == "r runs out after 30s, and the work under it may take 40s");
    CHECK(hits(rule, leased("50s", "{work: 1s..40s}")).empty());
  }
  TEST_CASE("several steps add up, renewing begins anew, and so does a fence") {
    CHECK(hits(rule, leased("30s", "{work: 20s}, {work: 20s}")).size() == 1);
    CHECK(hits(rule, leased("30s", "{work: 20s}, {renew: r}, {work: 20s}")).empty());
    CHECK(hits(rule, leased("30s", "{work: 1s..40s}", ", fenced-by: r")).empty());
  }
  TEST_CASE("a branch that renews keeps the other one's lease") {
    CHECK(hits(rule, leased("30s", "{parallel: {work: [{work: 60s}], beat: [{sleep: 10s}, {work: 1s}]}}")).size() == 1);
    CHECK(hits(rule, leased("30s", "{parallel: {work: [{work: 60s}], beat: [{sleep: 10s}, {renew: r}]}}")).empty());
  }
  TEST_CASE("work that is handed out again before it is done") {
    const auto queue = [](const char* after) {
      return fmt::format(
          "topics: {{job: {{mode: queue, ack: end, redeliver: {{after: {}, max: 9}}}}}}\nagents:\n"
          "  shop: {{do: [{{publish: job}}]}}\n  w: {{\"on\": {{job: [{{work: 1m..10m}}]}}}}\n",
          after);
    };
    CHECK(hits(rule, queue("5m")) == Hits{"w/work"});
    CHECK(hits(rule, queue("15m")).empty());
  }
}

TEST_SUITE("lint L21: subscribe-after-snapshot") {
  const std::string rule = "subscribe-after-snapshot";
  const auto client = [](const std::string& steps, const std::string& retain = "none") {
    return "context: {status: {initial: 0}}\ntopics: {over: {mode: broadcast, retain: " + retain +
           "}}\nagents:\n"
           "  s: {do: [{work: 1s}, {write: {key: status, value: 1}}, {publish: over}]}\n"
           "  c: {do: [" +
           steps + ", {receive: over}]}\n";
  };
  TEST_CASE("first the look, then the subscription") {
    CHECK(hits(rule, client("{read: status}, {subscribe: over}")) == Hits{"c/subscribe over"});
    CHECK(hits(rule, client("{subscribe: over}, {read: status}")).empty());
    CHECK(hits(rule, client("{read: status}, {subscribe: {topic: over, from: start}}", "all")).empty());
  }
  TEST_CASE("a look at something that the publisher does not write") {
    const std::string other = client("{read: other}, {subscribe: over}");
    CHECK(hits(rule, "context: {status: {initial: 0}, other: {initial: 0}}\n" + other.substr(other.find('\n') + 1))
              .empty());
  }
  TEST_CASE("a subscription that a restart makes anew, without a cursor") {
    const std::string crash = "faults: [{agent-crash: {agent: c, restart: 1s, chance: 1%}}]\n";
    CHECK(hits(rule, crash + client("{subscribe: over}", "all")).size() == 1);
    CHECK(hits(rule, crash + client("{subscribe: {topic: over, from: start}}", "all")).empty());
    CHECK(hits(rule, client("{subscribe: over}", "all")).empty());
  }
}

}  // namespace squall::scenarios
