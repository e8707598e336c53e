// SPDX-License-Identifier: Apache-2.0
#include "sim/explore/frontier.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <utility>

namespace squall::sim {
namespace {

// A record is a list of changed 64-bit words, the header's first, then those of the pools' used rows in their order: how
// far after the last one (one byte; 255: four more follow; 0 ends the record), then the old word xor the new one.
// Rows that the earlier state had not used count as zero there.
constexpr std::uint8_t far = 255;
constexpr std::size_t word_bytes_max = 1 + 4 + 8;

constexpr std::size_t header_words = sizeof(Header) / 8;
static_assert(sizeof(Header) % 8 == 0 && offsetof(Header, pools) == 0 && sizeof(PoolState) == 8);

std::uint64_t load(const std::byte* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, 8);
  return word;
}
void flip(std::byte* at, std::uint64_t difference) {
  const std::uint64_t word = load(at) ^ difference;
  std::memcpy(at, &word, 8);
}

constexpr std::size_t block_words = 4;

/// Which of `words` words differ, a bit each; at most a block of them. Without a branch for any of them.
std::uint32_t differing(const std::byte* a, const std::byte* b, std::size_t words) {
  std::uint32_t differ = 0;
  for (std::size_t w = 0; w < words; ++w) differ |= std::uint32_t{load(a + w * 8) != load(b + w * 8)} << w;
  return differ;
}

/// Whether a block is the same: with one branch, by whatever vectors there are.
bool same_block(const std::byte* a, const std::byte* b) {
  using Vector __attribute__((vector_size(16))) = std::uint64_t;
  Vector differs{};
  for (std::size_t at = 0; at < block_words * 8; at += sizeof(Vector)) {
    Vector x, y;
    std::memcpy(&x, a + at, sizeof(Vector));
    std::memcpy(&y, b + at, sizeof(Vector));
    differs |= x ^ y;
  }
  return (differs[0] | differs[1]) == 0;
}

std::byte* header_word(World& world, std::size_t number) {
  return reinterpret_cast<std::byte*>(&world.header()) + number * 8;
}

/// Makes room for `rows` rows, zeroes those that were not used before, and uses them.
void use_rows(World& world, Pool pool, std::uint32_t rows) {
  const std::uint32_t used = world.used(pool);
  world.reserve(pool, rows - used);
  std::memset(world.at(pool) + std::size_t{used} * world.stride(pool), 0,
              std::size_t{rows - used} * world.stride(pool));
  world.header().pools[static_cast<std::size_t>(pool)].used = rows;
}

bool uses_more(const Header& now, const Header& before) {
  if (std::memcmp(now.pools, before.pools, sizeof(now.pools)) == 0) return false;
  bool more = false;
  for (std::size_t p = 0; p < pool_count; ++p) more |= now.pools[p].used > before.pools[p].used;
  return more;
}

class Writer {
 public:
  explicit Writer(std::uint8_t* record) : begin_(record), at_(record) {}
  /// Notes what differs in `words` words, and makes `before` the same as `now`.
  void region(std::byte* before, const std::byte* now, std::size_t words) {
    compare(before, now, 0, words);
    base_ += words;
  }
  /// The same for rows of so many words of which only those in `unlike` (`ChangedRows`) can differ.
  void rows(std::byte* before, const std::byte* now, std::size_t words, std::uint32_t used, std::uint64_t unlike) {
    constexpr Row shared = 63;
    for (std::uint64_t rest = unlike & ~ChangedRows::bit(shared); rest != 0; rest &= rest - 1) {
      const auto row = static_cast<Row>(__builtin_ctzll(rest));
      if (row >= used) break;
      compare(before, now, row * words, (row + 1) * words);
    }
    if ((unlike & ChangedRows::bit(shared)) != 0 && used > shared) compare(before, now, shared * words, used * words);
    base_ += used * words;
  }
  std::size_t end() {
    *at_++ = 0;
    return static_cast<std::size_t>(at_ - begin_);
  }

 private:
  void compare(std::byte* before, const std::byte* now, std::size_t from, std::size_t to) {
    std::size_t w = from;
    for (; w + block_words <= to; w += block_words) {
      if (!same_block(before + w * 8, now + w * 8))
        note(before, now, w, differing(before + w * 8, now + w * 8, block_words));
    }
    if (w < to) note(before, now, w, differing(before + w * 8, now + w * 8, to - w));
  }
  void note(std::byte* before, const std::byte* now, std::size_t first, std::uint32_t differ) {
    for (; differ != 0; differ &= differ - 1) {
      const std::size_t number = first + static_cast<std::size_t>(__builtin_ctz(differ));
      word(before + number * 8, now + number * 8, number);
    }
  }
  void word(std::byte* before, const std::byte* now, std::size_t number) {
    const std::uint64_t difference = load(before) ^ load(now);
    std::memcpy(before, now, 8);
    const auto gap = static_cast<std::uint32_t>(base_ + number - last_);
    last_ = base_ + number;
    if (gap < far) {
      *at_++ = static_cast<std::uint8_t>(gap);
    } else {
      *at_++ = far;
      std::memcpy(at_, &gap, 4);
      at_ += 4;
    }
    std::memcpy(at_, &difference, 8);
    at_ += 8;
  }

  std::uint8_t* begin_;
  std::uint8_t* at_;
  std::size_t base_ = 1;  ///< 1 + the words of the regions before: no gap is 0
  std::size_t last_ = 0;
};

class Reader {
 public:
  explicit Reader(const std::uint8_t* record) : at_(record) { next(); }
  /// Calls `flip(number, difference)` for each of the next `words` words that differs.
  template <class Flip>
  void region(std::size_t words, Flip&& flip) {
    while (position_ < base_ + words) {
      std::uint64_t difference = 0;
      std::memcpy(&difference, at_, 8);
      at_ += 8;
      flip(position_ - base_, difference);
      next();
    }
    base_ += words;
  }
  const std::uint8_t* end() const { return at_; }

 private:
  static constexpr std::size_t nowhere = ~std::size_t{0};
  void next() {
    std::uint32_t gap = *at_++;
    if (gap == 0) {
      position_ = nowhere;
      return;
    }
    if (gap == far) {
      std::memcpy(&gap, at_, 4);
      at_ += 4;
    }
    position_ += gap;
  }

  const std::uint8_t* at_;
  std::size_t base_ = 1;
  std::size_t position_ = 0;  ///< of the next word that differs
};

}  // namespace

Frontier::Frontier(const World& first) : pushed_(first) {
  for (std::size_t p = 0; p < pool_count; ++p) words_of_[p] = first.stride(static_cast<Pool>(p)) / 8;
  note_used_pools(first.header());
}

void Frontier::note_used_pools(const Header& header) {
  std::array<bool, pool_count> used{};
  for (std::size_t n = 0; n < pools_; ++n) used[used_pools_[n]] = true;
  pools_ = 0;
  std::size_t words = header_words;
  for (std::size_t p = 0; p < pool_count; ++p) {
    if (!used[p] && header.pools[p].used == 0) continue;
    used_pools_[pools_++] = static_cast<std::uint8_t>(p);
    rows_max_[p] = std::max(rows_max_[p], header.pools[p].used);
    words += words_of_[p] * rows_max_[p];
  }
  record_bytes_max_ = words * word_bytes_max + 1;
}

void Frontier::push(const World& state, Visited::Place place, const ChangedRows* unlike) {
  const Header& header = state.header();
  if (uses_more(header, pushed_.header())) [[unlikely]] {
    const Header before = pushed_.header();
    for (std::size_t p = 0; p < pool_count; ++p) {
      if (header.pools[p].used > before.pools[p].used) use_rows(pushed_, static_cast<Pool>(p), header.pools[p].used);
    }
    note_used_pools(header);
    pushed_.header() = before;  // the reader makes the same rows when it comes to the header's words
  }
  Chunk& chunk = chunk_for(record_bytes_max_);
  Writer writer{chunk.data.get() + chunk.used};
  writer.region(reinterpret_cast<std::byte*>(&pushed_.header()), reinterpret_cast<const std::byte*>(&header),
                header_words);
  for (std::size_t n = 0; n < pools_; ++n) {
    const std::size_t p = used_pools_[n];
    const auto pool = static_cast<Pool>(p);
    if (const std::uint32_t used = header.pools[p].used; used != 0)
      writer.rows(pushed_.at(pool), state.at(pool), words_of_[p], used,
                  unlike != nullptr ? unlike->of(pool) : ChangedRows::all);
  }
  chunk.used += writer.end();
  places_.push_back(place);
}

Frontier::Chunk& Frontier::chunk_for(std::size_t bytes) {
  if (!chunks_.empty() && chunks_.back().used + bytes <= chunks_.back().capacity) return chunks_.back();
  const std::size_t capacity = std::max(chunk_bytes, 8 * bytes);  // no record is known to fit before it is written
  if (spare_.capacity >= capacity) {
    chunks_.push_back(std::exchange(spare_, Chunk{}));
    chunks_.back().used = 0;
  } else {
    chunks_.push_back({std::make_unique_for_overwrite<std::uint8_t[]>(capacity), capacity, 0});
    bytes_ += capacity;
  }
  return chunks_.back();
}

const std::uint8_t* Frontier::next_record() {
  if (read_ == chunks_.front().used) {
    if (spare_.capacity == 0) {
      spare_ = std::move(chunks_.front());
    } else {
      bytes_ -= chunks_.front().capacity;
    }
    chunks_.pop_front();
    read_ = 0;
  }
  return chunks_.front().data.get() + read_;
}

Visited::Place Frontier::pop(std::span<World* const> worlds, ChangedRows* changed) {
  const std::uint8_t* record = next_record();
  Reader reader{record};
  // Word by word where it stands: a copy of words just written would wait for them.
  bool grown = false;
  reader.region(header_words, [&](std::size_t number, std::uint64_t difference) {
    for (World* world : worlds) {
      const std::uint64_t now = load(header_word(*world, number)) ^ difference;
      if (number < pool_count) {
        PoolState state;
        std::memcpy(&state, &now, sizeof(state));
        if (state.used > world->header().pools[number].used) [[unlikely]] {
          use_rows(*world, static_cast<Pool>(number), state.used);
          grown = true;
        }
      }
      std::memcpy(header_word(*world, number), &now, 8);
    }
  });
  if (grown) {
    for (World* world : worlds) world->make_room();
  }
  for (std::size_t n = 0; n < pools_; ++n) {
    const std::size_t p = used_pools_[n];
    const std::uint32_t used = worlds.front()->header().pools[p].used;
    if (used == 0) continue;
    const auto pool = static_cast<Pool>(p);
    const auto row_words = static_cast<std::uint32_t>(words_of_[p]);
    reader.region(words_of_[p] * used, [&](std::size_t number, std::uint64_t difference) {
      if (changed != nullptr) changed->note(pool, static_cast<std::uint32_t>(number) / row_words);
      for (World* world : worlds) flip(world->at(pool) + number * 8, difference);
    });
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
