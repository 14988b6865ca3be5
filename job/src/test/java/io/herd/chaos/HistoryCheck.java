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
 * What must hold at every moment of a history, and not only at its end: results that were once
 * visible stay, the manifest is written by the run with the highest claim of the lease and each
 * state under a claim of its writer, and a run that has written the manifest leaves the output
 * alone.
 */
record HistoryCheck(List<Step> steps) {
  private static final Pattern CLAIM = Pattern.compile(".*/work/lease/lease-(\\d+)\\.json");
  private static final Pattern RESULTS = Pattern.compile(".*/work/results/[^_.][^/]*\\.jsonl");
  private static final Pattern STATE = Pattern.compile(".*/work/state-(\\d+)-\\d+\\.json");
  private static final Pattern MANIFEST = Pattern.compile(".*/work/manifest\\.json");

  /** The first thing that is wrong. */
  Optional<String> problem() {
    return lostResults()
        .or(this::stateOfAnothersLease)
        .or(this::writtenWithoutTheLease)
        .or(this::writtenAfterTheEnd);
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

  /** A state may come late, but not under a number that its writer never claimed. */
  private Optional<String> stateOfAnothersLease() {
    return steps.stream()
        .filter(step -> isPut(step, STATE))
        .filter(step -> !hasClaimed(step.run(), number(STATE, step)))
        .findFirst()
        .map(step -> "a state of another's lease: " + step);
  }

  private boolean hasClaimed(String run, long number) {
    return steps.stream().anyMatch(step -> isClaim(step, number) && step.run().equals(run));
  }

  private static boolean isClaim(Step step, long number) {
    return step.operation() == Operation.CREATE && step.done() && number(CLAIM, step) == number;
  }

  /** 0 for other files. */
  private static long number(Pattern name, Step step) {
    Matcher matcher = name.matcher(step.path());
    return matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
  }

  private Optional<String> writtenWithoutTheLease() {
    return steps.stream()
        .filter(step -> isPut(step, MANIFEST))
        .filter(step -> !claimedLast(step.begin()).equals(Optional.of(step.run())))
        .findFirst()
        .map(step -> claimedLast(step.begin()) + " had the lease: " + step);
  }

  /** Who had made the highest claim by then. */
  private Optional<String> claimedLast(long time) {
    long highest = 0;
    Optional<String> by = Optional.empty();
    for (Step step : steps) {
      long number = number(CLAIM, step);
      if (isClaim(step, number) && step.end() < time && number > highest) {
        highest = number;
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
