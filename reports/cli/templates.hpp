// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

namespace squall::reports::cli {

/// A workflow to begin with: it fails at once and says how to mend it.
struct Template {
  std::string_view name;
  std::string_view text;
};

/// Those of `reports/templates/`, by name. Written into the program when it is built.
std::span<const Template> templates();

/// Jobs that judge a repository's workflows: `github`, `gitlab`.
std::span<const Template> ci_templates();

}  // namespace squall::reports::cli
