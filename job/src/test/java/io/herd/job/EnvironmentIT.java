package io.herd.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.hub.fake.FakeHub;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The real launcher in environments as cron, containers and clusters have them. */
@ExtendWith(SharedSpark.class)
class EnvironmentIT {
  private static final String ID = "meta-llama/Llama-3.2-1B-Instruct";
  private static final String TOKEN = "hf_abcdefghijklmnopqrstuvwxyz";

  /** What cron, systemd and images without LANG have. A machine's name that nothing resolves. */
  @Test
  void run_localeCAndANameWithoutAnAddress_scoresTheLabelsThatWereAsked(
      SparkSession spark, @TempDir Path directory) throws Exception {
    Workplace place = new Workplace(spark, directory).input(Workplace.reviews(0, 2));
    place.file("run.conf", List.of(Workplace.LABEL));
    Path bin = directory.resolve("bin");
    Launcher.executable(bin.resolve("getent"), "exit 2");
    Map<String, String> environment = new HashMap<>();
    environment.put("LC_ALL", "C");
    environment.put("PATH", bin + ":" + System.getenv("PATH"));

    Launched.start(
            directory,
            environment,
            "run",
            "run.conf",
            "herd.choices=[\" größe\", \" klein\"]",
            "herd.output.path=ausgänge")
        .ends(0);

    Row row = spark.read().parquet(directory.resolve("ausgänge").toString()).head();
    assertThat(row.getJavaMap(row.fieldIndex("scores")).keySet())
        .isEqualTo(java.util.Set.of("größe", "klein"));
  }

  /** As {@code HOME=... hf auth login} leaves it, whatever home passwd names. */
  @Test
  void fetch_homeThatPasswdDoesNotName_hasTheTokenAndGetsTheModel(
      SparkSession spark, @TempDir Path directory) throws Exception {
    try (FakeHub hub = FakeHub.start()) {
      hub.repo(ID).folder(Workplace.MODEL).gated();
      hub.account(TOKEN).name("someone").accept(ID);
      Workplace place = new Workplace(spark, directory).input(Workplace.reviews(0, 2));
      place.file(
          "run.conf",
          List.of(Workplace.LABEL.replaceFirst("path = \"[^\"]*\"", "id = \"" + ID + "\"")));
      Path cache = Files.createDirectories(directory.resolve("home/.cache/huggingface"));
      Files.writeString(cache.resolve("token"), TOKEN);
      Files.setPosixFilePermissions(
          cache.resolve("token"), PosixFilePermissions.fromString("rw-------"));

      Launched.start(
              directory,
              Map.of(
                  "HOME",
                  directory.resolve("home").toString(),
                  "HF_ENDPOINT",
                  hub.endpoint().toString()),
              "fetch",
              "run.conf")
          .ends(0);

      assertThat(cache.resolve("hub/models--meta-llama--Llama-3.2-1B-Instruct/refs/main"))
          .hasContent(hub.repo(ID).commit());
    }
  }

  /** Nothing native may be loaded before the folder for it has been looked at. */
  @Test
  void run_noFolderForNativeLibraries_endsWithTwoAndNamesTheVariable(
      SparkSession spark, @TempDir Path directory) throws Exception {
    Workplace place = new Workplace(spark, directory).input(Workplace.reviews(0, 2));
    place.file("run.conf", List.of(Workplace.LABEL));

    assertThat(
            Launched.start(
                    directory, Map.of("DJL_CACHE_DIR", "/proc/no-such-folder"), "run", "run.conf")
                .ends(2)
                .err())
        .contains("native libraries can't be unpacked to /proc/no-such-folder", "DJL_CACHE_DIR");
  }

  @Test
  void run_sparkOptionBehindTheVerb_endsWithTwoAndSaysWhereItBelongs(@TempDir Path directory)
      throws Exception {
    Launched.makeProject(directory);

    assertThat(
            Launched.start(directory, "run", "conf/demo.conf", "--conf", "spark.a=b").ends(2).err())
        .isEqualTo(
            """
            --conf is a Spark option and must stand before the verb.
              What to do: write submit/herd --conf ... VERB CONF [key=value ...].
            """);
  }
}
