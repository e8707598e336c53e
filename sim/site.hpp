// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

/// Content names as 64-bit keys. Whatever is drawn, digested or signed is named by what it is, never by a position in a
/// table: adding an agent or a step leaves every other key as it was.
namespace squall::sim {

using SiteKey = std::uint64_t;
__extension__ using Wide = unsigned __int128;

/// 64×64→128 bit product, halves xored (the fold of wyhash; Wang Yi, 2019).
constexpr std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

/// High half of the product: maps a uniform 64-bit value onto 0..range-1 (Lemire, 2019, without the rejection: the bias
/// is below range / 2^64).
constexpr std::uint64_t scale(std::uint64_t value, std::uint64_t range) {
  return static_cast<std::uint64_t>((static_cast<Wide>(value) * range) >> 64);
}

/// A bijection of 64 bits that avalanches (Evensen, "Stronger, better, morer, Moremur", 2019).
constexpr std::uint64_t moremur(std::uint64_t z) {
  z = (z ^ (z >> 27)) * 0x3c79'ac49'2ba7'b653ULL;
  z = (z ^ (z >> 33)) * 0x1c69'b3f7'4ac4'ae35ULL;
  return z ^ (z >> 27);
}

/// Key of a content name: FNV-1a over its bytes, then moremur. Not the function that mixes seeds: sharing one family made
/// seed and site cancel out.
constexpr SiteKey site_key(std::string_view text) {
  std::uint64_t hash = 0xcbf2'9ce4'8422'2325ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x0000'0100'0000'01b3ULL;
  return moremur(hash);
}

/// Key of something named by its parent and one more word or number: an activation's branch, a step of an activation.
/// Order matters: child_key(a, b) and child_key(b, a) differ.
constexpr SiteKey child_key(SiteKey parent, std::uint64_t child) {
  return fold(parent ^ 0x9e37'79b9'7f4a'7c15ULL, child ^ (parent << 32 | parent >> 32) ^ 0xe703'7ed1'a0b4'28dbULL);
}

}  // namespace squall::sim
