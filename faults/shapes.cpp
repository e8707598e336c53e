// SPDX-License-Identifier: Apache-2.0
#include "faults/shapes.hpp"

#include <utility>

namespace squall::faults {
namespace {

Fault plain(const PartOfShape& fault) {
  return std::visit([](const auto& kind) { return Fault{kind}; }, fault);
}

void add_parts(const Line& line, std::uint32_t position, std::vector<Part>& parts) {
  std::visit(
      [&]<class Kind>(const Kind& kind) {
        if constexpr (Kind::strikes == Strikes::shape) {
          std::uint32_t number = 0;
          for (const ShapePart& part : kind.parts(line.matcher)) {
            Matcher whom;
            whom.from = part.from;
            whom.to = part.to;
            whom.agent = part.agent;
            whom.tool = part.tool;
            parts.push_back({{plain(part.fault), std::move(whom), line.trigger}, position, number++, part.after});
          }
        } else {
          parts.push_back({line, position, 0, {}});
        }
      },
      line.fault);
}

}  // namespace

std::vector<Part> parts_of(std::span<const Line> lines) {
  std::vector<Part> parts;
  for (std::uint32_t position = 0; position < lines.size(); ++position) add_parts(lines[position], position, parts);
  return parts;
}

std::size_t count_parts(std::span<const Line> lines) {
  bool plain = true;
  for (const Line& line : lines) plain = plain && strikes_of(line.fault) != Strikes::shape;
  return plain ? lines.size() : parts_of(lines).size();
}

}  // namespace squall::faults
