// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <cstdio>
#include <exception>
#include <optional>
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
  FuzzArguments fuzzed;
  ExploreArguments explored;
  SweepArguments swept;
  ShrinkArguments shrunk;
  CompareArguments compared;
  DispatchArguments dispatched;
  MergeArguments merged;
  SubmitArguments submitted;
  HistoryArguments recorded;
  ImportArguments imported;
  std::string kept_case, kept_suite, asked_folder, asked, page;
  LintArguments linted;
  std::optional<std::string> port;  ///< of `--serve`; nothing: not said
  bool red = false, once = false;
  CLI::App *run, *replay, *test, *lint, *schema, *catalogue, *init;
  CLI::App *report, *watch, *completion, *bench;
  CLI::App *explore, *sweep, *fuzz, *shrink, *explain, *compare, *dispatch, *keep, *merge, *query, *submit;
  CLI::App *history_check, *import;

  CommandLine() {
    app.name("squall");
    app.set_version_flag("--version", fmt::format("squall {}", reports::version()));
    app.require_subcommand(1);
    run = app.add_subcommand("run", "Plays one seed of a workflow and tells its story.");
    replay = app.add_subcommand("replay", "Plays a run again and compares the digests.");
    for (CLI::App* command : {run, replay}) {
      command->add_option("FILE", played.file, "a workflow file, or another tool's that import takes")->required();
      command->add_option("--seed", played.seed, "which run: decimal or 0x hex; else the file's, else 1");
      command->add_option("--plan", played.plan, "a file with a list of faults: exactly what strikes");
      add_strategy_options(command, played.strategy);
      command->add_flag("--timeline", played.timeline, "what happened as lanes in time, in place of sentences");
      command->add_flag("--json", played.json, "the result as JSON");
      reports::cli::add_outputs(*command, played.outputs);
    }
    replay->add_option("--until", played.until, "shows how everything stands after observation number N of the run");
    test = app.add_subcommand("test", "Judges workflow files by what they expect.");
    test->add_option("PATH", tested.paths, "files, or folders that hold them")->required();
    test->add_option("--seeds", tested.seeds, "how many runs, where a file does not say 'within'");
    test->add_option("--junit", tested.junit, "a file to write the result into, for CI servers");
    test->add_option("--sarif", tested.sarif, "a file for SARIF 2.1.0 of what failed");
    test->add_option("--summary", tested.summary, "a file to add a summary in Markdown to, as $GITHUB_STEP_SUMMARY");
    test->add_option("--report", tested.report, "a folder for an HTML page of each failure");
    test->add_flag("--github", tested.github, "prints annotations for GitHub Actions besides");
    test->add_flag("--json", tested.json, "the result as JSON");
    explore = app.add_subcommand("explore",
                                 "Searches all states that a workflow can reach, in whatever order things happen.");
    explore->add_option("FILE", explored.file, "a workflow file")->required();
    explore->add_option("--faults", explored.faults,
                        "at most so many of the file's faults, wherever they can strike; else 0");
    explore->add_option("--timers", explored.timers,
                        "when timeouts may strike: any, or last (when nothing else can happen)");
    explore->add_option("--fairness", explored.fairness,
                        "which endless runs count: weak (whoever can act all the time acts some time), or none: all");
    explore->add_option("--order", explored.order, "bfs: the shortest ways come first; dfs: deep states do");
    explore->add_option("--jobs", explored.jobs, "threads; else 1. The result does not depend on them");
    explore->add_option("--states", explored.states, "at most so many states; else 10 million");
    explore->add_option("--depth", explored.depth, "at most so many steps");
    explore->add_option("--for", explored.time, "at most so long, as in 60s or 8h");
    explore->add_option("--out", explored.out, "a folder to write each finding into, as a case to be replayed");
    explore->add_flag("--first", explored.first, "ends at the first violation");
    explore->add_option("--reduce", explored.reduce,
                        "por: of events whose order does not matter only one agent's are looked at");
    explore->add_flag("--symmetry", explored.symmetry,
                      "states that differ only in which is which of equal members count as one");
    explore->add_flag("--exact", explored.exact, "keeps whole states, so that no two are taken for one");
    explore->add_option("--report", explored.report, "an HTML file to write");
    explore->add_flag("--json", explored.json, "the result as JSON");
    sweep = app.add_subcommand("sweep", "Plays every single fault wherever it can strike, and every pair.");
    sweep->add_option("FILE", swept.file, "a workflow file")->required();
    sweep->add_option("--seed", swept.seed, "which run: decimal or 0x hex; else the file's, else 1");
    sweep->add_option("--kinds", swept.kinds,
                      "kinds of faults, with commas between; else the file's, else the standard ones");
    sweep->add_flag("--pairs", swept.pairs, "also every two faults of which neither is fatal alone");
    sweep->add_option("--runs", swept.runs, "at most so many runs; else 20000");
    sweep->add_option("--jobs", swept.jobs, "threads; else one for each core");
    sweep->add_flag("--json", swept.json, "the result as JSON");
    add_campaigns();
    add_history();
    add_import();
    report = app.add_subcommand("report", "Writes the HTML page of a campaign, or serves it while it is played.");
    report->add_option("DIR", asked_folder, "the folder of a campaign")->required();
    report->add_option("--out", page, "the file to write");
    add_serve(report);
    watch = app.add_subcommand("watch", "Judges a workflow and its regressions whenever they are saved.");
    watch->add_option("FILE", which, "a workflow file")->required();
    watch->add_flag("--once", once, "now alone, without waiting for changes");
    add_serve(watch);
    bench = app.add_subcommand("bench", "Measures on this machine how fast squall is.");
    bench->add_flag("--json", json, "the result as JSON");
    completion = app.add_subcommand("completion", "Prints completions for a shell, or the manual page.");
    completion->add_option("SHELL", which, "bash, zsh, fish or man")->required();
    lint = app.add_subcommand("lint", "Says what can be said of a workflow without playing it.");
    lint->add_option("FILE", linted.file, "a workflow file, or another tool's that import takes")->required();
    lint->add_flag("--witness", linted.witness, "looks for a run that shows each finding, with faults that fit");
    lint->add_option("--seeds", linted.seeds,
                     "seeds that it plays for each, once without and once with its own faults");
    lint->add_option("--out", linted.out, "a folder for the runs that it finds, as cases");
    lint->add_option("--sarif", linted.sarif, "a SARIF file to write, for code scanning");
    lint->add_flag("--json", linted.json, "the findings as JSON");
    schema = app.add_subcommand("schema", "Prints the JSON Schema of workflow files.");
    catalogue = app.add_subcommand("catalogue", "Lists what workflow files may say.");
    catalogue->add_option("WHICH", which, "faults, invariants, steps or rules")->required();
    catalogue->add_flag("--json", json, "the list as JSON");
    init = app.add_subcommand(
        "init",
        "Writes workflows to begin with, each of which fails and says why; or 'ci': jobs for GitHub and GitLab.");
    init->add_option("[NAME] DIR", where, "which of them, else all; and the folder")->required()->expected(1, 2);
  }

  void add_serve(CLI::App* command) {
    command
        ->add_option_function<std::vector<std::string>>(
            "--serve", [this](const std::vector<std::string>& given) { port = given.empty() ? "" : given.front(); },
            "serves the page to browsers of this machine, on PORT, else on a free one, until it is interrupted")
        ->expected(0, 1)
        ->type_name("[PORT]");
  }

  /// How events are chosen, where not by time.
  static void add_strategy_options(CLI::App* command, StrategyArguments& into) {
    command->add_option("--strategy", into.strategy,
                        "how events are chosen: random (by time, the default), pct:1 to pct:20, walk, pos, uniform, "
                        "portfolio");
    command->add_option("--timers", into.timers,
                        "untimed strategies: when timeouts may strike: any, or last (when nothing else can happen)");
    command->add_option("--faults", into.faults, "untimed strategies: at most so many faults strike in a run; else 0");
  }

  /// What a campaign plays, wherever it is played.
  static void add_fuzz_options(CLI::App* command, FuzzArguments& into) {
    command->add_option("FILE", into.file, "a workflow file")->required();
    command->add_option("--seeds", into.seeds, "how many runs");
    command->add_option("--first", into.first, "the first seed; else 1");
    command->add_option("--jobs", into.jobs, "threads; else one for each core");
    command->add_option("--profile", into.profile,
                        "written: the file's faults; swarm: some of them in each run; standard: a bit of every kind; "
                        "none: timing alone");
    command->add_option("--out", into.out, "a folder to keep the campaign in, and to go on with it");
    command->add_option("--shard-size", into.shard_size, "seeds of one shard; else 10000");
  }

  void add_campaigns() {
    fuzz = app.add_subcommand("fuzz", "Plays many seeds on all cores, and shrinks what it finds.");
    add_fuzz_options(fuzz, fuzzed);
    fuzz->add_option("--for", fuzzed.time, "instead of --seeds: how long, as in 60s or 8h");
    fuzz->add_option("--shard", fuzzed.shard, "only every n-th shard of the campaign: i/n, or auto in an array job");
    add_strategy_options(fuzz, fuzzed.strategy);
    fuzz->add_flag("--guided", fuzzed.guided, "keeps and mutates the plans that reach something new");
    fuzz->add_option("--report", fuzzed.report, "an HTML file to write");
    fuzz->add_flag("--json", fuzzed.json, "the result as JSON");
    shrink = app.add_subcommand("shrink", "Shrinks a run that fails to the smallest case that fails alike.");
    explain = app.add_subcommand("explain", "Tells why a run fails: what it needed and what did not matter.");
    for (CLI::App* command : {shrink, explain}) {
      command->add_option("FILE", shrunk.file, "a workflow file or a case")->required();
      command->add_option("--seed", shrunk.seed, "which run: decimal or 0x hex; else the file's, else 1");
      command->add_option("--signature", shrunk.signature, "which violation of it; else the first");
      command->add_option("--profile", shrunk.profile, "the profile that the run was found with; else written");
      command->add_option("--runs", shrunk.runs, "how many runs shrinking may play; else 2000");
      command->add_flag("--times", shrunk.times,
                        "also shortens work, sleep and pauses before retries, so that it is seen whose time matters");
      command->add_option("--out", shrunk.out, "a file to write the case into");
      command->add_flag("--json", shrunk.json, "the result as JSON");
    }
    add_strategy_options(explain, shrunk.strategy);
    compare = app.add_subcommand("compare", "Plays two designs under the same luck, or over a grid of faults.");
    compare->add_option("FILE", compared.files, "workflow files: A and B")->required();
    compare->add_option("--seeds", compared.seeds, "how many pairs of runs; else 1000");
    compare->add_option("--first", compared.first, "the first seed; else 1");
    compare->add_option("--jobs", compared.jobs, "threads; else one for each core");
    compare->add_option("--grid", compared.grid, "KIND=LOW..HIGH/STEP, as in message-loss=0..20%/5; may be repeated")
        ->allow_extra_args(false);
    compare->add_option("--report", compared.report, "an HTML file to write");
    compare->add_flag("--json", compared.json, "the result as JSON");
    dispatch =
        app.add_subcommand("dispatch", "Compares policies of dispatch and runtimes: makespan, latency, utilisation.");
    dispatch->add_option("FILE", dispatched.file, "a workflow file")->required();
    dispatch->add_option("--policy", dispatched.policy,
                         "fifo, priority, shortest, least-loaded, critical-path, heft; several with commas");
    dispatch->add_option("--runs-as", dispatched.runs_as, "runtimes: presets of graphs; several with commas");
    dispatch->add_option("--workers", dispatched.workers, "so many nodes run at once; else as the file says");
    dispatch->add_option("--seeds", dispatched.seeds, "how many runs of each; else 100");
    dispatch->add_option("--first", dispatched.first, "the first seed; else 1");
    dispatch->add_flag("--json", dispatched.json, "the result as JSON");
    keep = app.add_subcommand("keep", "Copies a case into a suite, as a regression that 'test' plays first.");
    keep->add_option("CASE", kept_case, "a case file")->required();
    keep->add_option("SUITE", kept_suite, "the folder of the workflow's suite")->required();
    keep->add_flag("--red", red, "it goes on to expect the violation; else it has to hold");
    merge = app.add_subcommand("merge", "Makes one campaign of several, or of the shards of one.");
    merge->add_option("DIR", merged.folders, "folders of campaigns")->required();
    merge->add_option("--out", merged.out, "the folder of the whole; may be one of them")->required();
    merge->add_flag("--json", merged.json, "the result as JSON");
    query = app.add_subcommand("query", "Asks the tables of a campaign.");
    query->add_option("DIR", asked_folder, "the folder of a campaign")->required();
    query->add_option("QUESTION", asked, "one SELECT, or the name of a question; nothing lists those");
    query->add_flag("--json", json, "the answer as JSON");
    submit = app.add_subcommand("submit", "Prints the script with which an engine plays a campaign's shards.");
    submit->add_option("ENGINE", submitted.engine, "slurm, parallel or kubernetes")->required();
    add_fuzz_options(submit, submitted.fuzz);
    add_strategy_options(submit, submitted.fuzz.strategy);
    submit->get_option("--seeds")->required();
    submit->get_option("--out")->required();
    submit->add_option("--shards", submitted.shards, "how many tasks")->required();
  }

  void add_history() {
    CLI::App* history = app.add_subcommand("history", "Judges histories of operations that were recorded somewhere.");
    history->require_subcommand(1);
    history_check = history->add_subcommand("check", "Says whether an object of a stated kind can have answered so.");
    history_check->add_option("FILE", recorded.file, "a history: one JSON object a line")->required();
    history_check
        ->add_option("--model", recorded.model,
                     "register, cas-register, multi-register, mutex, owned-mutex, queue, unordered-queue, set, "
                     "list-append, txn-list-append or txn-rw-register")
        ->required();
    history_check->add_option("--initial", recorded.initial,
                              "what registers hold at first; else 0. null: reads of null see that nothing is there");
    history_check->add_option("--consistency", recorded.consistency,
                              "what registers were promised: linearizable, sequential, causal, read-your-writes, "
                              "monotonic-reads, monotonic-writes, writes-follow-reads or bounded-staleness; else "
                              "linearizable");
    history_check->add_option("--bound", recorded.bound, "of bounded-staleness: how old at most, as in 100ms");
    history_check->add_option("--isolation", recorded.isolation,
                              "what transactions were promised: read-uncommitted, read-committed, snapshot-isolation, "
                              "repeatable-read, serializable or strict-serializable; else serializable");
    history_check->add_option("--for-steps", recorded.steps, "at most so many steps of the search");
    history_check->add_option("--for-memory", recorded.memory, "at most so many MB for the search; else 2048");
    history_check->add_option("--for", recorded.time, "at most so long, as in 60s or 8h");
    history_check->add_option("--svg", recorded.svg, "a file for the picture of the part that fails");
    history_check->add_flag("--json", recorded.json, "the result as JSON");
  }

  void add_import() {
    import = app.add_subcommand("import", "Makes a workflow file of another tool's file, or of a recorded run.");
    import
        ->add_option(
            "[FORMAT] FILE", imported.words,
            "langgraph, mermaid, asl, autogen, chatdev, temporal, otlp or wfformat, else guessed; and the file")
        ->required()
        ->expected(1, 2);
    import->add_option("--overlay", imported.overlay,
                       "a file with what the drawing does not hold: times, joins, effects");
    import->add_option("--join", imported.join,
                       "of nodes that several edges lead into, where the drawing does not say");
    import->add_flag("--fit", imported.fit, "recorded times of one name become {p50, p99}, fitted over all of them");
    import->add_option("-o,--out", imported.out, "the workflow file to write; else it is printed");
    import->add_flag("--json", imported.json, "what was found as JSON");
  }

  int call() {
    if (import->parsed()) return reports::cli::import(imported);
    if (history_check->parsed()) return reports::cli::history_check(recorded);
    if (explore->parsed()) return reports::cli::explore(explored);
    if (sweep->parsed()) return reports::cli::sweep(swept);
    if (fuzz->parsed()) return reports::cli::fuzz(fuzzed);
    if (shrink->parsed()) return reports::cli::shrink(shrunk);
    if (explain->parsed()) return reports::cli::explain(shrunk);
    if (compare->parsed()) return reports::cli::compare(compared);
    if (dispatch->parsed()) return reports::cli::dispatch(dispatched);
    if (keep->parsed()) return reports::cli::keep(kept_case, kept_suite, red);
    if (merge->parsed()) return reports::cli::merge(merged);
    if (query->parsed()) return reports::cli::query(asked_folder, asked, json);
    if (submit->parsed()) return reports::cli::submit(submitted);
    if (run->parsed()) return reports::cli::run(played);
    if (replay->parsed()) return reports::cli::replay(played);
    if (test->parsed()) return reports::cli::test(tested);
    if (report->parsed()) return reports::cli::report(asked_folder, page, port);
    if (watch->parsed()) return reports::cli::watch(which, once, port);
    if (bench->parsed()) return reports::cli::bench(json);
    if (completion->parsed()) return reports::cli::completion(app, which);
    if (lint->parsed()) return reports::cli::lint(linted);
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
