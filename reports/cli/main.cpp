// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "reports/cli/commands.hpp"
#include "reports/cli/console.hpp"
#include "reports/text.hpp"
#include "reports/version.hpp"
#include "scenarios/nearest.hpp"

namespace {

using namespace squall;
using namespace squall::reports::cli;

/// The command line: what may be written, and what was.
struct CommandLine {
  CLI::App app{"Finds coordination bugs in multi-agent workflows before production."};
  RunArguments played;
  TestArguments tested;
  std::string which;
  std::vector<std::string> where;
  bool json = false;
  CLI::App *run, *replay, *test, *lint, *schema, *catalogue, *init;

  CommandLine() {
    app.name("squall");
    app.set_version_flag("--version", fmt::format("squall {}", reports::version()));
    app.require_subcommand(1);
    run = app.add_subcommand("run", "Plays one seed of a workflow and tells its story.");
    replay = app.add_subcommand("replay", "Plays a run again and compares the digests.");
    for (CLI::App* command : {run, replay}) {
      command->add_option("FILE", played.file, "a workflow file")->required();
      command->add_option("--seed", played.seed, "which run: decimal or 0x hex; else the file's, else 1");
      command->add_option("--plan", played.plan, "a file with a list of faults: exactly what strikes");
      command->add_flag("--json", played.json, "the result as JSON");
    }
    test = app.add_subcommand("test", "Judges workflow files by what they expect.");
    test->add_option("PATH", tested.paths, "files, or folders that hold them")->required();
    test->add_option("--seeds", tested.seeds, "how many runs, where a file does not say 'within'");
    test->add_option("--junit", tested.junit, "a file to write the result into, for CI servers");
    test->add_flag("--json", tested.json, "the result as JSON");
    lint = app.add_subcommand("lint", "Says what can be said of a workflow without playing it.");
    lint->add_option("FILE", which, "a workflow file")->required();
    lint->add_flag("--json", json, "the findings as JSON");
    schema = app.add_subcommand("schema", "Prints the JSON Schema of workflow files.");
    catalogue = app.add_subcommand("catalogue", "Lists what workflow files may say.");
    catalogue->add_option("WHICH", which, "faults, invariants or steps")->required();
    catalogue->add_flag("--json", json, "the list as JSON");
    init = app.add_subcommand("init", "Writes workflows to begin with. Each of them fails and says why.");
    init->add_option("[NAME] DIR", where, "which of them, else all; and the folder")->required()->expected(1, 2);
  }

  int call() {
    if (run->parsed()) return reports::cli::run(played);
    if (replay->parsed()) return reports::cli::replay(played);
    if (test->parsed()) return reports::cli::test(tested);
    if (lint->parsed()) return reports::cli::lint(which, json);
    if (schema->parsed()) return reports::cli::schema();
    if (catalogue->parsed()) return reports::cli::catalogue(which, json);
    return reports::cli::init(where.size() == 2 ? where.front() : "", where.back());
  }

  /// All trouble with arguments is one to a shell, where CLI11 has a number for each.
  int refuse_arguments(const CLI::ParseError& error) const {
    const std::vector<CLI::App*> given = app.get_subcommands();
    const std::vector<std::string> unknown = app.remaining();
    if (!given.empty())
      return refuse(reports::printable(error.what()), fmt::format("see squall {} --help", given.front()->get_name()));
    if (unknown.empty()) return refuse(reports::printable(error.what()), "see squall --help");
    std::vector<std::string> names;
    for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
    const std::vector<std::string_view> known{names.begin(), names.end()};
    return refuse(fmt::format("no command is called '{}'", reports::printable(unknown.front())),
                  scenarios::instead_of(unknown.front(), known));
  }
};

}  // namespace

int main(int argc, char** argv) try {
  CommandLine line;
  try {
    line.app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return tell(line.app.help(), as_wanted);
  } catch (const CLI::CallForVersion& version) {
    return tell(std::string{version.what()} + "\n", as_wanted);
  } catch (const CLI::ParseError& error) {
    return line.refuse_arguments(error);
  }
  return line.call();
} catch (const std::exception& error) {
  std::fprintf(stderr, "squall: a fault of its own: %s\n", error.what());
  return our_fault;
}
