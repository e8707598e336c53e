// SPDX-License-Identifier: Apache-2.0
#include "tests/laws/random_program.hpp"

#include <chrono>
#include <utility>

namespace squall::laws {

using namespace scenarios;
using namespace sim::literals;
using namespace std::chrono_literals;

// ---- values ----

Time RandomProgram::time() {
  switch (dice_.below(6)) {
    case 0: return Time{uniform(0ms, 6ms)};
    case 1: return Time{exponential(2ms)};
    case 2: return Time{lognormal(1ms, 9ms)};
    case 3: return Time{var("n") * 1ms};
    case 4: return Time{0ms};
    default: return Time{std::chrono::milliseconds{dice_.below(5)}};
  }
}

Expression RandomProgram::number() {
  switch (dice_.below(14)) {
    case 0: return var("n") + 1;
    case 1: return var("n") - var("m");
    case 2: return var("total") * 2 + var("n");
    case 3: return var("msg.n");
    case 4: return scenarios::choose(has("msg.k"), var("msg.k"), 7);
    case 5: return scenarios::min(var("n"), 3) + scenarios::max(var("m"), -2) % 5;
    case 6: return 12 / (var("m") - 1);
    case 7: return var("self.index");
    case 8: return var("got.version") + var("held.token");
    case 9: return one_of(var("n"), {1, 2, 3}) + var("instance");
    case 10: return var("total");
    case 11: return scenarios::size("list") + count("list", "it", var("it.n") > 1);
    default: return dice_.below(5);
  }
}

Expression RandomProgram::condition() {
  switch (dice_.below(9)) {
    case 0: return var("n") < 3;
    case 1: return var("n") == var("m") || !(var("total") > 2);
    case 2: return var("msg.topic") == "x";
    case 3: return var("msg.from") != var("server");
    case 4: return has("got.value") && var("got.value") >= 0;
    case 5: return every("list", "it", has("it.n")) || some("list", "it", var("it.n") == 2);
    case 6: return var("kid") == var("self");
    case 7: return var("now") < 20ms;
    default: return var("total") != 1;
  }
}

std::string RandomProgram::label() { return dice_.one_of<std::string>({"x", "y", "z"}); }

std::string RandomProgram::peer() {
  // A handler that sent to its own agent, or published, would keep the run alive for ever.
  if (role_ == Role::handler) return dice_.one_of<std::string>({"anna", "bert", "carl", "crew"});
  return dice_.one_of<std::string>({"anna", "bert", "carl", "server", "crew"});
}

Content RandomProgram::content() {
  Content content;
  if (!dice_.one_in(3)) content.with.emplace_back("n", number());
  if (dice_.one_in(3)) content.with.emplace_back("k", number());
  if (dice_.one_in(3)) content.artifact = "piece";
  return content;
}

Target RandomProgram::receiver() {
  switch (dice_.below(8)) {
    case 0: return role_ == Role::handler ? var("anna") : var("msg.from");
    case 1: return role_ == Role::handler ? var("bert") : var("kid");
    case 2: return {"anna", "carl"};
    default: return peer();
  }
}

Matcher RandomProgram::matcher() {
  Matcher matcher = dice_.one_in(8) ? Matcher{""} : Matcher{label()};
  if (dice_.one_in(4)) matcher.from(dice_.one_in(3) ? var("msg.from") : var(peer()));
  if (dice_.one_in(4)) matcher.where(dice_.one_in(2) ? var("msg.n") >= var("n") - 1 : has("msg.k"));
  return matcher;
}

// ---- fields of section 3 ----

Retry RandomProgram::retry() {
  Retry retry{.times = 2 + dice_.below(2), .factor = 1 + dice_.below(3)};
  if (!dice_.one_in(3)) retry.backoff = time();
  if (dice_.one_in(3)) retry.max = 3ms;
  retry.jitter = dice_.one_of({Retry::Jitter::none, Retry::Jitter::full, Retry::Jitter::equal});
  if (dice_.one_in(3)) retry.on = {"timeout", "conflict", "bad", "unavailable"};
  retry.hint = dice_.one_in(4);
  if (dice_.one_in(4)) retry.budget = 50_percent;
  return retry;
}

Otherwise RandomProgram::otherwise() {
  switch (dice_.below(4)) {
    case 0: return {{"timeout", part(1)}, {"any", part(1)}};
    case 1: return {{"bad", part(1)}, {"cancelled", part(1)}};
    case 2:
      return part(1)
          .emit("because", var("error.because"))
          .if_(var("error.name") == "timeout" || var("error.from") == var("server"),
               program().emit("after", var("error.retry_after")));
    default: return part(2);
  }
}

Fields RandomProgram::fields() {
  Fields fields;
  if (deep()) return fields;
  ++depth_;
  if (dice_.one_in(6)) fields.timeout = time();
  if (dice_.one_in(7)) fields.retry = retry();
  if (dice_.one_in(9)) fields.deadline = time();
  if (dice_.one_in(6)) fields.undo = part(1);
  if (dice_.one_in(4)) fields.otherwise = otherwise();
  if (dice_.one_in(8)) fields.finally = part(1);
  --depth_;
  return fields;
}

/// Of a step that waits for others: mostly bounded, so that most runs come to something.
Fields RandomProgram::waiting_fields() {
  Fields waiting = fields();
  if (!waiting.timeout && !dice_.one_in(5)) waiting.timeout = Time{uniform(1ms, 20ms)};
  if (!waiting.otherwise && !dice_.one_in(3)) waiting.otherwise = program();
  return waiting;
}

// ---- steps of section 4 ----

void RandomProgram::receive(Program& to, Fields fields) {
  // In a handler `msg` stays the handled message, so a receive there gives what it takes another name.
  if (role_ == Role::handler || dice_.one_in(4)) fields.as = "got_message";
  switch (dice_.below(6)) {
    case 0: to.receive(any_of({matcher(), matcher()}), fields); return;
    case 1:
      fields.as = "list";
      to.receive(all_of({matcher(), matcher()}), fields);
      return;
    case 2: {
      fields.as = "list";
      Demand demand = matcher();
      if (dice_.one_in(3)) demand.from_distinct_senders();
      to.receive(demand.times(2), fields);
      return;
    }
    case 3: {
      fields.as = "list";
      if (!fields.timeout) fields.timeout = Time{5ms};
      Demand demand = matcher();
      to.receive(demand.times(1, 3), fields);
      return;
    }
    default: to.receive(matcher(), fields);
  }
}

void RandomProgram::message_step(Program& to, const Fields& fields) {
  std::uint32_t kind = dice_.below(14);
  if (role_ == Role::handler && (kind == 3 || kind == 4)) kind = 0;
  switch (kind) {
    case 0:
    case 1:
    case 2: {
      const Target target = receiver();
      const std::string topic = label();
      to.send(target, topic, content(), fields);
      return;
    }
    case 3: to.publish("news", content(), fields); return;
    case 4: to.publish("job", content(), fields); return;
    case 5: to.subscribe("news", dice_.one_of<Expression>({-1, 0, var("n")}), fields); return;
    case 6: {
      Fields asking = waiting_fields();
      if (dice_.one_in(2)) asking.retry = retry();
      if (role_ == Role::handler) asking.as = "answer";
      const char* target = role_ == Role::handler || dice_.one_in(4) ? "anna" : "server";
      const std::string topic = target[0] == 'a' || dice_.one_in(3) ? label() : "q";
      to.ask(target, topic, content(), asking);
      return;
    }
    case 7: to.reply(dice_.one_in(2) ? content() : Content{}, "msg", fields); return;
    case 8: to.reply_error(dice_.one_of<std::string>({"bad", "unavailable"}), "msg", fields); return;
    case 9: to.discard(matcher(), fields); return;
    case 10: to.acknowledge("msg", fields); return;
    default: receive(to, waiting_fields()); return;
  }
}

void RandomProgram::context_step(Program& to, const Fields& given) {
  const std::string key = dice_.one_of<std::string>({"strong", "causal", "eventual", "snapshot", "sum"});
  Fields fields = given;
  switch (dice_.below(8)) {
    case 0:
    case 1:
      fields.as = "got";
      to.read(key, fields);
      return;
    case 2: to.write(key, number(), fields); return;
    case 3: to.write("piece_of", fields); return;
    case 4: to.update(key, var("old") + 1, dice_.one_of({Guard::none, Guard::cas, Guard::lock}), fields); return;
    case 5: to.update(key, 6 / (var("old") - 1), Guard::lock, fields); return;
    case 6: to.compare_and_set(key, var("got.version"), number(), fields); return;
    default:
      if (dice_.one_in(2)) fields.as = "result";
      to.call(dice_.one_of<std::string>({"bank", "mail"}),
              {.key = dice_.one_in(2) ? std::optional<Expression>{var("n")} : std::nullopt,
               .for_ = dice_.one_in(3) ? std::optional<Expression>{3} : std::nullopt,
               .with = number()},
              fields);
  }
}

void RandomProgram::resource_step(Program& to, const Fields& given) {
  const std::string resource = dice_.one_of<std::string>({"lock", "pair", "lease", "bucket", "window", "line"});
  Fields fields = given;
  switch (dice_.below(5)) {
    case 0:
    case 1: {
      Fields waiting = waiting_fields();
      waiting.as = "held";
      to.acquire(resource, waiting);
      return;
    }
    case 2: to.renew("lease", fields); return;
    case 3: to.release(resource, fields); return;
    default: {
      ++depth_;
      Program inside = part(2);
      --depth_;
      Fields waiting = waiting_fields();
      waiting.as = "held";
      fields.finally = program().release("lock", {.otherwise = program()});
      to.block(program().acquire("lock", waiting).add({steps::Block{std::move(inside)}, {}}), fields);
    }
  }
}

void RandomProgram::branches(Program& to, const Fields& given) {
  ++depth_;
  ++copies_;
  Fields fields = given;
  fields.as = "joined";
  const Failure failure = dice_.one_in(2) ? Failure::collect : Failure::fail_fast;
  const Branches join{dice_.below(3), failure};
  Over over{.limit = dice_.below(3)};
  if (dice_.one_in(2)) {
    to.parallel({{"left", part(2)}, {"right", part(2)}, {"middle", part(1)}}, join, fields);
  } else if (dice_.one_in(3)) {
    over.list = "list";
    over.item = "element";
    to.map(over, part(1).emit("element", var("element.n")), join, fields);
  } else {
    over.from = 1;
    over.to = dice_.one_in(3) ? number() : Expression{3};
    over.item = "i";
    to.map(over, part(1).emit("element", var("i")), join, fields);
  }
  if (dice_.one_in(2)) to.emit("joined", var("joined.ok") - var("joined.failed"));
  --copies_;
  --depth_;
}

void RandomProgram::structure(Program& to, const Fields& fields) {
  ++depth_;
  switch (dice_.below(6)) {
    case 0: {
      const Expression asked = condition();
      const Program yes = part(2);
      to.if_(asked, yes, dice_.one_in(2) ? part(2) : program(), fields);
      break;
    }
    case 1: {
      Program first = part(2);
      to.choose({{30_percent, first}, {{}, part(1)}}, fields);
      break;
    }
    case 2: to.block(dice_.one_in(6) ? program() : part(3), fields); break;
    case 3: {
      if (copies_ >= 2) break;
      ++copies_;
      Loop loop{.times = dice_.below(4)};
      if (dice_.one_in(3)) loop.while_ = condition();
      if (dice_.one_in(3)) loop.until = condition();
      to.repeat(part(2), loop, fields);
      --copies_;
      break;
    }
    default:
      if (copies_ < 2) branches(to, fields);
  }
  --depth_;
}

void RandomProgram::other_agents(Program& to, const Fields& given) {
  Fields fields = given;
  switch (dice_.below(7)) {
    case 0:
    case 1: {
      if (role_ == Role::child) return;  // or children would have children without end
      fields.as = "kid";
      to.spawn("child", {.with = {{"n", number()}}, .on_parent_end = static_cast<OnParentEnd>(dice_.below(3))}, fields);
      return;
    }
    case 2: {
      const Expression whom = var(dice_.one_in(3) ? "self" : "kid");
      to.cancel(whom, dice_.one_in(3), fields);
      return;
    }
    case 3: {
      const Expression whom = var(dice_.one_in(2) ? "bert" : "kid");
      to.watch(whom, time(), fields);
      return;
    }
    case 4:
      to.checkpoint(dice_.one_in(2) ? std::vector<std::string>{"total"} : std::vector<std::string>{}, fields);
      return;
    case 5: to.if_(var("now") < 10ms, program().restart(Time{uniform(1ms, 4ms)}), {}, fields); return;
    default: to.validate(dice_.one_in(2) ? "piece" : "msg", 10_percent, 10_percent, fields); return;
  }
}

void RandomProgram::local_step(Program& to, const Fields& fields) {
  switch (dice_.below(13)) {
    case 0: to.set("n", number(), fields); return;
    case 1: to.set("m", var("n") + 1, fields); return;
    case 2: to.set("total", var("total") + 1, fields); return;
    case 3: to.set("other", role_ == Role::handler ? var("got_message") : var("msg"), fields); return;
    case 4: to.emit("n", number(), fields); return;
    case 5: to.emit("topic", var("other.n"), fields); return;
    case 6: to.fail_with(dice_.one_of<std::string>({"bad", "worse"}), "it was drawn", fields); return;
    case 7: to.fail("no luck", fields); return;
    case 8: to.finish(dice_.one_in(2), fields); return;
    case 9: to.sleep(time(), fields); return;
    case 10: to.work(time(), fields).makes("piece_of"); return;
    default: {
      const sim::Probability wrong = dice_.one_in(3) ? 30_percent : sim::Probability{};
      to.work(time(), fields).makes("piece", {}, wrong);
    }
  }
}

void RandomProgram::step(Program& to) {
  Fields drawn = fields();
  // Most failures end one step of a program and not all of it.
  if (depth_ == 0 && !drawn.otherwise && !dice_.one_in(4)) drawn.otherwise = program();
  const std::uint32_t kind = dice_.below(20);
  if (kind < 6) return message_step(to, drawn);
  if (kind < 9) return context_step(to, drawn);
  if (kind < 11) return resource_step(to, drawn);
  if (kind < 13) return other_agents(to, drawn);
  if (kind < 16 && !deep()) return structure(to, drawn);
  local_step(to, drawn);
}

Program RandomProgram::part(std::uint32_t most) {
  Program steps;
  const std::uint32_t count = 1 + dice_.below(most);
  for (std::uint32_t s = 0; s < count; ++s) step(steps);
  return steps;
}

Program RandomProgram::whole(std::uint32_t steps) {
  Program all;
  if (dice_.one_in(4)) all.block(program(), {.otherwise = program()});  // a program may begin with a jump
  all.set("n", 1).set("m", 2).set("kid", var("server"));
  // Never taken: says what these names mean, which fields messages have, and that somebody may fail so.
  all.if_(0, program()
                 .send("server", "q", {.with = {{"n", 1}, {"k", 1}}})
                 .read("strong", {.as = "got"})
                 .acquire("lock", {.as = "held"})
                 .receive(topic("x"), {.as = "got_message"})
                 .receive(Demand{"y"}.times(2), {.as = "list"})
                 .work(0ms)
                 .makes("piece")
                 .work(0ms)
                 .makes("piece_of")
                 .fail_with("bad"));
  if (role_ == Role::handler) {
    all.set("other", var("got_message"));
  } else {
    all.if_(0, program().receive("x")).if_(0, program().set("other", var("msg")));
  }
  for (std::uint32_t s = 0; s < steps; ++s) step(all);
  if (role_ == Role::handler) return all.reply();
  Fields rest{.timeout = Time{uniform(1ms, 15ms)}, .otherwise = program()};
  return all.repeat(program().receive(topic(""), rest), {.times = 4});
}

}  // namespace squall::laws
