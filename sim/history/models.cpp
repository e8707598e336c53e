// SPDX-License-Identifier: Apache-2.0
#include "sim/history/models.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sim/history/models/machines.hpp"

namespace squall::sim::history {
namespace {

constexpr std::array model_rows{
    ModelRow{ModelKind::plain_register, "register", "a register: a read sees what was written last"},
    ModelRow{ModelKind::cas_register, "cas-register", "a register with compare-and-set"},
    ModelRow{ModelKind::multi_register, "multi-register", "registers that are read and written several at once"},
    ModelRow{ModelKind::mutex, "mutex", "a lock: acquired when it is free, released when it is held"},
    ModelRow{ModelKind::owned_mutex, "owned-mutex", "a lock that only its holder releases"},
    ModelRow{ModelKind::queue, "queue", "a queue: first in, first out"},
    ModelRow{ModelKind::unordered_queue, "unordered-queue", "a queue without an order: each item is taken once"},
    ModelRow{ModelKind::set, "set", "a set that grows: a read sees all that was added"},
    ModelRow{ModelKind::list_append, "list-append", "a list that grows at its end: a read sees all of it"},
};

}  // namespace

std::span<const ModelRow> models() { return model_rows; }

const ModelRow& model_row(ModelKind kind) { return model_rows[static_cast<std::size_t>(kind)]; }

std::optional<ModelKind> model_named(std::string_view name) {
  if (name == "fifo-queue") name = "queue";
  if (name == "bag") name = "unordered-queue";
  if (name == "lock") name = "mutex";
  const auto* row = std::ranges::find(model_rows, name, &ModelRow::name);
  if (row == model_rows.end()) return std::nullopt;
  return row->kind;
}

std::string_view function_name(Function function) {
  constexpr std::string_view names[] = {"read",    "write",   "cas", "acquire", "release",
                                        "enqueue", "dequeue", "add", "append",  "txn"};
  return names[static_cast<std::size_t>(function)];
}

std::unique_ptr<Machine> machine_of(const Values& values, ModelKind kind, const ModelOptions& options,
                                    std::span<const Call> calls) {
  switch (kind) {
    case ModelKind::plain_register:
    case ModelKind::cas_register: return std::make_unique<RegisterMachine>(values, options.initial);
    case ModelKind::multi_register: return std::make_unique<RegistersMachine>(values, options, calls);
    case ModelKind::mutex:
    case ModelKind::owned_mutex: return std::make_unique<MutexMachine>(values);
    case ModelKind::queue: return std::make_unique<QueueMachine>(values);
    case ModelKind::unordered_queue: return std::make_unique<BagMachine>(values);
    case ModelKind::set: return std::make_unique<SetMachine>(values);
    case ModelKind::list_append: return std::make_unique<ListMachine>(values);
  }
  return nullptr;
}

std::string call_text(const Values& values, const Call& call) {
  const auto text = [&](ValueId value) { return values.text(value, 80); };
  switch (call.act) {
    case Act::read: return "read -> " + text(call.a);
    case Act::write: return "write " + text(call.a);
    case Act::cas: return fmt::format("cas {} -> {}", text(call.a), text(call.b));
    case Act::acquire: return "acquire";
    case Act::release: return "release";
    case Act::enqueue: return "enqueue " + text(call.a);
    case Act::dequeue: return "dequeue -> " + text(call.a);
    case Act::dequeue_empty: return "dequeue -> nothing there";
    case Act::dequeue_any: return "dequeue -> unknown";
    case Act::add: return "add " + text(call.a);
    case Act::read_set: return "read -> " + text(call.a);
    case Act::append: return "append " + text(call.a);
    case Act::read_list: return "read -> " + text(call.a);
    case Act::txn: return "txn " + text(call.a);
  }
  return {};
}

}  // namespace squall::sim::history
