// SPDX-License-Identifier: Apache-2.0
#include "sim/history/values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "sim/site.hpp"

namespace squall::sim::history {
namespace {

std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = text.size();
  for (std::size_t at = 0; at < text.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, std::min<std::size_t>(8, text.size() - at));
    hash = child_key(hash, word);
  }
  return moremur(hash);
}

std::uint64_t hash_of(std::span<const ValueId> items) {
  std::uint64_t hash = ~std::uint64_t{items.size()};
  for (const ValueId item : items) hash = child_key(hash, item);
  return moremur(hash);
}

}  // namespace

Values::Values() { rows_.push_back({0, 0, false}); }

ValueId Values::word(std::string_view text) {
  const std::uint64_t hash = hash_of(text);
  const std::uint32_t known =
      index_.find(hash, [&](std::uint32_t at) { return !rows_[at].list && word_of(at) == text; });
  if (known != FlatIndex::none) return known;
  rows_.push_back(
      {static_cast<std::uint32_t>(bytes_.size()), static_cast<std::uint32_t>(text.size()) & 0x7fff'ffffU, false});
  bytes_ += text;
  index_.add(hash, static_cast<std::uint32_t>(rows_.size() - 1));
  return static_cast<ValueId>(rows_.size() - 1);
}

ValueId Values::list(std::span<const ValueId> items) {
  const std::uint64_t hash = hash_of(items);
  const std::uint32_t known =
      index_.find(hash, [&](std::uint32_t at) { return rows_[at].list && std::ranges::equal(this->items(at), items); });
  if (known != FlatIndex::none) return known;
  rows_.push_back(
      {static_cast<std::uint32_t>(items_.size()), static_cast<std::uint32_t>(items.size()) & 0x7fff'ffffU, true});
  items_.insert(items_.end(), items.begin(), items.end());
  index_.add(hash, static_cast<std::uint32_t>(rows_.size() - 1));
  return static_cast<ValueId>(rows_.size() - 1);
}

ValueId Values::number(std::int64_t value) { return word(fmt::format_int(value).c_str()); }

void Values::write(ValueId value, std::size_t most, std::string& into) const {
  if (value == nil) {
    into += "null";
  } else if (!rows_[value].list) {
    std::string_view word = word_of(value);
    if (word.starts_with('"')) word.remove_prefix(1);
    into += word.substr(0, most);
    if (word.size() > most) into += "...";
  } else {
    into += '[';
    bool first = true;
    for (const ValueId item : items(value)) {
      if (!first) into += ", ";
      first = false;
      if (into.size() > most) {
        into += "...";
        break;
      }
      write(item, most, into);
    }
    into += ']';
  }
}

std::string Values::text(ValueId value, std::size_t most) const {
  std::string text;
  write(value, most, text);
  return text;
}

std::size_t Values::bytes() const {
  return rows_.capacity() * sizeof(ValueRow) + bytes_.capacity() + items_.capacity() * sizeof(ValueId) + index_.bytes();
}

}  // namespace squall::sim::history
