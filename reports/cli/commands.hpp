// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reports/cli/outputs.hpp"
#include "reports/suite.hpp"

/// The commands. Each takes its arguments as they were written and returns the exit status.
namespace squall::reports::cli {

/// How events are chosen, where not by time.
struct StrategyArguments {
  std::string strategy;  ///< empty: random, which is timed
  std::string timers;    ///< any, last; empty: any
  std::string faults;    ///< at most so many; empty: none
};

struct RunArguments {
  std::string file;
  std::string seed;     ///< empty: the file's, else 1
  std::string plan;     ///< a file; empty: none
  std::string until{};  ///< replay: shows the state after so many observations instead of the story; empty: the story
  StrategyArguments strategy{};
  Outputs outputs{};
  bool timeline = false;  ///< lanes in place of sentences
  bool json = false;
};
/// Plays one seed of a workflow and tells its story.
int run(const RunArguments&);
/// The same; then plays it again from the plan of what struck, and compares the digests of both with each other and with that
/// of the file, where it has one.
int replay(const RunArguments&);

struct TestArguments {
  std::vector<std::string> paths;
  std::string seeds;         ///< empty: what the files say
  std::string junit, sarif;  ///< files to write; empty: none
  std::string summary;       ///< a file that a Markdown summary is added to; empty: none
  std::string report;        ///< a folder for a page of each failure; empty: none
  bool github = false;       ///< prints annotations besides
  bool json = false;
  std::vector<FileReport>* kept = nullptr;  ///< what was judged, with its pages; null: nobody wants it
};
/// Judges every workflow file in `paths` and below by its `expect`.
int test(const TestArguments&);

struct FuzzArguments {
  std::string file;
  std::string seeds, time;  ///< one of them
  std::string first;        ///< empty: 1
  std::string jobs;         ///< empty: one for each core
  std::string profile;      ///< empty: written
  std::string out;          ///< a campaign's folder; empty: none
  std::string shard, shard_size;
  StrategyArguments strategy{};
  bool guided = false;
  std::string report;  ///< an HTML file to write; empty: none
  bool json = false;
};
/// Plays many seeds on all cores, and shrinks what it finds.
int fuzz(const FuzzArguments&);

struct ExploreArguments {
  std::string file;
  std::string faults;  ///< at most so many; empty: none
  std::string depth, states, time;
  std::string timers;     ///< any, last
  std::string fairness;   ///< weak, none
  std::string order;      ///< bfs, dfs
  std::string jobs;       ///< empty: 1
  bool exact = false;     ///< compares states, not fingerprints
  bool first = false;     ///< ends at the first violation
  bool symmetry = false;  ///< states that differ in which is which of equal members count as one
  std::string reduce;     ///< por; empty: every order is looked at
  std::string report;     ///< an HTML file to write; empty: none
  std::string out;        ///< a folder for the cases of what is found; empty: none
  bool json = false;
};
/// Searches all states that a workflow can reach, whatever the order of what happens.
int explore(const ExploreArguments&);

struct SweepArguments {
  std::string file;
  std::string seed;   ///< empty: the file's, else 1
  std::string kinds;  ///< names with commas between them; empty: those of the file, else the standard ones
  std::string runs;   ///< at most so many; empty: 20,000
  std::string jobs;   ///< empty: one for each core
  bool pairs = false;
  bool json = false;
};
/// Plays every single fault at every place where it can strike, and every pair.
int sweep(const SweepArguments&);

struct ShrinkArguments {
  std::string file;
  std::string seed;              ///< empty: the file's, else 1
  std::string signature;         ///< of the violation that is meant; empty: the first one
  std::string profile;           ///< empty: written
  std::string runs;              ///< at most so many; empty: `runs_for_shrinking`
  std::string out;               ///< where the case is written; empty: only told
  StrategyArguments strategy{};  ///< of `explain`
  bool times = false;            ///< shortens what work and sleep draw, too
  bool json = false;
};
/// Shrinks one run that fails to the smallest case that fails alike.
int shrink(const ShrinkArguments&);
/// Tells why a run fails: its story, what it needed, what did not matter, what those involved did last.
int explain(const ShrinkArguments&);

struct CompareArguments {
  std::vector<std::string> files;  ///< one or two
  std::string seeds, first, jobs;
  std::vector<std::string> grid;
  std::string report;  ///< an HTML file to write; empty: none
  bool json = false;
};
/// Plays two designs with the same seeds, or one or two over a grid of strengths of faults.
int compare(const CompareArguments&);

struct DispatchArguments {
  std::string file;
  std::string policy, runs_as;  ///< lists with commas; empty: as the file says
  std::string workers, seeds, first;
  bool json = false;
};
/// Plays a workflow under several policies of dispatch and several runtimes, and tells what it takes.
int dispatch(const DispatchArguments&);

/// Copies a case as a regression into a suite. `red`: it goes on to expect the violation.
int keep(const std::string& file, const std::string& suite, bool red);

struct MergeArguments {
  std::vector<std::string> folders;
  std::string out;
  bool json = false;
};
/// One campaign of several, or of the shards of one.
int merge(const MergeArguments&);
/// Asks a campaign's tables: `question` is SQL or the name of a canned question; empty lists those.
int query(const std::string& folder, const std::string& question, bool json);

/// Writes the page of a campaign into the file `out`, or serves it on `port` of this machine alone until it is interrupted;
/// one of them is not there. An empty port or 0 takes a free one.
int report(const std::string& folder, const std::string& out, const std::optional<std::string>& port);

/// Judges a workflow and the regressions beside it whenever one of their files is saved, until it is interrupted; `once`: now
/// alone. `port`: serves the page of the last verdict there, likewise.
int watch(const std::string& file, bool once, const std::optional<std::string>& port);

/// Measures this machine with the short form of the benchmarks.
int bench(bool json);

/// Prints completions for `shell` (bash, zsh, fish), or the manual page (man), of the command `app`.
int completion(const CLI::App& app, const std::string& shell);

struct SubmitArguments {
  std::string engine;
  FuzzArguments fuzz;
  std::string shards;
};
/// Prints the script with which an engine plays the shards of a campaign.
int submit(const SubmitArguments&);

struct HistoryArguments {
  std::string file;
  std::string model;
  std::string initial;              ///< what a register holds at first, as JSON; empty: 0, of transactions null
  std::string consistency;          ///< of registers; empty: linearizable
  std::string bound;                ///< of bounded staleness, as in 100ms
  std::string isolation;            ///< of transactions; empty: serializable
  std::string steps, time, memory;  ///< at most so many, so long, so many MB; empty: any number, any time, 2048 MB
  std::string svg;                  ///< a file for the picture of what fails; empty: none
  bool json = false;
};
/// Judges a recorded history by a model.
int history_check(const HistoryArguments&);

struct ImportArguments {
  std::vector<std::string> words;  ///< the format, unless it is to be guessed, and the file
  std::string overlay, join;       ///< empty: none
  std::string out;                 ///< a file to write; empty: standard output
  bool fit = false, json = false;
};
/// Makes a workflow file of another tool's file, and says what was found, assumed and not understood.
int import(const ImportArguments&);

struct LintArguments {
  std::string file;
  std::string sarif;     ///< a file to write; empty: none
  std::string seeds;     ///< of each search for a witness; empty: 200
  std::string out;       ///< a folder for the cases of witnesses; empty: none
  bool witness = false;  ///< looks for a run that shows what was found
  bool json = false;
};
/// What can be said of a workflow without playing it: 1 where something can never go well, or a run has shown it.
int lint(const LintArguments&);

/// The JSON Schema of workflow files.
int schema();
/// `which`: faults, invariants or steps.
int catalogue(const std::string& which, bool json);

/// Writes one workflow (by name), or all of those that squall comes with, into a folder.
int init(const std::string& name, const std::string& folder);

}  // namespace squall::reports::cli
