// SPDX-License-Identifier: Apache-2.0
#include "sim/explore/strategy.hpp"

#include <charconv>

namespace squall::sim {

std::string to_text(Strategy strategy) {
  switch (strategy.kind) {
    case Strategy::Kind::uniform: return "uniform";
    case Strategy::Kind::pct: return "pct:" + std::to_string(strategy.depth);
    case Strategy::Kind::walk: return "walk";
    case Strategy::Kind::pos: return "pos";
  }
  return {};
}

std::optional<Strategy> strategy_named(std::string_view text) {
  if (text == "uniform") return Strategy{};
  if (text == "walk") return Strategy{.kind = Strategy::Kind::walk};
  if (text == "pos") return Strategy{.kind = Strategy::Kind::pos};
  if (text == "pct") return Strategy{.kind = Strategy::Kind::pct, .depth = 3};
  if (!text.starts_with("pct:")) return std::nullopt;
  Strategy strategy{.kind = Strategy::Kind::pct};
  const std::string_view depth = text.substr(4);
  const auto [end, error] = std::from_chars(depth.data(), depth.data() + depth.size(), strategy.depth);
  const bool whole = error == std::errc{} && end == depth.data() + depth.size();
  if (!whole || strategy.depth == 0 || strategy.depth > Strategy::depth_max) return std::nullopt;
  return strategy;
}

}  // namespace squall::sim
