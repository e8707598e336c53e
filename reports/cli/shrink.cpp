// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>

#include "reports/campaign_finish.hpp"
#include "reports/cli/commands.hpp"
#include "reports/cli/console.hpp"
#include "reports/explanation.hpp"
#include "reports/output.hpp"
#include "reports/text.hpp"

namespace squall::reports::cli {
namespace {

namespace fs = std::filesystem;

/// Writes the case to `path`, and next to it the files that it extends, where it does not lie in their folder.
void write_case(const std::string& path, const scenarios::Loaded& workflow, const scenarios::ShrunkCase& shrunk) {
  const auto write = [](const std::string& target, const std::string& text) {
    if (const std::string trouble = write_whole(target, text); !trouble.empty())
      throw CampaignTrouble{fmt::format("'{}' could not be written: {}", printable(target), trouble),
                            "look for room and permissions there"};
  };
  const auto folder_of = [](const std::string& file) {
    const fs::path folder = fs::path{file}.parent_path();
    std::error_code error;
    return fs::weakly_canonical(folder.empty() ? fs::path{"."} : folder, error);
  };
  std::error_code error;
  for (const std::string& file : workflow.files) {
    if (fs::equivalent(file, path, error))
      throw CampaignTrouble{fmt::format("'{}' is what the case extends", printable(path)), "name another file"};
  }
  if (folder_of(path) != folder_of(workflow.files.front())) {
    for (const auto& [name, text] : files_of(workflow)) {
      const fs::path target = folder_of(path) / name;
      if (fs::exists(target, error)) {
        if (fs::file_size(target, error) != text.size())
          throw CampaignTrouble{
              fmt::format("'{}' is there and differs from what the case extends", printable(target.string())),
              "write the case into another folder"};
        continue;
      }
      fs::create_directories(target.parent_path(), error);
      write(target.string(), text);
    }
  }
  write(path, to_text(shrunk.file));
}

/// Shrinks what the arguments name and hands it to `then`, which returns the exit status.
template <class Then>
int shrunk(const ShrinkArguments& arguments, const char* command, const Then& then) {
  std::optional<std::uint64_t> seed, signature;
  if (!arguments.seed.empty() && !(seed = number_of(arguments.seed))) return refuse_seed(arguments.seed);
  if (!arguments.signature.empty()) {
    const bool hex = arguments.signature.starts_with("0x");
    signature = number_of(hex ? arguments.signature : "0x" + arguments.signature);
    if (!signature)
      return refuse(fmt::format("'{}' is not a signature", printable(arguments.signature)),
                    "write it as reports do: 16 hex digits");
  }
  scenarios::ShrinkOptions options{.signature = signature, .runs_max = runs_for_shrinking};
  if (!arguments.runs.empty()) {
    const auto runs = number_of(arguments.runs);
    if (!runs || *runs == 0)
      return refuse(fmt::format("'{}' is not a number of runs", printable(arguments.runs)),
                    "write a whole number from 1 on");
    options.runs_max = *runs;
  }
  const auto profile = arguments.profile.empty() ? FuzzProfile::written : profile_named(arguments.profile);
  if (!profile)
    return refuse(fmt::format("no profile is called '{}'", printable(arguments.profile)),
                  "use one of: written, swarm, standard, none");
  std::string trouble;
  auto workflow = playable(arguments.file, "", trouble);
  if (!workflow) {
    fmt::print(stderr, "{}", trouble);
    return bad_input;
  }
  apply(*profile, *workflow);
  const std::uint64_t which = seed.value_or(workflow->seed.value_or(1));
  std::string again = fmt::format("squall {} {} --seed {}", command, path_word(arguments.file), which);
  if (*profile != FuzzProfile::written) again += fmt::format(" --profile {}", name_of(*profile));
  const auto found = scenarios::shrink(arguments.file, *workflow, which, options);
  if (!found) {
    fmt::print(stderr, "error: {} is violated with seed {}\n  fix: name a seed that 'squall fuzz' has found\n",
               signature ? "nothing with this signature" : "nothing", which);
    return no_verdict;
  }
  if (!arguments.out.empty()) {
    try {
      write_case(arguments.out, *workflow, *found);
    } catch (const CampaignTrouble& wrong) {
      return refuse(wrong.what, wrong.fix);
    }
  }
  return then(*found, again);
}

std::string written_text(const ShrinkArguments& arguments) {
  return arguments.out.empty() ? std::string{}
                               : fmt::format("\nThe same run again: squall replay {}\n", path_word(arguments.out));
}

}  // namespace

int shrink(const ShrinkArguments& arguments) {
  return shrunk(arguments, "shrink", [&](const scenarios::ShrunkCase& found, const std::string& again) {
    if (arguments.json) return tell(explanation_json(found, arguments.file, again), as_wanted);
    std::string text = shrink_text(found);
    text += arguments.out.empty() ? "\nThe case, to be kept next to the workflow:\n\n" + to_text(found.file)
                                  : written_text(arguments);
    return tell(text, as_wanted);
  });
}

int explain(const ShrinkArguments& arguments) {
  return shrunk(arguments, "explain", [&](const scenarios::ShrunkCase& found, const std::string& again) {
    return tell(arguments.json ? explanation_json(found, arguments.file, again)
                               : explanation(found, again) + written_text(arguments),
                as_wanted);
  });
}

}  // namespace squall::reports::cli
