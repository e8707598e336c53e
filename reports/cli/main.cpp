// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <charconv>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/story.hpp"
#include "reports/text.hpp"
#include "scenarios/builtin/builtin.hpp"
#include "scenarios/run.hpp"

namespace {

using namespace squall;

enum Exit : int { as_wanted = 0, violation = 1, bad_input = 2, our_fault = 3, no_verdict = 4 };

/// Decimal or 0x hex, the whole text, without a sign. CLI11 would take -1 for 18446744073709551615.
std::optional<std::uint64_t> seed_of(std::string_view text) {
  const bool hex = text.starts_with("0x");
  if (hex) text.remove_prefix(2);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, hex ? 16 : 10);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

int refuse(std::string_view what, std::string_view fix) {
  fmt::print(stderr, "error: {}\n  fix: {}\n", what, fix);
  return bad_input;
}

/// Writes to standard output. False where it did not take all: a full disk must not look like a short story.
bool told(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0) return true;
  fmt::print(stderr, "error: the output could not be written\n  fix: look for room where it goes\n");
  return false;
}

int run(const std::string& builtin, const std::string& seed_text) {
  const auto seed = seed_of(seed_text);
  if (!seed)
    return refuse(fmt::format("'{}' is not a seed", reports::printable(seed_text)),
                  "write a whole number from 0 to 2^64 - 1, decimal or with 0x");
  const auto scenario = scenarios::builtin(builtin);
  if (!scenario) {
    std::string known;
    for (const std::string_view name : scenarios::builtin_names())
      known += fmt::format("{}{}", known.empty() ? "" : ", ", name);
    return refuse(fmt::format("no workflow is called '{}'", reports::printable(builtin)),
                  fmt::format("use one of: {}", known));
  }
  const scenarios::Recording recording = scenarios::record(*scenario, sim::Seed{*seed});
  const std::string story = reports::story(*scenario, recording, sim::Seed{*seed},
                                           fmt::format("squall run --builtin {} --seed {}", builtin, *seed));
  if (!told(story)) return our_fault;
  if (recording.outcome.violated()) return violation;
  return recording.outcome.halt == sim::Halt::idle ? as_wanted : no_verdict;
}

}  // namespace

int main(int argc, char** argv) try {
  CLI::App app{"Finds coordination bugs in multi-agent workflows before production."};
  app.name("squall");
  app.set_version_flag("--version", std::string{"squall 0.1.0"});
  app.require_subcommand(1);
  std::string builtin, seed;
  CLI::App* run_command = app.add_subcommand("run", "Plays one seed of a workflow and tells its story.");
  run_command->add_option("--builtin", builtin, "a workflow that comes with squall")->required();
  run_command->add_option("--seed", seed, "which run: decimal or 0x hex")->default_val("1");
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return told(app.help()) ? as_wanted : our_fault;
  } catch (const CLI::CallForVersion& version) {
    return told(std::string{version.what()} + "\n") ? as_wanted : our_fault;
  } catch (const CLI::ParseError& error) {
    const std::vector<std::string> unknown = app.remaining();
    const bool command = app.get_subcommands().empty();
    if (command && !unknown.empty())
      return refuse(fmt::format("no command is called '{}'", reports::printable(unknown.front())), "use: run");
    return refuse(reports::printable(error.what()), command ? "see squall --help" : "see squall run --help");
  }
  return run(builtin, seed);
} catch (const std::exception& error) {
  std::fprintf(stderr, "squall: a fault of its own: %s\n", error.what());
  return our_fault;
}
