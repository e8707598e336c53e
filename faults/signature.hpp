// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/monitor.hpp"

/// When two violations are the same trouble.
namespace squall::faults {

/// The witness in its normal form: never a seed, a time, the number of a group's member or of an instance.
///
/// A cycle begins at its smallest rotation; a cycle that only repeats itself, since all its agents are members of one group,
/// is told once round: five philosophers in a ring and three of them are one design with one bug.
std::vector<std::string> normalised(const sim::Violation&);

/// Hash of the invariant's name and of the normalised witness. Violations with one signature are one finding.
std::uint64_t signature(const sim::Violation&);

/// Signatures of many runs. What the kernel calls one violation has one signature, so its words are looked at once.
class Signatures {
 public:
  std::uint64_t of(const sim::Violation&);

 private:
  std::map<std::uint64_t, std::uint64_t> known_;  ///< by the kernel's own signature
};

/// 16 hex digits, as reports and folders name it.
std::string signature_text(std::uint64_t signature);

}  // namespace squall::faults
