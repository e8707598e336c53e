// SPDX-License-Identifier: Apache-2.0
#include "scenarios/reader/actions_by_kind.hpp"

/// Steps about time, context, tools, resources, other agents, and what is said about the work.
namespace squall::scenarios {

std::optional<Action> read_work(Record& step) {
  auto record = step.get<field_row("step.work")>();
  if (!record || !record->usable()) return std::nullopt;
  steps::Work work;
  record->into<field_row("work.time")>(work.time);
  record->into<field_row("work.makes")>(work.makes);
  record->into<field_row("work.from")>(work.from);
  record->into<field_row("work.wrong")>(work.wrong);
  return work;
}

std::optional<Action> read_sleep(Record& step) {
  auto record = step.get<field_row("step.sleep")>();
  if (!record || !record->usable()) return std::nullopt;
  steps::Sleep sleep;
  record->into<field_row("sleep.time")>(sleep.time);
  return sleep;
}

std::optional<Action> read_read(Record& step) {
  auto record = step.get<field_row("step.read")>();
  if (!record || !record->usable()) return std::nullopt;
  steps::Read read;
  record->into<field_row("read.key")>(read.key);
  return read;
}

std::optional<Action> read_write(Record& step) {
  auto record = step.get<field_row("step.write")>();
  if (!record || !record->usable()) return std::nullopt;
  steps::Write write;
  record->into<field_row("write.key")>(write.key);
  if (auto value = record->get<field_row("write.value")>()) write.value = std::move(*value);
  return write;
}

std::optional<Action> read_update(Record& step) {
  auto record = step.get<field_row("step.update")>();
  if (!record || !record->usable()) return std::nullopt;
  steps::Update update{{}, {}, Guard::none};
  record->into<field_row("update.key")>(update.key);
  record->into<field_row("update.value")>(update.value);
  record->into_word<field_row("update.guard")>(update.guard);
  return update;
}

std::optional<Action> read_compare_and_set(Record& step) {
  auto record = step.get<field_row("step.compare-and-set")>();
  if (!record || !record->usable()) return std::nullopt;
  steps::CompareAndSet set;
  record->into<field_row("compare-and-set.key")>(set.key);
  record->into<field_row("compare-and-set.expect")>(set.expected);
  record->into<field_row("compare-and-set.value")>(set.value);
  return set;
}

std::optional<Action> read_call(Record& step) {
  auto record = step.get<field_row("step.call")>();
  if (!record || !record->usable()) return std::nullopt;
  steps::Call call;
  record->into<field_row("call.tool")>(call.tool);
  if (auto key = record->get<field_row("call.key")>()) call.of.key = std::move(*key);
  if (auto purpose = record->get<field_row("call.for")>()) call.of.for_ = std::move(*purpose);
  if (auto with = record->get<field_row("call.with")>()) call.of.with = std::move(*with);
  return call;
}

std::optional<Action> read_acquire(Record& step) {
  auto record = step.get<field_row("step.acquire")>();
  if (!record || !record->usable()) return std::nullopt;
  steps::Acquire acquire;
  record->into<field_row("acquire.resource")>(acquire.resource);
  return acquire;
}

std::optional<Action> read_renew(Record& step) {
  auto record = step.get<field_row("step.renew")>();
  if (!record || !record->usable()) return std::nullopt;
  steps::Renew renew;
  record->into<field_row("renew.resource")>(renew.resource);
  return renew;
}

std::optional<Action> read_release(Record& step) {
  auto record = step.get<field_row("step.release")>();
  if (!record || !record->usable()) return std::nullopt;
  steps::Release release;
  record->into<field_row("release.resource")>(release.resource);
  return release;
}

std::optional<Action> read_spawn(Record& step) {
  auto record = step.get<field_row("step.spawn")>();
  if (!record || !record->usable()) return std::nullopt;
  steps::Spawn spawn;
  record->into<field_row("spawn.agent")>(spawn.agent);
  record->into<field_row("spawn.with")>(spawn.child.with);
  record->into_word<field_row("spawn.on-parent-end")>(spawn.child.on_parent_end);
  if (spawn.agent.empty()) return std::nullopt;
  return spawn;
}

std::optional<Action> read_cancel(Record& step) {
  auto record = step.get<field_row("step.cancel")>();
  if (!record || !record->usable()) return std::nullopt;
  steps::Cancel cancel{{}, false};
  record->into<field_row("cancel.of")>(cancel.agent);
  cancel.forced = record->get<field_row("cancel.mode")>().value_or(0) == 1;
  return cancel;
}

std::optional<Action> read_checkpoint(Record& step) {
  auto record = step.get<field_row("step.checkpoint")>();
  if (!record || !record->usable()) return std::nullopt;
  steps::Checkpoint checkpoint;
  record->into<field_row("checkpoint.omit")>(checkpoint.omit);
  return checkpoint;
}

std::optional<Action> read_restart(Record& step) {
  auto record = step.get<field_row("step.restart")>();
  if (!record || !record->usable()) return std::nullopt;
  steps::Restart restart;
  record->into<field_row("restart.after")>(restart.after);
  return restart;
}

std::optional<Action> read_validate(Record& step) {
  auto record = step.get<field_row("step.validate")>();
  if (!record || !record->usable()) return std::nullopt;
  steps::Validate validate;
  record->into<field_row("validate.artifact")>(validate.artifact);
  record->into<field_row("validate.false-accept")>(validate.false_accept);
  record->into<field_row("validate.false-reject")>(validate.false_reject);
  return validate;
}

std::optional<Action> read_emit(Record& step) {
  auto record = step.get<field_row("step.emit")>();
  if (!record || !record->usable()) return std::nullopt;
  steps::Emit emit;
  record->into<field_row("emit.event")>(emit.event);
  record->into<field_row("emit.with")>(emit.value);
  if (emit.event.empty()) return std::nullopt;
  return emit;
}

std::optional<Action> read_fail(Record& step) {
  auto record = step.get<field_row("step.fail")>();
  if (!record || !record->usable()) return std::nullopt;
  steps::Fail fail{"failed", {}};
  record->into<field_row("fail.error")>(fail.error);
  record->into<field_row("fail.because")>(fail.because);
  return fail;
}

std::optional<Action> read_finish(Record& step) {
  const auto outcome = step.get<field_row("step.finish")>();
  if (!outcome) return std::nullopt;
  return steps::Finish{*outcome == 0};
}

}  // namespace squall::scenarios
