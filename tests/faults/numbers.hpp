// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "tests/faults/shop.hpp"

/// Numbers sent one after the other, of which it shows which ones arrive, and when.
namespace squall::shop {

/// Ann sends bob a number every 10 ms, from 10 ms on, five times; he says each.
inline Workflow streaming() {
  Workflow workflow{"streaming"};
  workflow.latency(fixed(sim::Duration{2'000'000}));
  Program send = program();
  for (int n = 1; n <= 5; ++n) send.sleep(ms_of(10)).send("bob", "part", {.with = {{"n", n}}});
  workflow.agent("ann", send);
  workflow.agent("bob", {.on = {{"part", program().emit("hears", var("msg.n"))}}});
  return workflow;
}
inline Lines heard(const Told& told) {
  Lines lines;
  for (const std::string& line : told.lines) {
    if (line.find("hears") != std::string::npos) lines.push_back(line);
  }
  return lines;
}

}  // namespace squall::shop
