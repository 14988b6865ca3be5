package io.herd.chaos;

import java.util.List;

/**
 * What became of a schedule; the fields of {@code report.json}.
 *
 * @param schedule what was to go wrong
 * @param fired what did
 * @param kills of these, processes and tasks that were killed
 * @param attempts the exit code of each run
 * @param rows_lost rows that the undisturbed run has and this one hasn't
 * @param rows_duplicated rows that this one has and the undisturbed one hasn't
 * @param generations of all attempts, as far as they were told
 * @param repeated of them, more than there are keys
 * @param repeat_bound how many that may be
 * @param problem why it failed, or null
 */
record Outcome(
    String schedule,
    List<String> planned,
    List<String> fired,
    int kills,
    List<Integer> attempts,
    int rows_lost,
    int rows_duplicated,
    long generations,
    long repeated,
    long repeat_bound,
    double seconds,
    String problem) {}
