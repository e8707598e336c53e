// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "sim/history/models.hpp"

namespace squall::sim::history {
namespace {

/// Turns operations into calls, and sorts them by the object they speak to.
class Sorter {
 public:
  Sorter(History& history, ModelKind kind, const ModelOptions& options)
      : history_{history}, values_{history.values}, kind_{kind}, options_{options} {}

  Objects run() {
    result_.keyed = keyed();
    for (std::uint32_t o = 0; o < history_.operations.size(); ++o) {
      const Operation& operation = history_.operations[o];
      if (!allowed(operation.function)) {
        trouble(o,
                fmt::format("'{}' is no operation of the model {}", function_name(operation.function),
                            model_row(kind_).name),
                "choose the model that fits: " + fitting(operation.function));
        continue;
      }
      take(o);
    }
    if (kind_ == ModelKind::multi_register) join_by_keys();
    if (kind_ == ModelKind::multi_register || is_register(kind_)) {
      for (ObjectCalls& object : result_.objects) note_uses(object.calls);
    }
    return std::move(result_);
  }

 private:
  static bool is_register(ModelKind kind) {
    return kind == ModelKind::plain_register || kind == ModelKind::cas_register;
  }

  static bool allowed_in(ModelKind kind, Function function) {
    switch (kind) {
      case ModelKind::plain_register: return function == Function::read || function == Function::write;
      case ModelKind::cas_register:
        return function == Function::read || function == Function::write || function == Function::cas;
      case ModelKind::multi_register:
        return function == Function::read || function == Function::write || function == Function::txn;
      case ModelKind::mutex:
      case ModelKind::owned_mutex: return function == Function::acquire || function == Function::release;
      case ModelKind::queue:
      case ModelKind::unordered_queue: return function == Function::enqueue || function == Function::dequeue;
      case ModelKind::set: return function == Function::add || function == Function::read;
      case ModelKind::list_append: return function == Function::append || function == Function::read;
    }
    return false;
  }
  bool allowed(Function function) const { return allowed_in(kind_, function); }

  static std::string fitting(Function function) {
    std::string names;
    for (const ModelRow& row : models()) {
      if (allowed_in(row.kind, function)) names += (names.empty() ? "" : ", ") + std::string{row.name};
    }
    if (function == Function::txn) names += ", txn-list-append, txn-rw-register";
    return names;
  }

  void trouble(std::uint32_t operation, std::string what, std::string fix) {
    if (result_.troubles.size() < 20) result_.troubles.push_back({operation, std::move(what), std::move(fix)});
  }

  bool pair(ValueId value) const { return values_.is_list(value) && values_.items(value).size() == 2; }

  /// Whether every operation's value is a [key, value] pair; of a compare-and-set, [key, [expected, new]]. What registers
  /// and queues hold may be pairs as well, so one bare value decides that there are no keys.
  bool keyed() const {
    if (kind_ == ModelKind::mutex || kind_ == ModelKind::owned_mutex || kind_ == ModelKind::multi_register)
      return false;
    bool any = false;
    for (const Operation& operation : history_.operations) {
      if (operation.key != nil) return false;
      if (!pair(operation.asked)) return false;
      if (operation.function == Function::cas && !pair(values_.items(operation.asked)[1])) return false;
      any = true;
    }
    return any;
  }

  std::vector<Call>& calls_of(ValueId key) {
    const auto [at, is_new] = position_.emplace(key, result_.objects.size());
    if (is_new) result_.objects.push_back({.key = key, .calls = {}});
    return result_.objects[at->second].calls;
  }

  void take(std::uint32_t o) {
    const Operation& operation = history_.operations[o];
    ValueId key = operation.key;
    ValueId value = operation.value();
    // What a read or a dequeue saw is what was answered, even if that is nothing, and never what was asked.
    const bool sees = operation.function == Function::read || operation.function == Function::dequeue;
    const bool saw_nothing = sees && operation.outcome == Outcome::ok && operation.answered == nil;
    if (kind_ == ModelKind::mutex || kind_ == ModelKind::owned_mutex) {
      if (key == nil) key = operation.asked;  // locks may be named by the value
      value = kind_ == ModelKind::owned_mutex ? operation.process : nil;
    } else if (result_.keyed) {
      if (!pair(value))
        return trouble(o, "its value is no [key, value] pair, and the others are", "write [key, value]");
      key = values_.items(value)[0];
      value = values_.items(value)[1];
    }
    if (saw_nothing) value = nil;
    std::vector<Call>& calls = calls_of(key);
    if (operation.outcome == Outcome::fail) return;
    Call call{.a = value, .invoked = operation.invoked, .returned = operation.deadline(), .operation = o};
    if (understand(o, operation, call)) calls.push_back(call);
  }

  /// False where the call says nothing.
  bool understand(std::uint32_t o, const Operation& operation, Call& call) {
    switch (operation.function) {
      case Function::read: return understand_read(o, call);
      case Function::write: call.act = Act::write; return kind_ != ModelKind::multi_register || parts(o, call);
      case Function::cas:
        if (!pair(call.a)) {
          trouble(o, "a cas needs the list [expected, new]", "write \"value\": [1, 2]");
          return false;
        }
        call.act = Act::cas;
        call.b = values_.items(call.a)[1];
        call.a = values_.items(call.a)[0];
        return true;
      case Function::acquire: call.act = Act::acquire; return true;
      case Function::release: call.act = Act::release; return true;
      case Function::enqueue: call.act = Act::enqueue; return true;
      case Function::dequeue:
        call.act = call.optional() ? Act::dequeue_any : call.a == nil ? Act::dequeue_empty : Act::dequeue;
        if (call.act == Act::dequeue_any) call.a = nil;
        if (call.act != Act::dequeue_any || kind_ == ModelKind::queue) return true;
        result_.taken_blindly = true;
        return false;
      case Function::add: call.act = Act::add; return true;
      case Function::append: call.act = Act::append; return true;
      case Function::txn: return parts(o, call);
    }
    return false;
  }

  bool understand_read(std::uint32_t o, Call& call) {
    if (call.optional()) return false;
    if (kind_ == ModelKind::multi_register) return parts(o, call);
    if (is_register(kind_)) return call.a != nil || options_.null_is_a_value;
    if (call.a == nil) return false;
    if (!values_.is_list(call.a)) {
      trouble(o,
              fmt::format("a read of a {} sees a list, not {}", kind_ == ModelKind::set ? "set" : "list",
                          values_.text(call.a, 40)),
              "write \"value\": [1, 2]");
      return false;
    }
    call.act = kind_ == ModelKind::set ? Act::read_set : Act::read_list;
    return true;
  }

  /// The parts of a transaction in one form: a list of ["r" or "w", key, value].
  bool parts(std::uint32_t o, Call& call) {
    const Function function = history_.operations[o].function;
    std::vector<ValueId> rows;
    const auto add = [&](bool write, ValueId key, ValueId value) {
      if (write) rows.push_back(values_.list(std::vector{values_.word("\"w"), key, value}));
      // A read whose answer nobody knows says nothing.
      if (!write && !call.optional() && (value != nil || options_.null_is_a_value))
        rows.push_back(values_.list(std::vector{values_.word("\"r"), key, value}));
    };
    if (function != Function::txn) {
      if (!pair(call.a)) {
        trouble(o, "this model needs a [key, value] pair", "write \"value\": [\"x\", 1]");
        return false;
      }
      add(function == Function::write, values_.items(call.a)[0], values_.items(call.a)[1]);
    } else if (!values_.is_list(call.a)) {
      trouble(o, "a txn needs the list of what it does", "write \"value\": [[\"r\", \"x\", null], [\"w\", \"y\", 2]]");
      return false;
    } else {
      const std::vector<ValueId> listed(values_.items(call.a).begin(), values_.items(call.a).end());
      for (const ValueId row : listed) {
        const auto what = row_of(row);
        if (!what) {
          trouble(o, "a part of a txn is [\"r\" or \"w\", key, value]", "write [\"r\", \"x\", 1]");
          return false;
        }
        const ValueId key = values_.items(row)[1], value = values_.items(row)[2];
        add(*what, key, value);
      }
    }
    if (rows.empty()) return false;
    call.act = Act::txn;
    call.a = values_.list(rows);
    return true;
  }

  /// True: a write, false: a read.
  std::optional<bool> row_of(ValueId row) const {
    if (!values_.is_list(row) || values_.items(row).size() != 3) return std::nullopt;
    std::string_view word = values_.word_of(values_.items(row)[0]);
    if (word.starts_with('"')) word.remove_prefix(1);
    if (word.starts_with(':')) word.remove_prefix(1);
    if (word == "w" || word == "write") return true;
    if (word == "r" || word == "read") return false;
    return std::nullopt;
  }

  /// Until when what an endless call writes can be seen; those that nobody ever sees are left out.
  void note_uses(std::vector<Call>& calls) const {
    if (std::ranges::none_of(calls, &Call::optional)) return;
    std::map<std::pair<ValueId, ValueId>, Moment> seen;  // by key and value; a register has one key
    const auto each = [&](const Call& call, auto&& read, auto&& write) {
      if (call.act != Act::txn) {
        if (call.act != Act::write) read(nil, call.a);
        if (call.act != Act::read) write(nil, call.act == Act::cas ? call.b : call.a);
        return;
      }
      for (const ValueId part : values_.items(call.a)) {
        const auto row = values_.items(part);
        if (values_.word_of(row[0]) == "\"r") read(row[1], row[2]);
        else write(row[1], row[2]);
      }
    };
    const auto nothing = [](ValueId, ValueId) {};
    for (const Call& call : calls) {
      each(
          call,
          [&](ValueId key, ValueId value) {
            Moment& last = seen[{key, value}];
            last = std::max(last, call.returned);
          },
          nothing);
    }
    for (Call& call : calls) {
      if (!call.optional()) continue;
      call.useful_until = 0;
      each(call, nothing, [&](ValueId key, ValueId value) {
        const auto last = seen.find({key, value});
        if (last != seen.end()) call.useful_until = std::max(call.useful_until, last->second);
      });
    }
    std::erase_if(calls, [](const Call& call) { return call.optional() && call.useful_until == 0; });
  }

  /// Keys that one transaction speaks of belong to one object; so does what is connected through others.
  void join_by_keys() {
    std::vector<Call> all;
    for (ObjectCalls& object : result_.objects) all.insert(all.end(), object.calls.begin(), object.calls.end());
    std::ranges::sort(all, {}, &Call::invoked);
    std::map<ValueId, std::uint32_t> number;
    std::vector<std::uint32_t> leader;
    const auto root = [&](std::uint32_t k) {
      while (leader[k] != k) k = leader[k] = leader[leader[k]];
      return k;
    };
    const auto key_number = [&](ValueId key) {
      const auto [at, is_new] = number.emplace(key, static_cast<std::uint32_t>(leader.size()));
      if (is_new) leader.push_back(at->second);
      return at->second;
    };
    for (Call& call : all) {
      std::optional<std::uint32_t> first;
      for (const ValueId row : values_.items(call.a)) {
        const std::uint32_t key = root(key_number(values_.items(row)[1]));
        if (!first) first = key;
        leader[key] = root(*first);
      }
    }
    result_.objects.clear();
    position_.clear();
    std::map<std::uint32_t, ValueId> name;
    for (const auto& [key, k] : number) name.emplace(root(k), key);
    for (const Call& call : all) {
      const ValueId key = values_.items(values_.items(call.a)[0])[1];
      calls_of(name.at(root(number.at(key)))).push_back(call);
    }
    for (ObjectCalls& object : result_.objects) {
      std::map<ValueId, std::uint32_t> transactions;
      for (Call& call : object.calls)
        call.b = transactions.emplace(call.a, static_cast<std::uint32_t>(transactions.size())).first->second;
    }
    if (result_.objects.size() == 1) result_.objects[0].key = nil;
  }

  History& history_;
  Values& values_;
  ModelKind kind_;
  ModelOptions options_;
  Objects result_;
  std::map<ValueId, std::size_t> position_;
};

}  // namespace

Objects objects_of(History& history, ModelKind kind, const ModelOptions& options) {
  return Sorter{history, kind, options}.run();
}

}  // namespace squall::sim::history
