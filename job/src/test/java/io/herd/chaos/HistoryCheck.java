package io.herd.chaos;

import io.herd.chaos.Fault.Operation;
import io.herd.chaos.History.Step;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What must hold at every moment of a history, and not only at its end: results that could once be
 * seen stay, state and manifest are written by the run with the highest claim of the lease, and who
 * has written the manifest is done with the output.
 */
record HistoryCheck(List<Step> steps) {
  private static final Pattern CLAIM = Pattern.compile(".*/work/lease/lease-(\\d+)\\.json");
  private static final Pattern RESULTS = Pattern.compile(".*/work/results/[^_.][^/]*\\.jsonl");
  private static final Pattern UNDER_THE_LEASE =
      Pattern.compile(".*/work/(state-\\d+-\\d+|manifest)\\.json");
  private static final Pattern MANIFEST = Pattern.compile(".*/work/manifest\\.json");

  /** The first thing that is wrong. */
  Optional<String> problem() {
    return lostResults().or(this::writtenWithoutTheLease).or(this::writtenAfterTheEnd);
  }

  private Optional<String> lostResults() {
    Set<String> seen = new HashSet<>();
    for (Step step : steps) {
      if (step.done() && RESULTS.matcher(step.path()).matches()) {
        boolean first = step.operation() == Operation.RENAME && seen.add(step.path());
        if (!first && step.operation().writes()) {
          return Optional.of("a file of results was changed: " + step);
        }
      }
    }
    return Optional.empty();
  }

  private Optional<String> writtenWithoutTheLease() {
    return steps.stream()
        .filter(step -> isPut(step, UNDER_THE_LEASE))
        .filter(step -> !claimedLast(step.begin()).equals(Optional.of(step.run())))
        .findFirst()
        .map(step -> claimedLast(step.begin()) + " had the lease: " + step);
  }

  /** Who had made the highest claim by then. */
  private Optional<String> claimedLast(long time) {
    long highest = 0;
    Optional<String> by = Optional.empty();
    for (Step step : steps) {
      Matcher claim = CLAIM.matcher(step.path());
      if (step.operation() == Operation.CREATE
          && step.done()
          && step.end() < time
          && claim.matches()
          && Long.parseLong(claim.group(1)) > highest) {
        highest = Long.parseLong(claim.group(1));
        by = Optional.of(step.run());
      }
    }
    return by;
  }

  private Optional<String> writtenAfterTheEnd() {
    return steps.stream()
        .filter(step -> isPut(step, MANIFEST))
        .flatMap(
            end ->
                steps.stream()
                    .filter(step -> step.run().equals(end.run()) && step.begin() > end.end())
                    .filter(step -> step.operation().writes() && step.done())
                    .filter(step -> step.path().contains("/out/")))
        .findFirst()
        .map(step -> "the output was changed after the manifest: " + step);
  }

  private static boolean isPut(Step step, Pattern file) {
    return step.operation() == Operation.RENAME
        && step.done()
        && file.matcher(step.path()).matches();
  }
}
