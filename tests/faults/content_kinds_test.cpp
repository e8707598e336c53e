// SPDX-License-Identifier: Apache-2.0
#include "tests/faults/shop.hpp"

namespace squall::content_kinds_test {

using namespace shop;
using namespace faults;

namespace {

/// Sends a patch with its size and its version to bob, who says which of them came. Cid hears of patches too.
Workflow mailing() {
  Workflow workflow{"mailing"};
  workflow.latency(sim::Distribution::constant(1ms));
  workflow.agent("ann", program()
                            .work(Time{sim::Duration{5ms}})
                            .makes("patch")
                            .send("bob", "code", {.with = {{"size", 7}, {"version", 3}}, .artifact = "patch"})
                            .send("bob", "note"));
  const Program tell = program()
                           .if_(has("msg.size"), program().emit("size", var("msg.size")))
                           .if_(has("msg.version"), program().emit("version", var("msg.version")))
                           .validate("msg", {}, {}, {.otherwise = program().emit("no artifact")});
  workflow.agent("bob", {.on = {{"code", tell}, {"note", program().emit("noted")}}});
  workflow.agent("cid", {.on = {{"code", program().emit("mine")}}});
  return workflow;
}
Lines bob_under(const Fault& fault, const faults::Matcher& matcher = {}) {
  Lines lines;
  for (const std::string& line : under(mailing(), fault, matcher).lines) {
    if (line.find(" says ") != std::string::npos) lines.push_back(line.substr(line.find(' ') + 1));
  }
  return lines;
}

}  // namespace

TEST_SUITE("faults of what a message carries") {
  TEST_CASE("none strikes at 0 %") {
    for (const Fault& fault : {Fault{MessageEmpty{}}, Fault{MessageTruncate{}},
                               Fault{MessageFieldDrop{.field = "size"}}, Fault{MessageMisroute{.arrives_at = "cid"}}})
      check_never(mailing(), fault);
    CHECK(bob_under(MessageLoss{}, {.topic = "note"}) == Lines{"bob says size 7", "bob says version 3"});
  }
  TEST_CASE("an empty message has neither fields nor artifact; one that carries nothing is not struck") {
    CHECK(bob_under(MessageEmpty{}) == Lines{"bob says no artifact", "bob says noted"});
    CHECK(under(mailing(), MessageEmpty{}).plan_lines() ==
          Lines{"message-empty: {from: ann, to: bob, topic: code, nth: 1}"});
  }
  TEST_CASE("a truncated message keeps its first fields") {
    CHECK(bob_under(MessageTruncate{.keep = 1}) == Lines{"bob says size 7", "bob says no artifact", "bob says noted"});
    CHECK(bob_under(MessageTruncate{.keep = 2}) ==
          Lines{"bob says size 7", "bob says version 3", "bob says no artifact", "bob says noted"});
    CHECK(under(mailing(), MessageTruncate{.keep = 3}).plan.lines.empty());
  }
  TEST_CASE("a dropped field is the only one that is missing") {
    CHECK(bob_under(MessageFieldDrop{.field = "size"}) == Lines{"bob says version 3", "bob says noted"});
    const Told both = under(mailing(), MessageFieldDrop{.field = "size"});
    CHECK(both.plan.lines.size() == 1);  // the note has no size
    CHECK(problem(MessageFieldDrop{}) == "does not say which 'field'");
  }
  TEST_CASE("a misrouted message arrives at somebody else, unless it goes there anyway") {
    CHECK(bob_under(MessageMisroute{.arrives_at = "cid"}, {.topic = "code"}) ==
          Lines{"cid says mine", "bob says noted"});
    CHECK(under(mailing(), MessageMisroute{.arrives_at = "bob"}).plan.lines.empty());
    CHECK(problem(MessageMisroute{}) == "says one agent with 'arrives-at'");
  }
  TEST_CASE("a name in an option that nobody has is refused: it would never strike, and never say why") {
    const sim::Model model = mailing().model();
    const auto trouble = [&](const Fault& fault, const faults::Matcher& matcher = {}) {
      const auto found = check(model, Profile{.lines = {{fault, matcher, {}}}});
      return found.empty() ? std::string{} : found[0].what + "; " + found[0].fix;
    };
    CHECK(trouble(MessageMisroute{.arrives_at = "cyd"}) ==
          "message-misroute: no agent is called 'cyd'; declare it, or use one of: ann, bob, cid");
    CHECK(trouble(MessageFieldDrop{.field = "weight"}) ==
          "message-field-drop: no field is called 'weight'; declare it, or use one of: size, version");
    CHECK(trouble(MessageFieldDrop{.field = "size"}, {.topic = "note"}) ==
          "message-field-drop: no field is called 'size'; declare it: there is no field yet");
    CHECK(trouble(MessageCorrupt{.field = "weight", .value = 9}).starts_with("message-corrupt: no field is called"));
    CHECK(trouble(MessageFieldDrop{.field = "size"}, {.topic = "code"}).empty());
  }
  TEST_CASE("copies lack what the original lacks, and go where it goes") {
    const Profile both{.lines = {{MessageDuplicate{}, {.topic = "code"}, {}},
                                 {MessageMisroute{.arrives_at = "cid"}, {.topic = "code"}, {}}}};
    CHECK(std::ranges::count_if(under(mailing(), both).lines,
                                [](const std::string& line) { return line.ends_with("cid says mine"); }) == 2);
  }
  TEST_CASE("other faults do not change what they strike") {
    const Line delay{MessageDelay{.times = 4}, {}, {.chance = 50_percent}};
    check_alone(mailing(), {MessageEmpty{}, {}, {.chance = 50_percent}}, delay);
    check_alone(mailing(), {MessageTruncate{}, {}, {.chance = 50_percent}}, delay);
    check_alone(mailing(), {MessageFieldDrop{.field = "size"}, {}, {.chance = 50_percent}}, delay);
    check_alone(mailing(), {MessageMisroute{.arrives_at = "cid"}, {}, {.chance = 50_percent}}, delay);
  }
}

namespace {

/// A person who approves each request; somebody who is no person and does the same.
Workflow approving(bool human) {
  Workflow workflow{"approving"};
  workflow.latency(sim::Distribution::constant(1ms));
  workflow.agent("ann", program()
                            .send("bob", "request")
                            .receive("approval")
                            .emit("go")
                            .sleep(sim::Duration{20ms})
                            .discard(topic("approval")));
  workflow.agent("bob", AgentSpec{.on = {{"request", program().send("ann", "approval")}}, .human = human});
  return workflow;
}

}  // namespace

TEST_SUITE("faults of people") {
  TEST_CASE("none strikes at 0 %, nor an agent that is no person") {
    for (const Fault& fault : {Fault{HumanNever{}}, Fault{HumanLate{}}, Fault{HumanTwice{}}}) {
      check_never(approving(true), fault);
      CHECK(under(approving(false), fault).plan.lines.empty());
    }
    CHECK(said(approving(true))[1] == "2ms ann says go");
  }
  TEST_CASE("a person who never answers, answers late, answers twice") {
    const Told never = under(approving(true), HumanNever{});
    CHECK(std::ranges::none_of(never.lines, [](const std::string& line) { return line.ends_with("says go"); }));
    CHECK(never.plan_lines() == Lines{"human-never: {from: bob, to: ann, topic: approval, nth: 1}"});
    CHECK(under(approving(true), HumanLate{.by = sim::Distribution::constant(10ms)}).lines[1] == "12ms ann says go");
    const Told twice = under(approving(true), HumanTwice{.after = sim::Distribution::constant(5ms)});
    CHECK(twice.plan_lines() == Lines{"human-twice: {from: bob, to: ann, topic: approval, nth: 1, after: 5ms}"});
    CHECK(twice.digest != played(approving(true), Plan{}, 1).digest);
  }
  TEST_CASE("other faults do not change what they strike") {
    const Line delay{MessageDelay{.times = 4}, {}, {.chance = 50_percent}};
    for (const Fault& fault : {Fault{HumanNever{}}, Fault{HumanLate{}}, Fault{HumanTwice{}}})
      check_alone(approving(true), {fault, {}, {.chance = 50_percent}}, delay);
  }
}

}  // namespace squall::content_kinds_test
