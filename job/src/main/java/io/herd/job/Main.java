package io.herd.job;

import io.herd.udfs.SystemException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.SparkUserAppException;

/** The class that spark-submit starts. */
public final class Main {
  private static final Map<String, Verb> VERBS =
      Map.of("check", notYet("check"), "plan", notYet("plan"), "run", notYet("run"));

  private Main() {}

  /**
   * Returns when all went well, and else throws: {@code System.exit} would make YARN start the
   * application again, while spark-submit exits with this exception's code.
   */
  public static void main(String[] args) throws SparkUserAppException {
    Commands commands = new Commands(VERBS, Path.of(""), System.out, System.err);
    ExitCode code = commands.execute(args);
    if (code != ExitCode.DONE) {
      throw new SparkUserAppException(code.number());
    }
  }

  private static Verb notYet(String verb) {
    return settings -> {
      throw new SystemException("The verb " + verb + " is not built yet.", null);
    };
  }
}
