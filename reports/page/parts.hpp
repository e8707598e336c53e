// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

/// `page.css`, `page.js` and `page.hash` as they are in this folder.
namespace squall::reports {

extern const std::string_view page_style;
extern const std::string_view page_script;
extern const std::string_view page_script_hash;  ///< SHA-256 of the script in base64

}  // namespace squall::reports
