// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "sim/history/models.hpp"
#include "sim/site.hpp"

/// Random histories: what a real object answered to processes that overlap, now and then with one answer spoilt. For tests
/// and benchmarks of checkers. The same seed draws the same history.
namespace squall::sim::history {

class Random {
 public:
  explicit Random(std::uint64_t seed) : seed_{seed} {}
  std::uint32_t below(std::uint32_t range) {
    return static_cast<std::uint32_t>(scale(moremur(child_key(seed_, ++count_)), range));
  }
  bool one_in(std::uint32_t n) { return below(n) == 0; }

 private:
  std::uint64_t seed_, count_ = 0;
};

struct RandomShape {
  std::uint32_t operations = 7;
  std::uint32_t processes = 4;
  std::uint32_t values = 3;    ///< so many different ones; 0: each only once
  std::uint32_t crash_of = 8;  ///< one operation of so many never returns; 0: none
  std::uint32_t spoil_of = 2;  ///< one history of so many has a spoilt answer; 0: none
  bool empty_fails = false;    ///< a dequeue that finds nothing fails; else it answers null
  std::uint32_t keys = 2;      ///< of registers that are written several at once
};

class RandomHistory {
 public:
  RandomHistory(ModelKind kind, const RandomShape& shape, std::uint64_t seed)
      : kind_{kind}, shape_{shape}, random_{seed} {}

  History draw() {
    held_.assign(kind_ == ModelKind::multi_register ? shape_.keys : 1, number(0));
    std::vector<std::uint32_t> open;
    const bool spoilt = shape_.spoil_of != 0 && random_.one_in(shape_.spoil_of);
    while (history_.operations.size() < shape_.operations || !open.empty()) {
      const bool may_begin = history_.operations.size() < shape_.operations && open.size() < shape_.processes;
      if (may_begin && (open.empty() || random_.one_in(2))) {
        open.push_back(begin());
        done_.push_back(false);
        continue;
      }
      const std::size_t which = random_.below(static_cast<std::uint32_t>(open.size()));
      const std::uint32_t o = open[which];
      if (!done_[o] && random_.one_in(2)) {
        take_effect(o);
        continue;
      }
      open.erase(open.begin() + static_cast<std::ptrdiff_t>(which));
      end(o);
    }
    if (spoilt) spoil();
    return std::move(history_);
  }

 private:
  ValueId number(std::uint32_t n) { return history_.values.number(n); }
  ValueId fresh() { return shape_.values == 0 ? number(++written_) : number(random_.below(shape_.values)); }
  /// What may have been written: for compare-and-set, and for spoilt answers.
  ValueId some() { return number(random_.below(shape_.values == 0 ? written_ + 2 : shape_.values)); }
  ValueId list(const std::vector<ValueId>& items) { return history_.values.list(items); }

  ValueId part(bool write, std::uint32_t key) {
    return list({history_.values.word(write ? "\"w" : "\"r"), number(key), write ? fresh() : nil});
  }

  std::uint32_t begin() {
    Operation operation;
    operation.invoked = ++moment_;
    operation.process = number(random_.below(shape_.processes));
    switch (kind_) {
      case ModelKind::plain_register:
      case ModelKind::cas_register: {
        const std::uint32_t what = random_.below(kind_ == ModelKind::cas_register ? 3 : 2);
        operation.function = what == 0 ? Function::read : what == 1 ? Function::write : Function::cas;
        if (what == 1) operation.asked = fresh();
        if (what == 2) {
          const ValueId expected = some();
          operation.asked = list({expected, fresh()});
        }
        break;
      }
      case ModelKind::multi_register: {
        operation.function = Function::txn;
        std::vector<ValueId> parts;
        for (std::uint32_t p = 0, n = 1 + random_.below(2); p < n; ++p)
          parts.push_back(part(random_.one_in(2), random_.below(shape_.keys)));
        operation.asked = list(parts);
        break;
      }
      case ModelKind::mutex:
      case ModelKind::owned_mutex:
        operation.function = random_.one_in(2) ? Function::acquire : Function::release;
        break;
      case ModelKind::queue:
      case ModelKind::unordered_queue:
        operation.function = random_.one_in(2) ? Function::enqueue : Function::dequeue;
        if (operation.function == Function::enqueue) operation.asked = fresh();
        break;
      case ModelKind::set:
      case ModelKind::list_append:
        operation.function = random_.one_in(2)         ? Function::read
                             : kind_ == ModelKind::set ? Function::add
                                                       : Function::append;
        if (operation.function != Function::read) operation.asked = fresh();
        break;
    }
    history_.operations.push_back(operation);
    return static_cast<std::uint32_t>(history_.operations.size() - 1);
  }

  /// Changes the object, or finds that it cannot.
  void take_effect(std::uint32_t o) {
    Operation& operation = history_.operations[o];
    done_[o] = true;
    operation.outcome = Outcome::ok;
    operation.answered = operation.asked;
    switch (operation.function) {
      case Function::read:
        operation.answered = kind_ == ModelKind::set || kind_ == ModelKind::list_append ? list(items_) : held_[0];
        break;
      case Function::write: held_[0] = operation.asked; break;
      case Function::cas: {
        const auto pair = history_.values.items(operation.asked);
        if (held_[0] == pair[0]) held_[0] = pair[1];
        else operation.outcome = Outcome::fail;
        break;
      }
      case Function::acquire:
        if (holder_ == no_value) holder_ = operation.process;
        else operation.outcome = Outcome::fail;
        break;
      case Function::release:
        if (holder_ != no_value && (kind_ == ModelKind::mutex || holder_ == operation.process)) holder_ = no_value;
        else operation.outcome = Outcome::fail;
        break;
      case Function::enqueue:
      case Function::append: items_.push_back(operation.asked); break;
      case Function::add:
        if (std::ranges::find(items_, operation.asked) == items_.end()) items_.push_back(operation.asked);
        break;
      case Function::dequeue:
        if (items_.empty() && shape_.empty_fails) operation.outcome = Outcome::fail;
        operation.answered = items_.empty() ? nil : items_.front();
        if (!items_.empty()) items_.erase(items_.begin());
        break;
      case Function::txn: {
        std::vector<ValueId> answers;
        const std::vector<ValueId> parts(history_.values.items(operation.asked).begin(),
                                         history_.values.items(operation.asked).end());
        for (const ValueId one : parts) {
          const std::vector<ValueId> row(history_.values.items(one).begin(), history_.values.items(one).end());
          std::size_t key = 0;
          while (number(static_cast<std::uint32_t>(key)) != row[1]) ++key;
          if (history_.values.word_of(row[0]) == "\"w") held_[key] = row[2];
          answers.push_back(list({row[0], row[1], held_[key]}));
        }
        operation.answered = list(answers);
        break;
      }
    }
  }

  void end(std::uint32_t o) {
    const bool crashes = shape_.crash_of != 0 && random_.one_in(shape_.crash_of);
    if (!done_[o] && !crashes) take_effect(o);
    Operation& operation = history_.operations[o];
    operation.returned = ++moment_;
    if (!crashes) return;
    operation.outcome = Outcome::info;
    operation.answered = nil;
  }

  void spoil() {
    for (int tries = 0; tries < 20; ++tries) {
      Operation& operation = history_.operations[random_.below(static_cast<std::uint32_t>(history_.operations.size()))];
      if (operation.outcome == Outcome::fail && operation.function != Function::read) {
        operation.outcome = Outcome::ok;  // it says that it did what it did not
        return;
      }
      if (operation.outcome != Outcome::ok) continue;
      const bool lists = kind_ == ModelKind::set || kind_ == ModelKind::list_append;
      if (operation.function == Function::read) {
        if (lists) {
          std::vector<ValueId> items(history_.values.items(operation.answered).begin(),
                                     history_.values.items(operation.answered).end());
          if (!items.empty() && random_.one_in(2)) items.pop_back();
          else items.push_back(some());
          operation.answered = list(items);
        } else {
          operation.answered = some();
        }
        return;
      }
      if (operation.function == Function::dequeue) {
        operation.answered = random_.one_in(4) ? nil : some();
        return;
      }
      if (operation.function == Function::txn) {
        std::vector<ValueId> parts(history_.values.items(operation.answered).begin(),
                                   history_.values.items(operation.answered).end());
        std::vector<ValueId> row(history_.values.items(parts[0]).begin(), history_.values.items(parts[0]).end());
        row[2] = some();
        parts[0] = list(row);
        operation.answered = list(parts);
        return;
      }
    }
  }

  ModelKind kind_;
  RandomShape shape_;
  Random random_;
  History history_;
  std::vector<ValueId> held_, items_;
  std::vector<bool> done_;
  ValueId holder_ = no_value;
  std::uint32_t written_ = 0;
  Moment moment_ = 0;
};

}  // namespace squall::sim::history
