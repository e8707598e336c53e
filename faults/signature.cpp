// SPDX-License-Identifier: Apache-2.0
#include "faults/signature.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/site.hpp"

namespace squall::faults {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Without the numbers of members and instances: `worker[3]` is a worker, `plan (instance 7)` is the plan.
std::string without_numbers(const std::string& token) {
  constexpr std::string_view instance = " (instance ";
  std::string text;
  for (std::size_t i = 0; i < token.size();) {
    const bool member = token[i] == '[';
    const bool counted = token.compare(i, instance.size(), instance) == 0;
    std::size_t end = i + (member ? 1 : counted ? instance.size() : 0);
    const std::size_t digits = end;
    while ((member || counted) && end < token.size() && is_digit(token[end])) ++end;
    if (end > digits && end < token.size() && token[end] == (member ? ']' : ')')) {
      i = end + 1;
    } else {
      text += token[i++];
    }
  }
  return text;
}

/// Length of the shortest piece that the tokens repeat. O(tokens²) at worst; cycles are short.
std::size_t period_of(const std::vector<std::string>& tokens) {
  const std::size_t n = tokens.size();
  for (std::size_t period = 1; period < n; ++period) {
    if (n % period != 0) continue;
    bool repeats = true;
    for (std::size_t i = period; repeats && i < n; ++i) repeats = tokens[i] == tokens[i - period];
    if (repeats) return period;
  }
  return n;
}

}  // namespace

std::vector<std::string> normalised(const sim::Violation& violation) {
  sim::Violation plain{.invariant = {}, .witness = {}, .reasons = {}, .cycle = violation.cycle, .members = {}};
  plain.witness.reserve(violation.witness.size());
  for (const std::string& token : violation.witness) plain.witness.push_back(without_numbers(token));
  if (!violation.cycle) return plain.witness;
  const auto start = static_cast<std::ptrdiff_t>(canonical_start(plain));
  std::rotate(plain.witness.begin(), plain.witness.begin() + start, plain.witness.end());
  plain.witness.resize(period_of(plain.witness));
  return plain.witness;
}

std::uint64_t signature(const sim::Violation& violation) {
  std::uint64_t key = sim::site_key(violation.invariant);
  for (const std::string& token : normalised(violation)) key = sim::child_key(key, sim::site_key(token));
  return key;
}

std::uint64_t Signatures::of(const sim::Violation& violation) {
  const auto [place, fresh] = known_.try_emplace(sim::signature(violation));
  if (fresh) place->second = faults::signature(violation);
  return place->second;
}

std::string signature_text(std::uint64_t signature) { return fmt::format("{:016x}", signature); }

}  // namespace squall::faults
