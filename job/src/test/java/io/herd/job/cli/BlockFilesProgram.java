package io.herd.job.cli;

import io.herd.udfs.hub.Secret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * A Spark whose memory has no room for blocks: it broadcasts a token and shuffles a row, and prints
 * which of them its block files show.
 */
final class BlockFilesProgram {
  private static final String ROW = "row-canary-0123456789";

  private BlockFilesProgram() {}

  /** Takes the token, whether to take Herd's settings, and a folder for the block files. */
  public static void main(String[] arguments) throws Exception {
    SparkConf conf =
        new SparkConf()
            .setAppName("blocks")
            .setMaster("local[2]")
            .set("spark.ui.enabled", "false")
            .set("spark.memory.fraction", "0.0000001")
            .set("spark.broadcast.compress", "false") // or nothing would be found in them
            .set("spark.shuffle.compress", "false")
            .set("spark.local.dir", arguments[2]);
    if (Boolean.parseBoolean(arguments[1])) {
      Map<String, String> missing = Sessions.missing(conf);
      missing.remove("spark.plugins");
      missing.forEach(conf::set);
    }
    try (JavaSparkContext spark = new JavaSparkContext(conf)) {
      Optional<Secret> token = Secret.clean(arguments[0], "a test");
      Broadcast<Secret> broadcast = spark.broadcast(token.orElseThrow());
      long rows =
          spark
              .parallelize(List.of(ROW, ROW, ROW), 3)
              .repartition(2)
              .filter(row -> !broadcast.value().toString().isEmpty())
              .count();
      Path folder = Path.of(arguments[2]);
      System.out.println(
          "rows=" + rows + " token=" + shows(folder, arguments[0]) + " row=" + shows(folder, ROW));
    }
  }

  private static boolean shows(Path folder, String text) throws Exception {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text)) {
          return true;
        }
      }
    }
    return false;
  }
}
