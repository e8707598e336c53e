// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <thread>

#include "reports/campaign_finish.hpp"
#include "reports/cli/commands.hpp"
#include "reports/cli/console.hpp"
#include "reports/cli/page_server.hpp"
#include "reports/cli/signals.hpp"
#include "reports/html.hpp"
#include "reports/text.hpp"

namespace squall::reports::cli {
namespace {

namespace fs = std::filesystem;

/// A campaign that somebody else may be playing: it is only looked at, never written to.
class Watched {
 public:
  explicit Watched(const std::string& folder)
      : campaign_(CampaignDirectory::open(folder)), workflow_(workflow_of(campaign_)) {}

  /// The page, where it is not the one given out last: shards came, or one more finding was shrunk.
  std::optional<std::string> next() {
    Shards now = shards();
    const bool changed = now != seen_;
    if (changed) {
      seen_ = std::move(now);
      report_ = sum_of(campaign_, scenarios::counted_of(*workflow_.scenario));
      measure_blast(report_, workflow_, campaign_.identity().strategy);
      report_.again = fmt::format("squall report {} --out FILE", path_word(campaign_.path()));
    }
    const bool more = shrink_one();
    if (!changed && !more) return std::nullopt;
    CampaignReport told = report_;
    for (CampaignFinding& each : told.findings) {
      if (const std::string path = written_case(campaign_, each.signature); !path.empty())
        each.replay = "squall replay " + path_word(path);
      const auto known = shrunk_.find(each.signature);
      if (known == shrunk_.end()) continue;
      each.shrunk = known->second.shrunk;
      each.decided = known->second.decided;
      each.trouble = known->second.trouble;
    }
    return campaign_html(told);
  }

 private:
  using Shards = std::map<std::string, std::pair<std::uintmax_t, fs::file_time_type>>;

  Shards shards() const {
    Shards all;
    std::error_code gone;  // a temporary file may be renamed between two looks
    for (const auto& entry : fs::directory_iterator{campaign_.path() + "/shards", gone}) {
      if (entry.path().extension() != ".json") continue;
      all[entry.path().string()] = {entry.file_size(gone), entry.last_write_time(gone)};
    }
    for (const auto& entry :
         fs::directory_iterator{campaign_.path() + "/findings", gone})  // cases, when it is finished
      all[entry.path().string()] = {0, entry.last_write_time(gone)};
    return all;
  }

  /// Shrinking takes its time: one finding between two looks at the shards, each once.
  bool shrink_one() {
    for (std::size_t f = 0; f < report_.findings.size() && f < findings_shrunk; ++f) {
      const CampaignFinding& each = report_.findings[f];
      if (shrunk_.contains(each.signature)) continue;
      CampaignReport alone;
      alone.findings.push_back(each);
      explain_findings(alone, campaign_.workflow_path(), workflow_, campaign_.identity().strategy);
      shrunk_.emplace(each.signature, std::move(alone.findings.front()));
      return true;
    }
    return false;
  }

  CampaignDirectory campaign_;
  scenarios::Loaded workflow_;
  CampaignReport report_;
  Shards seen_;
  std::map<std::uint64_t, CampaignFinding> shrunk_;
};

int serve(const std::string& folder, const std::string& port) {
  using namespace std::chrono_literals;
  note_interrupts();
  Watched campaign{folder};
  auto server = served_on(port);
  if (!server) return bad_input;
  while (!interrupted()) {
    if (const auto page = campaign.next()) server->show(*page);
    else std::this_thread::sleep_for(200ms);
  }
  return interrupted_exit;
}

}  // namespace

int report(const std::string& folder, const std::string& out, const std::optional<std::string>& port) {
  if (out.empty() == !port)
    return refuse("it is not said where the page is to be", "write --out FILE, or --serve [PORT]");
  try {
    if (port) return serve(folder, *port);
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
