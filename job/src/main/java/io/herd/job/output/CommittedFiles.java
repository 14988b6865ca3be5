package io.herd.job.output;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;

/**
 * The committed objects of an output that is appended to. Those of an attempt have its name, and
 * are so if the run's plan names them: a driver that stalled may complete its uploads after another
 * has committed the run, and die before it can remove them.
 *
 * @param committed relative names
 * @param left files of attempts that no plan will ever name
 */
record CommittedFiles(List<String> committed, List<Path> left) {
  /** Matches {@link AppendedFiles#prefix}. */
  private static final Pattern OF_AN_ATTEMPT =
      Pattern.compile("part-(s\\d+-\\w+)-[0-9a-f]{8}-\\d{5}.*");

  /**
   * Lists the objects that exist.
   *
   * @param before what a manifest has listed, if there is one: it is committed
   */
  static CommittedFiles in(PartFiles parts, Optional<OutputManifest.Content> before) {
    Set<String> known = new HashSet<>();
    before.ifPresent(manifest -> known.addAll(manifest.files()));
    Map<String, Optional<Set<String>>> plans = new HashMap<>();
    List<String> committed = new ArrayList<>();
    List<Path> left = new ArrayList<>();
    for (Path file : parts.all()) {
      String name = parts.below(file);
      Matcher attempt = OF_AN_ATTEMPT.matcher(file.getName());
      if (known.contains(name) || !attempt.matches()) {
        committed.add(name);
        continue;
      }
      Optional<Set<String>> plan =
          plans.computeIfAbsent(attempt.group(1), run -> new AppendedFiles(parts, run).planned());
      // Without a plan it is on its way, or, where no manifest was, of an output that was replaced.
      if (plan.map(names -> names.contains(name)).orElse(before.isEmpty())) {
        committed.add(name);
      } else if (plan.isPresent()) {
        left.add(file);
      }
    }
    return new CommittedFiles(committed, left);
  }
}
