package io.herd.job;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import io.herd.job.config.Settings;
import io.herd.job.config.SettingsReader;
import io.herd.job.exit.ExitCode;
import io.herd.job.verb.CheckVerb;
import io.herd.job.verb.CleanVerb;
import io.herd.job.verb.PlanVerb;
import io.herd.job.verb.SampleVerb;
import io.herd.job.verb.VariantsVerb;
import io.herd.job.workdir.WorkDir;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A user's directory with a configuration, an input, and what runs leave behind. */
record Workplace(SparkSession spark, Path directory) {
  static final Path SAMPLES = Path.of("../data-samples").toAbsolutePath().normalize();
  static final Path MODEL = SAMPLES.resolve("tiny-llama");

  /** Labels the rows of in.jsonl. */
  static final String LABEL =
      """
      herd {
        model { path = "%s", dtype = float32 }
        input { format = json, path = in.jsonl }
        prompt { template = "Review: {{ text }}\\nSentiment:", chat = off }
        choices = [" positive", " negative"]
        output.path = out
        run.work-dir = work
        engine.threads = 1
      }
      """
          .formatted(MODEL);

  /** Completes them. */
  static final String COMPLETE =
      LABEL + "herd { choices = [], generate.max-new-tokens = 4, prompt.chat = on }\n";

  /** How a verb ended, and what it printed. */
  record Ended(ExitCode code, String printed) {}

  Workplace input(List<String> lines) {
    return file("in.jsonl", lines);
  }

  Workplace file(String name, List<String> lines) {
    try {
      Files.write(directory.resolve(name), lines);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<String> reviews(int from, int to) {
    try (Stream<String> lines = Files.lines(SAMPLES.resolve("reviews.jsonl"))) {
      return lines.skip(from).limit(to - (long) from).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Settings settings(String configuration, String... overrides) {
    file("run.conf", List.of(configuration));
    return SettingsReader.read(Path.of("run.conf"), List.of(overrides), directory);
  }

  Ended run(String configuration, String... overrides) {
    Settings settings = settings(configuration, overrides);
    return printing(out -> new Job(spark, settings, out).run());
  }

  /** A run that is killed before it can tell anyone how it ended. */
  void runUnheard(String configuration, String... overrides) {
    Settings settings = settings(configuration, overrides);
    printing(out -> new Job(spark, settings, out).runUnheard());
  }

  Ended plan(String configuration, String... overrides) {
    Settings settings = settings(configuration, overrides);
    return printing(out -> new PlanVerb(spark, settings, out).run(Optional.empty(), 1));
  }

  /** A plan that writes the first prompts into a file. */
  Ended plan(String configuration, Path file, int most, String... overrides) {
    Settings settings = settings(configuration, overrides);
    return printing(out -> new PlanVerb(spark, settings, out).run(Optional.of(file), most));
  }

  Ended sample(int rows, String configuration, String... overrides) {
    Settings settings = settings(configuration, overrides);
    return printing(out -> new SampleVerb(spark, settings, out).run(rows));
  }

  Ended variants(int rows, boolean json, String configuration, String... overrides) {
    Settings settings = settings(configuration, overrides);
    return printing(out -> new VariantsVerb(spark, settings, out).run(rows, json));
  }

  Ended check(String configuration, String... overrides) {
    Settings settings = settings(configuration, overrides);
    return printing(out -> new CheckVerb(spark, settings, out).run());
  }

  Ended clean(Duration age, boolean yes, CleanVerb.Terminal terminal, String configuration) {
    Settings settings = settings(configuration);
    return printing(out -> new CleanVerb(spark, settings, out, terminal).run(age, yes));
  }

  private interface Body {
    ExitCode run(PrintStream out);
  }

  private static Ended printing(Body body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ExitCode code = body.run(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    return new Ended(code, bytes.toString(StandardCharsets.UTF_8));
  }

  /** The rows at {@code out}. */
  Dataset<Row> output() {
    return spark.read().parquet(directory.resolve("out").toString());
  }

  Row row(String id) {
    return output().filter("id = '" + id + "'").head();
  }

  JsonObject report() {
    return json("work/run.json");
  }

  JsonObject json(String file) {
    try {
      return new Gson().fromJson(Files.readString(directory.resolve(file)), JsonObject.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long reported(String field) {
    return report().get(field).getAsLong();
  }

  /** As if the last run had died after it published, and before it could say that it is done. */
  void forgetPublishing() {
    workDir().run().dropPublished();
  }

  WorkDir workDir() {
    return new WorkDir(
        directory.resolve("work").toString(), spark.sparkContext().hadoopConfiguration());
  }

  /** Rows of the result log. */
  long logged() {
    return spark.read().json(directory.resolve("work/results").toString()).count();
  }

  /** The visible files of the result log. */
  List<Path> log() {
    try (Stream<Path> files = Files.list(directory.resolve("work/results"))) {
      return files.filter(file -> file.toString().endsWith(".jsonl")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
