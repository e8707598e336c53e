// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "scenarios/reader/actions.hpp"

/// One function for each action, by what it is about. Nothing where it cannot be read; why not has been said.
namespace squall::scenarios {

// actions_messages.cpp
std::optional<Action> read_send(Record& step);
std::optional<Action> read_publish(Record& step);
std::optional<Action> read_subscribe(Record& step);
std::optional<Action> read_receive(Record& step);
std::optional<Action> read_ask(Record& step);
std::optional<Action> read_reply(Record& step);
std::optional<Action> read_discard(Record& step);
std::optional<Action> read_ack(Record& step);

// actions_shared.cpp
std::optional<Action> read_work(Record& step);
std::optional<Action> read_sleep(Record& step);
std::optional<Action> read_read(Record& step);
std::optional<Action> read_write(Record& step);
std::optional<Action> read_update(Record& step);
std::optional<Action> read_compare_and_set(Record& step);
std::optional<Action> read_call(Record& step);
std::optional<Action> read_acquire(Record& step);
std::optional<Action> read_renew(Record& step);
std::optional<Action> read_release(Record& step);
std::optional<Action> read_spawn(Record& step);
std::optional<Action> read_cancel(Record& step);
std::optional<Action> read_checkpoint(Record& step);
std::optional<Action> read_restart(Record& step);
std::optional<Action> read_validate(Record& step);
std::optional<Action> read_emit(Record& step);
std::optional<Action> read_fail(Record& step);
std::optional<Action> read_finish(Record& step);

// actions_control.cpp
std::optional<Action> read_if(Record& step);
std::optional<Action> read_choose(Record& step);
std::optional<Action> read_repeat(Record& step);
std::optional<Action> read_block(Record& step);
std::optional<Action> read_parallel(Record& step);
std::optional<Action> read_map(Record& step);
std::optional<Action> read_route(Record& step);
std::optional<Action> read_interrupt(Record& step);

/// `over: a..b`, or a list by its name.
Over over_of(Reading& reading, const Node& node);

// steps.cpp
Retry retry_of(Record& record);
/// `otherwise: steps`, or by the error's name.
std::optional<Otherwise> otherwise_of(Reading& reading, const Node& node);

}  // namespace squall::scenarios
