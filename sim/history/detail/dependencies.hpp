// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/history/transactions/dependencies.hpp"

namespace squall::sim::history::detail {

void list_dependencies(const Transactions& transactions, Dependencies& result);
void register_dependencies(const Transactions& transactions, ValueId initial, Dependencies& result);

/// The first thing the transaction did to the key was to read this value, and it wrote to the key later on.
bool first_read_then_written(const Transactions& transactions, std::uint32_t transaction, ValueId key, ValueId value);

}  // namespace squall::sim::history::detail
