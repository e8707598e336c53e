// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "sim/draw.hpp"

#if __has_include(<Random123/philox.h>)
#include <Random123/philox.h>
#define SQUALL_HAS_PHILOX 1
#endif

// Draws are named, not taken from a stream. So the keys that meet in one run differ in a small number at one place, and a
// mixer has to be good at exactly that: neighbours along each axis of the name must look unrelated. The statistics below
// are the plain ones; a mixer that fails them is out, a mixer that passes them has only not been caught.
namespace {

using namespace squall::sim;

/// The name of a draw by numbers; a mixer makes its own keys of them.
struct Name {
  std::uint32_t seed = 0;
  std::uint32_t site = 0;
  std::uint32_t child = 0;  // the n-th activation below the site's
  std::uint32_t instance = 0;
  std::uint32_t occurrence = 0;
  std::uint32_t purpose = 0;
};
using Mixer = std::function<std::uint64_t(const Name&)>;
using Axis = std::uint32_t Name::*;

struct NamedAxis {
  std::string name;
  Axis axis;
};
const std::array<NamedAxis, 6> axes{{{"seed", &Name::seed},
                                     {"site", &Name::site},
                                     {"child", &Name::child},
                                     {"instance", &Name::instance},
                                     {"occurrence", &Name::occurrence},
                                     {"purpose", &Name::purpose}}};

constexpr std::uint32_t small_numbers = 4096;  // an axis runs through 0..4095, the others stand at a few values
constexpr std::uint32_t lines = 32;            // so 2^17 draws along each axis; at 2^22 the worst was 3.6 sigma
// Two-sided 5.5 sigma is met by chance once in 26 million looks; there are about 5,000 looks below.
constexpr double z_max = 5.5;

/// Counts ones in each of the 64 places.
class BitCount {
 public:
  void add(std::uint64_t value) {
    for (std::uint64_t& lane : lanes_) {  // eight counters of a byte
      lane += value & 0x0101'0101'0101'0101ULL;
      value >>= 1;
    }
    if (++added_ % 255 == 0) flush();
  }
  /// The farthest from one half, over the places, in standard deviations.
  double worst_z() {
    flush();
    double worst = 0;
    for (const std::uint64_t ones : ones_)
      worst = std::max(worst, std::abs(2 * static_cast<double>(ones) - static_cast<double>(added_)));
    return worst / std::sqrt(static_cast<double>(added_));
  }
  /// All places together.
  double total_z() {
    flush();
    double ones = 0;
    for (const std::uint64_t n : ones_) ones += static_cast<double>(n);
    const double bits = 64 * static_cast<double>(added_);
    return std::abs(2 * ones - bits) / std::sqrt(bits);
  }

 private:
  void flush() {
    for (unsigned i = 0; i < 8; ++i) {
      for (unsigned byte = 0; byte < 8; ++byte) ones_[byte * 8 + i] += (lanes_[i] >> (byte * 8)) & 0xff;
      lanes_[i] = 0;
    }
  }
  std::uint64_t lanes_[8]{};
  std::uint64_t ones_[64]{};
  std::uint64_t added_ = 0;
};

/// Chi-square of pairs of four-bit values over 256 cells, as a deviation from its mean in standard deviations.
class PairCount {
 public:
  void add(std::uint64_t a, std::uint64_t b) {
    ++cells_[(a & 15) * 16 + (b & 15)];
    ++added_;
  }
  double z() const {
    const double expected = static_cast<double>(added_) / 256;
    double chi_square = 0;
    for (const std::uint64_t n : cells_)
      chi_square += (static_cast<double>(n) - expected) * (static_cast<double>(n) - expected) / expected;
    return (chi_square - 255) / std::sqrt(2.0 * 255);
  }

 private:
  std::uint64_t cells_[256]{};
  std::uint64_t added_ = 0;
};

struct Quality {
  double balance = 0;    ///< ones in each place
  double pairs = 0;      ///< neighbours: places in which they differ, cells of their high and low bits
  double avalanche = 0;  ///< one bit of the number turned: places in which the draws differ
  double worst() const { return std::max({balance, pairs, avalanche}); }
};

std::string text(const Quality& quality) {
  return "balance " + std::to_string(quality.balance) + ", pairs " + std::to_string(quality.pairs) + ", avalanche " +
         std::to_string(quality.avalanche);
}

Name line_of(Axis axis, std::uint32_t line) {
  Name name{.seed = line % 4,
            .site = line / 4 % 4,
            .child = line / 2 % 2,
            .instance = line / 16 % 2,
            .occurrence = line % 3,
            .purpose = line % 5};
  name.*axis = 0;
  return name;
}

Quality quality_along(Axis axis, const Mixer& mixer) {
  BitCount ones;
  BitCount changes;
  BitCount turned;
  PairCount high;
  PairCount low;
  std::vector<std::uint64_t> values(small_numbers);
  for (std::uint32_t line = 0; line < lines; ++line) {
    Name name = line_of(axis, line);
    for (std::uint32_t n = 0; n < small_numbers; ++n) {
      name.*axis = n;
      values[n] = mixer(name);
    }
    for (std::uint32_t n = 0; n < small_numbers; ++n) {
      ones.add(values[n]);
      turned.add(values[n] ^ values[n ^ (1U << (n % 12))]);  // no pair twice: 12 divides no power of two
      if (n == 0) continue;
      changes.add(values[n] ^ values[n - 1]);
      high.add(values[n] >> 60, values[n - 1] >> 60);
      low.add(values[n], values[n - 1]);
    }
  }
  return {.balance = std::max(ones.worst_z(), ones.total_z()),
          .pairs = std::max({changes.worst_z(), changes.total_z(), high.z(), low.z()}),
          .avalanche = std::max(turned.worst_z(), turned.total_z())};
}

/// Equal high halves among the draws of a grid of two axes, 512 by 512.
///
/// Expected: 2^18 * 2^18 / 2 pairs, each equal with probability 2^-32: 8, with a standard deviation of 2.8.
std::size_t collisions(Axis one, Axis other, const Mixer& mixer) {
  std::vector<std::uint32_t> values;
  values.reserve(512 * 512);
  Name name;
  for (name.*one = 0; name.*one < 512; ++(name.*one))
    for (name.*other = 0; name.*other < 512; ++(name.*other))
      values.push_back(static_cast<std::uint32_t>(mixer(name) >> 32));
  std::sort(values.data(), values.data() + values.size());  // plain pointers: without optimisation three times as fast
  std::size_t equal = 0;
  for (std::size_t i = 1; i < values.size(); ++i) equal += values[i] == values[i - 1] ? 1 : 0;
  return equal;
}
constexpr std::size_t collisions_max = 30;  // more than 8 by chance: once in 10^9

// Keys of names, computed once: hashing texts is not what is examined, and takes long without optimisation.
const std::vector<SiteKey>& site_keys() {
  static const std::vector<SiteKey> keys = [] {
    std::vector<SiteKey> made;
    for (std::uint32_t i = 0; i < small_numbers; ++i)
      made.push_back(site_key("coder/receive task #" + std::to_string(i)));
    return made;
  }();
  return keys;
}
const std::vector<Purpose>& purposes() {
  static const std::vector<Purpose> keys = [] {
    std::vector<Purpose> made;
    for (std::uint32_t i = 0; i < small_numbers; ++i) made.push_back(purpose("kind-" + std::to_string(i)));
    return made;
  }();
  return keys;
}

std::uint64_t ours(const Name& name) {
  const SiteKey site = child_key(site_keys()[name.site], name.child);
  return draw_value(draw_base(run_key(Seed{name.seed}), site, name.instance, name.occurrence),
                    purposes()[name.purpose]);
}

}  // namespace

TEST_SUITE("quality of draws") {
  TEST_CASE("draws whose names differ in one number look unrelated") {
    for (const NamedAxis& along : axes) {
      const Quality quality = quality_along(along.axis, ours);
      INFO(along.name << ": " << text(quality));
      CHECK(quality.worst() < z_max);
    }
  }

  TEST_CASE("draws of a grid collide no more often than chance has it") {
    for (const auto& [one, other] :
         {std::pair{&Name::seed, &Name::site}, std::pair{&Name::site, &Name::occurrence},
          std::pair{&Name::instance, &Name::occurrence}, std::pair{&Name::site, &Name::child},
          std::pair{&Name::child, &Name::occurrence}, std::pair{&Name::occurrence, &Name::purpose}})
      CHECK(collisions(one, other, ours) <= collisions_max);
  }

  TEST_CASE("occurrences of one site never draw the same value before a purpose is folded in") {
    // For each (run, site, instance) a bijection of the occurrence; a few thousand of them, sorted, are all different.
    std::vector<std::uint64_t> bases;
    for (std::uint32_t n = 0; n < small_numbers; ++n)
      bases.push_back(draw_base(run_key(Seed{7}), site_keys()[1], 3, n));
    std::ranges::sort(bases);
    CHECK(std::ranges::adjacent_find(bases) == bases.end());
  }

#ifdef SQUALL_HAS_PHILOX
  TEST_CASE("philox4x32-10, the reference, passes the same statistics") {
    const Mixer philox = [](const Name& name) {
      const SiteKey key = site_keys()[name.site] ^ static_cast<std::uint64_t>(purposes()[name.purpose]);
      const r123::Philox4x32::ctr_type counter = {{static_cast<std::uint32_t>(key),
                                                   static_cast<std::uint32_t>(key >> 32),
                                                   name.instance << 16 | name.child, name.occurrence}};
      const r123::Philox4x32::key_type run = {{name.seed, 0}};
      const auto drawn = r123::Philox4x32{}(counter, run);
      return std::uint64_t{drawn[0]} << 32 | drawn[1];
    };
    for (const NamedAxis& along : axes) {
      const Quality quality = quality_along(along.axis, philox);
      INFO(along.name << ": " << text(quality));
      CHECK(quality.worst() < z_max);
    }
    CHECK(collisions(&Name::seed, &Name::site, philox) <= collisions_max);
  }
#endif

  // What we once had, or might be tempted to have. If one of these passes, the statistics are asleep.

  TEST_CASE("a single fold of the name does not pass") {
    const Mixer one_fold = [](const Name& name) {
      return fold(run_key(Seed{name.seed}) ^ site_keys()[name.site] ^ (name.occurrence * 0x9e37'79b9'7f4a'7c15ULL),
                  0xa076'1d64'78bd'642fULL);
    };
    CHECK(quality_along(&Name::occurrence, one_fold).worst() > z_max);
  }

  TEST_CASE("seeds and sites keyed by one function cancel out") {
    const Mixer cancelling = [](const Name& name) {
      return run_key(Seed{run_key(Seed{name.seed}) ^ run_key(Seed{name.site})});
    };
    CHECK(collisions(&Name::seed, &Name::site, cancelling) > 100'000);
  }

  TEST_CASE("purposes that are small odd numbers do not pass") {
    const Mixer small_purposes = [](const Name& name) {
      return draw_value(draw_base(run_key(Seed{name.seed}), site_keys()[name.site], name.instance, name.occurrence),
                        Purpose{2 * name.purpose + 1});
    };
    CHECK(quality_along(&Name::purpose, small_purposes).worst() > z_max);
  }
}
