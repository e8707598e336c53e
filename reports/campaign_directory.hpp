// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "faults/shard.hpp"
#include "scenarios/file.hpp"
#include "scenarios/strategies.hpp"

/// A campaign on disk:
///
///     campaign.json           what is played: never changes
///     workflow/...            the workflow file and those it extends
///     shards/00000.json       seeds 0 to 9,999 (fewer where the campaign begins or ends there), and so on
///     findings/SIGNATURE/     case.yaml, story.txt and the files that the case extends
///     campaign.sqlite         all of it as tables
///
/// Each file appears whole or not at all, so whatever moment a process is killed at, at most the shard in work is lost.
/// `shards/` is the truth; findings and tables are made from it and may be made again.
namespace squall::reports {

/// What makes two campaigns one: they play the same runs.
struct CampaignIdentity {
  std::string version;   ///< of squall
  std::string workflow;  ///< its name
  std::string file;      ///< the workflow's path below `workflow/`
  std::string content;   ///< hash of the bytes of all its files
  std::string profile;
  scenarios::StrategyChoice strategy{};
  std::uint64_t shard_size = 0;

  friend bool operator==(const CampaignIdentity&, const CampaignIdentity&) = default;
};

/// A user's file cannot be read or written, or two campaigns do not fit: `what` and `fix` as a diagnostic says them.
struct CampaignTrouble {
  std::string what, fix;
};

/// The texts of a workflow's files, by their paths from the folder of the first one.
using WorkflowFiles = std::map<std::string, std::string>;
/// Throws CampaignTrouble where one cannot be read.
WorkflowFiles files_of(const scenarios::Loaded& workflow);

/// All members throw CampaignTrouble.
class CampaignDirectory {
 public:
  /// Makes the campaign at `path`, or goes on with the one that is there, which must be the same.
  static CampaignDirectory begin(const std::string& path, const CampaignIdentity& identity, const WorkflowFiles& files);
  /// Opens the campaign at `path`.
  static CampaignDirectory open(const std::string& path);

  const std::string& path() const { return path_; }
  const CampaignIdentity& identity() const { return identity_; }
  /// Path of the workflow in this campaign.
  std::string workflow_path() const { return path_ + "/workflow/" + identity_.file; }
  WorkflowFiles workflow_files() const;

  /// Numbers of the shards that are there, with what they hold.
  std::map<std::uint64_t, faults::Shard> shards() const;
  std::optional<faults::Shard> shard(std::uint64_t number) const;
  void write_shard(std::uint64_t number, const faults::Shard& shard);

  /// Removes what killed processes had begun to write, anywhere in it, of files that have been written since.
  void clear_left_overs();

  /// A folder below `findings/` with these files, in place of what was there.
  void write_finding(const std::string& name, const WorkflowFiles& files);
  /// Removes the findings that are not among `names`.
  void keep_findings(const std::vector<std::string>& names);

 private:
  CampaignDirectory(std::string path, CampaignIdentity identity)
      : path_(std::move(path)), identity_(std::move(identity)) {}
  std::string shard_path(std::uint64_t number) const;

  std::string path_;
  CampaignIdentity identity_;
};

/// Hash of the names and bytes of all files, as 16 hex digits.
std::string content_of(const WorkflowFiles&);

}  // namespace squall::reports
