// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/invariants/options.hpp"
#include "sim/monitor.hpp"

namespace squall::sim {

struct Model;

/// What is sent arrives, or its loss does not pass unnoticed.
///
/// A message that was lost, refused by a full inbox, or came when its receiver took nothing any more is made good by another
/// of the same content that is taken, and is noticed where its sender or receiver runs into a timeout after that, or the
/// instance reports a failure. Asked at the end of each instance. The loss of a copy is none.
struct Delivery {
  static constexpr const char* name = "delivery";
  static constexpr const char* claim = "what is sent arrives, or its loss does not pass unnoticed";
  static constexpr const char* witness = "which message does not arrive: report from tester to coder";

  template <class Self, class Visit>
  static void fields(Self&, Visit&&) {}
  Monitor monitor(Model&) const;
  friend bool operator==(const Delivery&, const Delivery&) = default;
};

}  // namespace squall::sim
