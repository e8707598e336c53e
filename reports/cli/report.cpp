// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "reports/campaign_finish.hpp"
#include "reports/cli/commands.hpp"
#include "reports/cli/console.hpp"
#include "reports/html.hpp"
#include "reports/text.hpp"

namespace squall::reports::cli {

int report(const std::string& folder, const std::string& out) {
  try {
    CampaignDirectory campaign = CampaignDirectory::open(folder);
    const scenarios::Loaded workflow = workflow_of(campaign);
    CampaignReport told = finish(campaign, workflow);
    told.again = fmt::format("squall report {} --out {}", path_word(folder), path_word(out));
    if (!write_output(out, campaign_html(told))) return our_fault;
    return tell(fmt::format("{}\n", printable(out)), as_wanted);
  } catch (const CampaignTrouble& wrong) {
    return refuse(wrong.what, wrong.fix);
  }
}

}  // namespace squall::reports::cli
