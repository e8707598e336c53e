// SPDX-License-Identifier: Apache-2.0
#include "sim/explore/frontier.hpp"

#include <algorithm>
#include <cstring>

namespace squall::sim {
namespace {

// A record is a list of changed 64-bit words, the header's first, then those of the pools' used rows in their order:
//   gap to the word before, as a varint (1: the next word; 0: end), a mask of the bytes that differ, those bytes xor-ed.
// Rows that the earlier state had not used count as zero there.

std::uint64_t load(const std::byte* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, 8);
  return word;
}

class Writer {
 public:
  explicit Writer(std::vector<std::uint8_t>& record) : record_(record) { record_.clear(); }
  /// `words` words from `now`; `before` may be null: zeros.
  void region(const std::byte* before, const std::byte* now, std::size_t words) {
    std::size_t w = 0;
    if (before != nullptr) {
      for (; w + 4 <= words; w += 4) {
        std::uint64_t differs = 0;
        for (std::size_t i = 0; i < 4; ++i) differs |= load(before + (w + i) * 8) ^ load(now + (w + i) * 8);
        if (differs == 0) continue;
        for (std::size_t i = 0; i < 4; ++i) word(w + i, load(before + (w + i) * 8) ^ load(now + (w + i) * 8));
      }
    }
    for (; w < words; ++w) word(w, load(now + w * 8) ^ (before != nullptr ? load(before + w * 8) : 0));
    base_ += words;
  }
  void end() { record_.push_back(0); }

 private:
  void word(std::size_t at, std::uint64_t changed) {
    if (changed == 0) return;
    std::size_t gap = base_ + at + 1 - last_;
    last_ = base_ + at + 1;
    for (; gap >= 0x80; gap >>= 7) record_.push_back(static_cast<std::uint8_t>(gap | 0x80));
    record_.push_back(static_cast<std::uint8_t>(gap));
    const std::size_t mask_at = record_.size();
    record_.push_back(0);
    std::uint8_t mask = 0;
    for (unsigned b = 0; b < 8; ++b) {
      const auto byte = static_cast<std::uint8_t>(changed >> (8 * b));
      if (byte == 0) continue;
      mask |= static_cast<std::uint8_t>(1U << b);
      record_.push_back(byte);
    }
    record_[mask_at] = mask;
  }

  std::vector<std::uint8_t>& record_;
  std::size_t base_ = 0;  ///< words of the regions before
  std::size_t last_ = 0;  ///< 1 + position of the word written last
};

class Reader {
 public:
  explicit Reader(const std::uint8_t* record) : at_(record) { next_gap(); }
  /// Applies the changes that lie in the next `words` words.
  void region(std::byte* data, std::size_t words) {
    while (more_ && next_ < base_ + words) {
      std::byte* place = data + (next_ - base_) * 8;
      std::uint64_t changed = 0;
      for (unsigned mask = *at_++; mask != 0; mask &= mask - 1) {
        changed |= std::uint64_t{*at_++} << (8 * static_cast<unsigned>(__builtin_ctz(mask)));
      }
      const std::uint64_t word = load(place) ^ changed;
      std::memcpy(place, &word, 8);
      next_gap();
    }
    base_ += words;
  }
  const std::uint8_t* end() const { return at_; }

 private:
  void next_gap() {
    std::size_t gap = 0;
    for (unsigned shift = 0;; shift += 7) {
      gap |= std::size_t{static_cast<std::uint8_t>(*at_ & 0x7f)} << shift;
      if ((*at_++ & 0x80) == 0) break;
    }
    more_ = gap != 0;
    next_ += gap;
    if (first_ && more_) --next_;
    first_ = false;
  }

  const std::uint8_t* at_;
  std::size_t base_ = 0;
  std::size_t next_ = 0;  ///< position of the next changed word
  bool more_ = true;
  bool first_ = true;
};

constexpr std::size_t header_words = sizeof(Header) / 8;
static_assert(sizeof(Header) % 8 == 0);

std::size_t words(const World& world, std::size_t pool, std::uint32_t rows) {
  return std::size_t{world.stride(static_cast<Pool>(pool))} / 8 * rows;
}

}  // namespace

void Frontier::push(const World& state, Visited::Place place) {
  Writer writer{record_};
  writer.region(reinterpret_cast<const std::byte*>(&pushed_.header()),
                reinterpret_cast<const std::byte*>(&state.header()), header_words);
  for (std::size_t p = 0; p < pool_count; ++p) {
    const auto pool = static_cast<Pool>(p);
    const std::uint32_t both = std::min(pushed_.used(pool), state.used(pool));
    if (both != 0) writer.region(pushed_.at(pool), state.at(pool), words(state, p, both));
    if (state.used(pool) != both) {
      writer.region(nullptr, state.at(pool) + std::size_t{both} * state.stride(pool),
                    words(state, p, state.used(pool) - both));
    }
  }
  writer.end();
  pushed_ = state;

  if (chunks_.empty() || chunks_.back().used + record_.size() > chunks_.back().capacity) {
    if (spare_.capacity >= std::max(chunk_bytes, record_.size())) {
      chunks_.push_back(std::move(spare_));
      chunks_.back().used = 0;
      spare_ = {};
    } else {
      const std::size_t capacity = std::max(chunk_bytes, record_.size());
      chunks_.push_back({std::make_unique<std::uint8_t[]>(capacity), capacity, 0});
      bytes_ += capacity;
    }
  }
  Chunk& chunk = chunks_.back();
  std::memcpy(chunk.data.get() + chunk.used, record_.data(), record_.size());
  chunk.used += record_.size();
  places_.push_back(place);
}

Visited::Place Frontier::pop(World& state) {
  if (read_ == chunks_.front().used) {
    if (spare_.capacity == 0) {
      spare_ = std::move(chunks_.front());
    } else {
      bytes_ -= chunks_.front().capacity;
    }
    chunks_.pop_front();
    read_ = 0;
  }
  const std::uint8_t* record = chunks_.front().data.get() + read_;
  Reader reader{record};
  Header header = state.header();
  reader.region(reinterpret_cast<std::byte*>(&header), header_words);
  for (std::size_t p = 0; p < pool_count; ++p) {
    const auto pool = static_cast<Pool>(p);
    const std::uint32_t before = state.used(pool);
    const std::uint32_t now = header.pools[p].used;
    if (now <= before) continue;
    state.reserve(pool, now - before);
    std::memset(state.at(pool) + std::size_t{before} * state.stride(pool), 0,
                std::size_t{now - before} * state.stride(pool));
    state.header().pools[p].used = now;  // growing another pool keeps these rows
  }
  state.header() = header;
  for (std::size_t p = 0; p < pool_count; ++p) {
    if (const std::uint32_t used = header.pools[p].used; used != 0)
      reader.region(state.at(static_cast<Pool>(p)), words(state, p, used));
  }
  read_ += static_cast<std::size_t>(reader.end() - record);
  const Visited::Place place = places_.front();
  places_.pop_front();
  return place;
}

void Frontier::relocate(const std::vector<Visited::Place>& moved) {
  for (Visited::Place& place : places_) place = moved[place];
}

}  // namespace squall::sim
