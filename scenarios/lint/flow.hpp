// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "scenarios/agents/op.hpp"

namespace squall::scenarios {

/// Which operation may come after which in one program, branches and what follows their join included.
class Flow {
 public:
  using Set = std::vector<bool>;

  explicit Flow(const Code& code);

  /// Whether some way from one of the starts comes to `to`. What is `barred` may be come to and may fail, but where it
  /// succeeds the way ends. Linear.
  bool leads(std::span<const std::uint32_t> starts, std::uint32_t to, const Set& barred) const;
  /// Positions that may follow where the operation succeeds, and where it fails.
  std::vector<std::uint32_t> after(std::uint32_t pc) const;
  std::vector<std::uint32_t> after_failure(std::uint32_t pc) const;
  std::size_t size() const { return code_.ops.size(); }
  const Op& op(std::uint32_t pc) const { return code_.ops[pc]; }
  const Code& code() const { return code_; }

 private:
  void join_branches();

  const Code& code_;
  std::vector<std::vector<std::uint32_t>> joins_;  ///< of the ends of branches
};

}  // namespace squall::scenarios
