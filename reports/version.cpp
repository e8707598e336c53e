// SPDX-License-Identifier: Apache-2.0
#include "reports/version.hpp"

namespace squall::reports {

std::string_view version() { return SQUALL_VERSION; }

}  // namespace squall::reports
