// SPDX-License-Identifier: Apache-2.0
#include "faults/fault.hpp"

#include <fmt/format.h>

#include <optional>

#include "faults/text.hpp"
#include "sim/fields.hpp"

namespace squall::faults {

Fault::Fault() = default;
Fault::Fault(const Fault&) = default;
Fault::Fault(Fault&&) noexcept = default;
Fault& Fault::operator=(const Fault&) = default;
Fault& Fault::operator=(Fault&&) noexcept = default;
Fault::~Fault() = default;
bool operator==(const Fault& a, const Fault& b) {
  return static_cast<const AnyFault&>(a) == static_cast<const AnyFault&>(b);
}
namespace {

using sim::Distribution;
using sim::Field;

std::string text_of(bool value) { return value ? "true" : "false"; }
std::string text_of(std::uint32_t value) { return fmt::format("{}", value); }
template <class Choice>
requires std::is_enum_v<Choice> std::string text_of(Choice value) {
  return std::string(words_of<Choice>[static_cast<std::size_t>(value)]);
}
std::string text_of(std::int64_t value) { return fmt::format("{}", value); }
std::string text_of(const std::string& value) { return value; }
std::string text_of(const Distribution& value) { return to_text(value); }
std::string text_of(const Names& value) { return to_text(value); }
std::string text_of(const TopicName& value) { return value.name; }

std::uint64_t word_of(bool value) { return value ? 1 : 0; }
std::uint64_t word_of(std::uint32_t value) { return value; }
template <class Choice>
requires std::is_enum_v<Choice> std::uint64_t word_of(Choice value) { return static_cast<std::uint64_t>(value); }
std::uint64_t word_of(std::int64_t value) { return static_cast<std::uint64_t>(value); }
std::uint64_t word_of(const std::string& value) { return sim::site_key(value); }
std::uint64_t word_of(const TopicName& value) { return sim::site_key(value.name); }
std::uint64_t word_of(const Names& value) { return sim::site_key(to_text(value)); }
std::uint64_t word_of(const Distribution& value) { return static_cast<std::uint64_t>(value.a); }

/// Calls `visit(field, value)` for each option that is there.
template <class Self, class Visit>
void present_fields(Self& self, Visit&& visit) {
  self.fields(self, [&](const Field& field, auto& value) {
    if constexpr (sim::is_optional<std::remove_cvref_t<decltype(value)>>) {
      if (value) visit(field, *value);
    } else {
      visit(field, value);
    }
  });
}

/// Calls `visit(field, time)` for each option that is a time.
template <class Self, class Visit>
void times(Self& self, Visit&& visit) {
  present_fields(self, [&](const Field& field, auto& value) {
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(value)>, Distribution>) visit(field, value);
  });
}

std::string_view problem_of(const Distribution& time) {
  switch (time.kind) {
    case Distribution::Kind::constant: return time.a < 0 ? "is negative" : "";
    case Distribution::Kind::uniform:
      return time.a < 0 ? "is negative" : time.a > time.b ? "ends before it begins" : "";
    case Distribution::Kind::exponential: return time.a <= 0 ? "has a mean that is not positive" : "";
    case Distribution::Kind::lognormal:
      return time.a <= 0 ? "has a p50 that is not positive" : time.a > time.b ? "has a p99 below its p50" : "";
  }
  return "";
}

}  // namespace

std::string_view name_of(const Fault& fault) {
  return std::visit([](const auto& kind) { return kind.name; }, fault);
}

Strikes strikes_of(const Fault& fault) {
  return std::visit([](const auto& kind) { return kind.strikes; }, fault);
}

Fault drawn(const Fault& fault, sim::Draw draw) {
  Fault result = fault;
  const auto fix = [&](const Field& field, Distribution& time) {
    time = Distribution::constant(draw.duration(sim::purpose(field.name), time));
  };
  std::visit([&](auto& kind) { times(kind, fix); }, result);
  return result;
}

Fault timeless(const Fault& fault) {
  Fault result = fault;
  std::visit([](auto& kind) { times(kind, [](const Field&, Distribution& time) { time = {}; }); }, result);
  return result;
}

Fault rounded(const Fault& fault, unsigned digits) {
  Fault result = fault;
  const auto round = [&](const Field&, Distribution& time) {
    if (time.kind != Distribution::Kind::constant || time.a <= 0) return;
    constexpr std::int64_t units[] = {3'600'000'000'000, 60'000'000'000, 1'000'000'000, 1'000'000, 1'000, 1};
    std::int64_t unit = 1;
    for (const std::int64_t each : units) {
      if (each <= time.a) {
        unit = each;
        break;
      }
    }
    std::int64_t whole = time.a / unit + (time.a % unit >= (unit + 1) / 2 ? 1 : 0);
    std::int64_t scale = 1, last = 1;  // 10 ^ digits; of the last digit that stays
    for (unsigned d = 0; d < digits; ++d) scale *= 10;
    while (whole / last >= scale) last *= 10;
    whole = (whole + last / 2) / last * last;
    // As long as it was: what would leave the range stays as it is.
    std::int64_t product = 0;
    if (!__builtin_mul_overflow(whole, unit, &product)) time.a = product;
  };
  std::visit([&](auto& kind) { times(kind, round); }, result);
  return result;
}

bool is_drawn(const Fault& fault) {
  bool all_constant = true;
  const auto look = [&](const Field&, const Distribution& time) {
    all_constant = all_constant && time.kind == Distribution::Kind::constant;
  };
  std::visit([&](const auto& kind) { times(kind, look); }, fault);
  return all_constant;
}

std::uint32_t cost(const Fault& fault) {
  return std::visit([](const auto& kind) { return kind.cost(); }, fault);
}

bool holds_state(const Fault& fault) {
  return std::visit(
      []<class Kind>(const Kind&) {
        return (is_state(Kind::strikes) && !requires { Kind::sets_no_bit; }) || requires { Kind::goes_on; };
      },
      fault);
}

std::optional<sim::Duration> lasts(const Fault& fault) {
  return std::visit(
      []<class Kind>(const Kind& kind) -> std::optional<sim::Duration> {
        if constexpr (Kind::strikes == Strikes::outage || Kind::strikes == Strikes::inbox) {
          return sim::Duration{kind.lasts.a};
        } else if constexpr (requires { kind.lasts->a; } && Kind::strikes == Strikes::link) {
          if (kind.lasts) return sim::Duration{kind.lasts->a};
        } else if constexpr (requires {
                               Kind::goes_on;
                               kind.resets;
                             }) {
          if (kind.resets) return sim::Duration{kind.resets->a};
        } else if constexpr (requires { Kind::goes_on; }) {
          if (kind.lasts) return sim::Duration{kind.lasts->a};
        }
        return std::nullopt;
      },
      fault);
}

std::uint64_t content(const Fault& fault) {
  sim::SiteKey key = sim::site_key(name_of(fault));
  const auto add = [&](const Field& field, const auto& value) {
    key = sim::child_key(key, sim::child_key(sim::site_key(field.name), word_of(value)));
  };
  std::visit([&](const auto& kind) { present_fields(kind, add); }, fault);
  return key | 1;
}

std::string problem(const Fault& fault) {
  std::string found;
  const auto look = [&](const Field& field, const Distribution& time) {
    const std::string_view what = problem_of(time);
    if (found.empty() && !what.empty()) found = fmt::format("'{}' {}", field.name, what);
  };
  std::visit([&](const auto& kind) { times(kind, look); }, fault);
  if (!found.empty()) return found;
  return std::string(std::visit([](const auto& kind) { return kind.problem(); }, fault));
}

std::string options_text(const Fault& fault) {
  std::string text;
  const auto write = [&](const Field& field, const auto& value) {
    if constexpr (sim::is_optional<std::remove_cvref_t<decltype(value)>>) {
      if (value) {
        text += fmt::format(", {}: {}", field.name, text_of(*value));
      } else if (!field.otherwise.empty()) {
        text += fmt::format(", {}: {}", field.name, field.otherwise);
      }
    } else if (const std::string written = text_of(value); !written.empty()) {  // a name that was left out
      text += fmt::format(", {}: {}", field.name, written);
    }
  };
  std::visit([&](const auto& kind) { kind.fields(kind, write); }, fault);
  return text;
}

}  // namespace squall::faults
