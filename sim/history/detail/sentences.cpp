// SPDX-License-Identifier: Apache-2.0
#include "sim/history/detail/sentences.hpp"

#include <fmt/format.h>

namespace squall::sim::history::detail {
namespace {

/// How values of these transactions are told.
class Words {
 public:
  explicit Words(const Transactions& transactions)
      : transactions_{transactions}, lists_{transactions.model() == TransactionModel::list_append} {}

  std::string value(ValueId value) const { return transactions_.history().values.text(value, 60); }
  std::string seen(ValueId seen) const { return lists_ && seen == nil ? "[]" : value(seen); }
  std::string wrote(ValueId written, ValueId key) const {
    return lists_ ? fmt::format("appended {} to {}", value(written), value(key))
                  : fmt::format("wrote {} to {}", value(written), value(key));
  }

 private:
  const Transactions& transactions_;

 public:
  const bool lists_;
};

}  // namespace

std::vector<std::string> sentences_of(const Transactions& transactions, std::span<const DependencyEdge> circle) {
  const Words words{transactions};
  std::vector<std::string> story;
  for (std::size_t e = 0; e < circle.size(); ++e) {
    const DependencyEdge& edge = circle[e];
    const std::size_t from = e + 1, to = e + 1 == circle.size() ? 1 : e + 2;
    const std::string reason = [&]() -> std::string {
      switch (edge.kind) {
        case Dependency::write_write:
          return words.lists_ ? fmt::format("T{} {}, and T{} appended {} behind it", from,
                                            words.wrote(edge.before, edge.key), to, words.value(edge.after))
                              : fmt::format("T{} {}, and T{} wrote {} over it", from,
                                            words.wrote(edge.before, edge.key), to, words.value(edge.after));
        case Dependency::write_read:
          return fmt::format("T{} {}, and T{} read it: {} -> {}", from, words.wrote(edge.before, edge.key), to,
                             words.value(edge.key), words.seen(edge.after));
        case Dependency::read_write:
          return fmt::format("T{} read {} -> {}, and did not see {}, which T{} {}", from, words.value(edge.key),
                             words.seen(edge.before), words.value(edge.after), to,
                             words.lists_ ? "appended" : "wrote over it");
        case Dependency::process:
          return fmt::format("process {} asked for T{} before T{}",
                             words.value(transactions.operation(edge.from).process), from, to);
        case Dependency::real_time: break;
      }
      return fmt::format("T{} had returned (line {}) before T{} was asked for (line {})", from,
                         transactions.operation(edge.from).returned, to, transactions.operation(edge.to).invoked);
    }();
    story.push_back(fmt::format("T{} came before T{}: {}.", from, to, reason));
  }
  story.push_back("So T1 came before itself, which no order allows.");
  return story;
}

std::vector<std::string> sentences_of(const Transactions& transactions, const OddFinding& odd) {
  const Words words{transactions};
  const std::string key = words.value(odd.key);
  switch (odd.kind) {
    case Oddity::aborted_read:
      return {fmt::format("T1 read {} -> {}.", key, words.seen(odd.value)),
              fmt::format("{} was written by T2, which failed: it did not happen.", words.value(odd.other_value))};
    case Oddity::intermediate_read:
      return {
          fmt::format("T1 read {} -> {}.", key, words.seen(odd.value)),
          fmt::format("T2 wrote {} to {} and then went on to write {} again.", words.value(odd.other_value), key, key)};
    case Oddity::internal:
      return {fmt::format("T1 read {} -> {}, which does not go with what it had read or written of {} before.", key,
                          words.seen(odd.value), key)};
    case Oddity::duplicate:
      return {fmt::format("T1 read {} -> {}.", key, words.seen(odd.value)),
              fmt::format("{} was appended once and stands there twice.", words.value(odd.other_value))};
    case Oddity::incompatible:
      return {fmt::format("T1 read {} -> {}.", key, words.seen(odd.value)),
              fmt::format("T2 read {} -> {}.", key, words.seen(odd.other_value)),
              "A list that only grows cannot have been both."};
    case Oddity::unwritten:
      return {fmt::format("T1 read {} -> {}.", key, words.seen(odd.value)),
              fmt::format("Nobody wrote {} to {}.", words.value(odd.other_value), key)};
    case Oddity::cyclic_versions:
      return {fmt::format("T1 makes {} of {} follow {}, and other transactions make {} follow {} in turn.",
                          words.value(odd.other_value), key, words.value(odd.value), words.value(odd.value),
                          words.value(odd.other_value))};
    case Oddity::lost_update: break;
  }
  return {fmt::format("T1 read {} -> {} and then wrote to {}.", key, words.seen(odd.value), key),
          fmt::format("T2 read {} -> {} and then wrote to {} as well.", key, words.seen(odd.value), key),
          "Whichever came second did not see what the first one had written, and changed it nevertheless."};
}

}  // namespace squall::sim::history::detail
