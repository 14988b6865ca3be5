package io.herd.job;

import static io.herd.job.Workplace.LABEL;
import static io.herd.job.Workplace.reviews;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.herd.job.exit.ExitCode;
import io.herd.job.verb.CompareVerb;
import io.herd.job.verb.ReviewVerb;
import io.herd.udfs.UserException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code compare} and {@code review} after a process that was killed at any change of a file. */
@Tag("large")
@ExtendWith(SharedSpark.class)
class KilledReviewTest {
  private static final String GOLD = "herd.gold-column=human_label";
  private static final String OTHER = "herd.prompt.template=Is this good or bad? {{ text }}\nIt is";
  private static final String OVER = "herd.output.mode=overwrite";

  /** What isn't read again: hidden files, who holds the lease, progress, what is for people. */
  private static final String UNREAD =
      "(.*/)?[_.].*|(lease|progress|disagreements|audit)/.*|report\\.html";

  private Workplace place;
  private Path copies;

  @BeforeEach
  void makePlace(SparkSession spark, @TempDir Path directory) throws IOException {
    place = new Workplace(spark, directory).input(reviews(0, 12));
    copies = directory.resolve("copies");
    StepFiles.watch(spark.sparkContext().hadoopConfiguration(), directory.resolve("work"), copies);
  }

  /** What a verb prints, without digits that depend on the order of a sum. */
  private static JsonObject json(Function<PrintStream, ExitCode> verb) {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    assertThat(verb.apply(new PrintStream(printed, true, StandardCharsets.UTF_8)))
        .isEqualTo(ExitCode.DONE);
    return rounded(printed.toString(StandardCharsets.UTF_8));
  }

  private static JsonObject rounded(String json) {
    return JsonParser.parseString(json.replaceAll("(\\.\\d{9})\\d+", "$1")).getAsJsonObject();
  }

  private JsonObject compared(Path workDir) {
    String other = place.directory() + "/other";
    JsonObject report =
        json(
            out ->
                new CompareVerb(place.spark(), out)
                    .run(other, workDir.toString(), Optional.empty(), true));
    report.getAsJsonObject("second").remove("work_dir");
    return report;
  }

  private JsonObject reviewed(String workDir, Path file) {
    return json(
        out -> new ReviewVerb(place.spark(), out, Clock.systemUTC()).read(workDir, file, true));
  }

  /** The files that a command may read, by name. */
  private static Map<String, String> files(Path workDir) throws IOException {
    Map<String, String> all = new TreeMap<>();
    try (Stream<Path> files = Files.walk(workDir)) {
      for (Path each : files.filter(Files::isRegularFile).toList()) {
        String name = workDir.relativize(each).toString();
        if (!name.matches(UNREAD)) {
          all.put(name, Files.readString(each, StandardCharsets.ISO_8859_1));
        }
      }
    }
    return all;
  }

  private static Map<String, String> withoutReviews(Path workDir) throws IOException {
    Map<String, String> all = files(workDir);
    all.keySet().removeIf(name -> name.startsWith("review-"));
    return all;
  }

  private String watched() {
    return "steps:" + place.directory() + "/work";
  }

  @Test
  void compare_runKilledAtAnyPoint_tellsOfAWholeRunOrRefuses() throws IOException {
    place.run(LABEL, GOLD);
    place.input(reviews(0, 24));
    place.run(LABEL, GOLD, "herd.run.work-dir=other", "herd.output.path=out-other");
    JsonObject before = compared(place.directory().resolve("work"));
    place.run(
        LABEL, GOLD, OTHER, OVER, "herd.run.work-dir=" + watched(), "herd.run.checkpoint.rows=4");
    JsonObject after = compared(place.directory().resolve("work"));
    assertThat(after).isNotEqualTo(before);

    List<String> told = new ArrayList<>();
    Set<Map<String, String>> seen = new HashSet<>();
    for (Path copy : StepFiles.copies(copies)) {
      if (!seen.add(files(copy))) {
        continue;
      }
      try {
        JsonObject report = compared(copy);
        told.add(report.equals(before) ? "before" : report.equals(after) ? "after" : "wrong");
      } catch (UserException e) {
        assertThat(e.getMessage())
            .containsAnyOf("was stopped, failed or died before its end", "there is no run in ");
        told.add("refused");
      }
    }
    assertThat(told).startsWith("before").hasSizeGreaterThan(10);
    assertThat(String.join(" ", told)).matches("(before ?)+(refused ?)+(after ?)*");
  }

  @Test
  void compare_runThatIsStoppedOrRefusedLater_isRefused() {
    place.run(LABEL, GOLD);
    place.run(LABEL, GOLD, "herd.run.work-dir=other", "herd.output.path=out-other");
    assertThatThrownBy(() -> place.run(LABEL, GOLD, OTHER, "herd.model.path=nowhere", OVER))
        .isInstanceOf(UserException.class);

    assertThatThrownBy(() -> compared(place.directory().resolve("work")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("was stopped, failed or died before its end");

    place.run(LABEL, GOLD);
    assertThat(compared(place.directory().resolve("work")).get("rows_differ").getAsLong()).isZero();
  }

  @Test
  void review_killedAtAnyPoint_givesTheSameAgain() throws IOException {
    place.run(LABEL, GOLD);
    place.run(LABEL, GOLD, "herd.run.work-dir=other", "herd.output.path=out-other");
    Path file = place.directory().resolve("look.jsonl");
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    new ReviewVerb(place.spark(), nowhere, Clock.systemUTC())
        .write(place.directory() + "/work", file, 4);
    List<String> right =
        Files.readAllLines(file).stream()
            .map(line -> line.replace("\"right\":\"\"", "\"right\":\"negative\""))
            .toList();
    Files.write(file, right);
    Map<String, String> run = withoutReviews(place.directory().resolve("work"));
    JsonObject comparison = compared(place.directory().resolve("work"));
    JsonObject expected = reviewed(watched(), file);

    List<Path> killed = StepFiles.copies(copies);
    assertThat(killed).hasSizeGreaterThanOrEqualTo(3);
    for (Path copy : killed) {
      assertThat(reviewed(copy.toString(), file)).as("again").isEqualTo(expected);
      assertThat(compared(copy)).isEqualTo(comparison);
      assertThat(withoutReviews(copy)).isEqualTo(run);
      for (Map.Entry<String, String> each : files(copy).entrySet()) {
        if (each.getKey().startsWith("review-")) {
          assertThat(rounded(each.getValue())).isEqualTo(expected);
        }
      }
    }
    place.run(LABEL, GOLD, OVER, "herd.run.work-dir=" + killed.get(killed.size() - 1));
    JsonObject next =
        place.json("copies/" + killed.get(killed.size() - 1).getFileName() + "/run.json");
    assertThat(next.get("rows_generated").getAsLong()).isZero();
  }
}
