// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/behaviour.hpp"
#include "sim/rows.hpp"
#include "sim/supply.hpp"
#include "sim/time.hpp"

/// Operations of small programs, and functions by which they read like the workflow they stand for.
namespace squall::sim::testing {

/// A source by names: a topic, and from whom.
struct From {
  std::string topic;
  std::string sender = {};
  std::uint16_t count = 1;
  bool distinct = false;
};

struct SmallOp {
  enum class Kind : std::uint8_t {
    send,
    publish,
    receive,
    ask,
    reply,
    acquire,
    release,
    work,
    call,
    choose,
    fork,
    spawn,
    join_spawned,
    cancel,
    jump,
    end,
    fail
  } kind;
  std::string name;  ///< receiver, resource, tool, definition
  std::string topic;
  std::vector<From> sources;
  bool all = false;
  bool passive = false;
  std::optional<Duration> timeout = {};
  std::uint32_t otherwise = 0;              ///< where it goes on after its timeout
  std::vector<std::uint32_t> targets = {};  ///< choose, fork, jump
  bool join_any = false;
  OnParentEnd policy = OnParentEnd::orphan;
};

inline SmallOp send(std::string to, std::string topic) {
  return {SmallOp::Kind::send, std::move(to), std::move(topic), {}};
}
inline SmallOp publish(std::string topic) { return {SmallOp::Kind::publish, {}, std::move(topic), {}}; }
inline SmallOp receive(From source) { return {SmallOp::Kind::receive, {}, {}, {std::move(source)}}; }
inline SmallOp receive(std::string topic) { return receive(From{.topic = std::move(topic)}); }
inline SmallOp receive_any(std::vector<From> sources) { return {SmallOp::Kind::receive, {}, {}, std::move(sources)}; }
inline SmallOp receive_all(std::vector<From> sources) {
  return {SmallOp::Kind::receive, {}, {}, std::move(sources), true};
}
inline SmallOp ask(std::string to, std::string topic) {
  return {SmallOp::Kind::ask, std::move(to), std::move(topic), {}};
}
inline SmallOp reply() { return {SmallOp::Kind::reply, {}, {}, {}}; }
inline SmallOp acquire(std::string resource) { return {SmallOp::Kind::acquire, std::move(resource), {}, {}}; }
inline SmallOp release(std::string resource) { return {SmallOp::Kind::release, std::move(resource), {}, {}}; }
inline SmallOp call(std::string tool) { return {SmallOp::Kind::call, std::move(tool), {}, {}}; }
inline SmallOp work(Duration time) { return {SmallOp::Kind::work, {}, {}, {}, false, false, time}; }
inline SmallOp choose(std::vector<std::uint32_t> targets) {
  return {SmallOp::Kind::choose, {}, {}, {}, false, false, {}, 0, std::move(targets)};
}
/// Branches begin at the targets and end at an `end_of`; the program goes on after it.
inline SmallOp fork(std::vector<std::uint32_t> targets, bool any = false) {
  return {SmallOp::Kind::fork, {}, {}, {}, false, false, {}, 0, std::move(targets), any};
}
inline SmallOp spawn(std::string definition, OnParentEnd policy = OnParentEnd::orphan) {
  return {SmallOp::Kind::spawn, std::move(definition), {}, {}, false, false, {}, 0, {}, false, policy};
}
inline SmallOp join_spawned() { return {SmallOp::Kind::join_spawned, {}, {}, {}}; }
inline SmallOp cancel(std::string agent) { return {SmallOp::Kind::cancel, std::move(agent), {}, {}}; }
inline SmallOp jump(std::uint32_t target) { return {SmallOp::Kind::jump, {}, {}, {}, false, false, {}, 0, {target}}; }
inline SmallOp end_of() { return {SmallOp::Kind::end, {}, {}, {}}; }
inline SmallOp fail_here() { return {SmallOp::Kind::fail, {}, {}, {}}; }
/// The step gives up after `timeout` and goes on at `otherwise`.
inline SmallOp within(Duration timeout, std::uint32_t otherwise, SmallOp op) {
  op.timeout = timeout;
  op.otherwise = otherwise;
  return op;
}
inline SmallOp passively(SmallOp op) {
  op.passive = true;
  return op;
}

struct SmallCode {
  std::vector<SmallOp> ops;
  std::vector<std::vector<Source>> sources;  ///< of each operation
  std::vector<WaitSpec> waits;               ///< one for each operation
  SupplyTable supplies;
};

}  // namespace squall::sim::testing
