// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "reports/campaign_finish.hpp"
#include "reports/cli/commands.hpp"
#include "reports/cli/console.hpp"
#include "reports/cli/strategy_options.hpp"
#include "reports/text.hpp"

/// Scripts that play a campaign's shards on an engine. A shard is a stateless command that may be run again: what is done is
/// skipped, so a requeued or resubmitted task loses nothing but the shard in work.
namespace squall::reports::cli {
namespace {

std::string fuzz_line(const SubmitArguments& arguments, const std::string& shard) {
  const FuzzArguments& fuzz = arguments.fuzz;
  std::string line = fmt::format("squall fuzz {} --seeds {} --out {} --shard {}", path_word(fuzz.file), fuzz.seeds,
                                 path_word(fuzz.out), shard);
  if (!fuzz.first.empty()) line += fmt::format(" --first {}", fuzz.first);
  if (const auto choice = strategy_of(fuzz.strategy)) line += strategy_text(*choice);
  if (!fuzz.profile.empty()) line += fmt::format(" --profile {}", fuzz.profile);
  if (!fuzz.shard_size.empty()) line += fmt::format(" --shard-size {}", fuzz.shard_size);
  if (!fuzz.jobs.empty()) line += fmt::format(" --jobs {}", fuzz.jobs);
  return line;
}

std::string merge_line(const SubmitArguments& arguments) {
  return fmt::format("squall merge {0} --out {0}", path_word(arguments.fuzz.out));
}

std::string slurm(const SubmitArguments& arguments, std::uint64_t shards) {
  const std::string jobs = arguments.fuzz.jobs.empty() ? "1" : arguments.fuzz.jobs;
  return fmt::format(
      "#!/bin/bash\n"
      "#SBATCH --job-name=squall\n"
      "#SBATCH --array=1-{0}\n"
      "#SBATCH --ntasks=1\n"
      "#SBATCH --cpus-per-task={1}\n"
      "#SBATCH --requeue\n"
      "# sbatch this file, in a folder that all nodes share; then, once all tasks are done: {2}\n"
      "# (sbatch --dependency=afterok:JOB --wrap='{2}' waits for that by itself)\n"
      "{3}\n"
      "status=$?\n"
      "# A violation is a result: only what went wrong may fail the task.\n"
      "[ \"$status\" -eq 1 ] || [ \"$status\" -eq 4 ] && exit 0\n"
      "exit \"$status\"\n",
      shards, jobs, merge_line(arguments), fuzz_line(arguments, fmt::format("auto/{}", shards)));
}

std::string parallel(const SubmitArguments& arguments, std::uint64_t shards) {
  return fmt::format(
      "#!/bin/bash\n"
      "# GNU parallel; --resume-failed plays again what failed: run this script once more.\n"
      "# 0, 1 and 4 are results, anything else is a failure.\n"
      "seq 1 {0} | parallel --joblog {1}.joblog --resume-failed \\\n"
      "  '{2} --json >/dev/null; status=$?; [ \"$status\" -eq 1 ] || [ \"$status\" -eq 4 ] && exit 0; exit "
      "\"$status\"' &&\n"
      "{3}\n",
      shards, path_word(arguments.fuzz.out), fuzz_line(arguments, fmt::format("{{}}/{}", shards)),
      merge_line(arguments));
}

std::string kubernetes(const SubmitArguments& arguments, std::uint64_t shards) {
  return fmt::format(
      "# kubectl apply -f this file. `squall` is an image with the command in it; the claim holds the workflow's "
      "folder.\n"
      "# Once the job is complete, in a pod with the same volume: {2}\n"
      "apiVersion: batch/v1\n"
      "kind: Job\n"
      "metadata: {{name: squall}}\n"
      "spec:\n"
      "  completionMode: Indexed\n"
      "  completions: {0}\n"
      "  parallelism: {0}\n"
      "  backoffLimit: {0}\n"
      "  template:\n"
      "    spec:\n"
      "      restartPolicy: OnFailure\n"
      "      containers:\n"
      "        - name: squall\n"
      "          image: squall\n"
      "          workingDir: /campaign\n"
      "          command:\n"
      "            - /bin/sh\n"
      "            - -c\n"
      "            - >-\n"
      "              {1};\n"
      "              status=$?; [ \"$status\" -eq 1 ] || [ \"$status\" -eq 4 ] && exit 0; exit \"$status\"\n"
      "          volumeMounts: [{{name: campaign, mountPath: /campaign}}]\n"
      "      volumes: [{{name: campaign, persistentVolumeClaim: {{claimName: squall-campaign}}}}]\n",
      shards, fuzz_line(arguments, fmt::format("auto/{}", shards)), merge_line(arguments));
}

}  // namespace

int submit(const SubmitArguments& arguments) {
  const auto shards = number_of(arguments.shards);
  if (!shards || *shards == 0 || *shards > 100'000)
    return refuse(fmt::format("'{}' is not a number of shards", printable(arguments.shards)),
                  "write a whole number from 1 to 100000");
  const FuzzArguments& fuzz = arguments.fuzz;
  // What stands in the script is checked here, not on a hundred nodes.
  for (const std::string* number : {&fuzz.seeds, &fuzz.first, &fuzz.shard_size, &fuzz.jobs}) {
    if (!number->empty() && !number_of(*number))
      return refuse(fmt::format("'{}' is not a number", printable(*number)), "write a whole number");
  }
  if (!fuzz.profile.empty() && fuzz.profile.find_first_not_of("abcdefghijklmnopqrstuvwxyz") != std::string::npos)
    return refuse(fmt::format("no profile is called '{}'", printable(fuzz.profile)),
                  "use one of: written, swarm, standard, none");
  if (!strategy_of(fuzz.strategy)) return bad_input;
  std::string trouble;
  const auto workflow = playable(fuzz.file, "", trouble);
  if (!workflow) {
    fmt::print(stderr, "{}", trouble);
    return bad_input;
  }
  if (const auto refused = refuse_decisions(*workflow, "submit")) return *refused;
  if (arguments.engine == "slurm") return tell(slurm(arguments, *shards), as_wanted);
  if (arguments.engine == "parallel") return tell(parallel(arguments, *shards), as_wanted);
  if (arguments.engine == "kubernetes") return tell(kubernetes(arguments, *shards), as_wanted);
  return refuse(fmt::format("no engine is called '{}'", printable(arguments.engine)),
                "use one of: slurm, parallel, kubernetes");
}

}  // namespace squall::reports::cli
