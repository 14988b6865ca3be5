package io.herd.job;

import io.herd.job.cli.ErrorText;
import io.herd.job.config.CallerPaths;
import io.herd.job.config.SettingsReader;
import io.herd.udfs.UserException;
import java.nio.file.Path;
import java.util.List;

/**
 * Checks a configuration before it is submitted to a cluster, where a driver would take minutes to
 * start and then not find its files. The launcher starts it, without Spark.
 */
public final class Submission {
  private Submission() {}

  /**
   * Prints "refused" and the problem, or the work-dir, if one can be read.
   *
   * @param args names that spark-submit ships, divided by commas; the configuration's file on this
   *     machine; overrides
   */
  public static void main(String[] args) {
    List<String> words = List.of(args);
    List<String> shipped = List.of(words.get(0).split(",", -1));
    try {
      SettingsReader.look(
              Path.of(words.get(1)),
              words.subList(2, words.size()),
              CallerPaths.submitted(Path.of(""), shipped::contains))
          .ifPresent(System.out::println);
    } catch (UserException e) {
      System.out.println("refused\n" + ErrorText.of(e));
    }
  }
}
