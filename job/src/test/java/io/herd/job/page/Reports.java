package io.herd.job.page;

import io.herd.job.cascade.CascadeReport;
import io.herd.job.output.AuditReport;
import io.herd.job.output.Profile;
import io.herd.job.output.Quality;
import io.herd.job.progress.Progress;
import io.herd.job.report.PreviousRun;
import io.herd.job.report.RunReport;
import io.herd.job.workdir.RunBudget;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reports with everything in them. */
public final class Reports {
  private Reports() {}

  /**
   * A finished run.
   *
   * @param text stands wherever data can get in
   */
  public static RunReport of(String text) {
    return of(text, profile(text));
  }

  /** A finished run with other rows. */
  public static RunReport with(Profile profile) {
    return of("x", profile);
  }

  private static RunReport of(String text, Profile profile) {
    Map<String, Double> steps = new LinkedHashMap<>();
    steps.put("resolve", 1.5);
    steps.put("read", 3.25);
    steps.put("generate", 125.0);
    return new RunReport(
        RunReport.SCHEMA,
        "reviews " + text,
        "2026-11-22T03:00:00Z",
        "failed_rows",
        4,
        1000,
        1000,
        990,
        10,
        40,
        950,
        34_280,
        9_900,
        1_200,
        131.0,
        steps,
        351.0,
        7.6,
        new RunReport.Model("tiny " + text, "main", "float32", 2_200_000),
        List.of(
            "host was given the GPU 0 and runs on the processor, as herd.model.device=auto allows: "
                + text,
            "host cpu: " + text),
        0.93,
        0.42,
        List.of(
            new Progress(20, 100, 0, 4000, 1000, 6000),
            new Progress(70, 500, 4, 18_000, 5000, 25_000),
            new Progress(125, 950, 10, 34_000, 9900, 43_900)),
        2,
        0.04,
        0.0421,
        new RunBudget(50_000L, 50_312, 0.05, 0.04, 8),
        profile,
        new AuditReport(true, true, 1000, 1000, 990, 10, 0, 0, 0, "note " + text),
        0.8,
        quality(text),
        cascade(text),
        new PreviousRun(
            "2026-11-21T03:00:00Z " + text,
            900.0,
            12.0,
            0.75,
            0.09,
            null,
            7.0,
            0.05,
            Map.of("positive", 500.0, "label " + text, 388.0)),
        "error " + text,
        Map.of("spark", "4.0.1", "master", "local " + text),
        Map.of(
            "run", Map.of("work-dir", "work/" + text), "prompt", Map.of("template", "P " + text)));
  }

  private static CascadeReport cascade(String text) {
    return new CascadeReport(
        "promise " + text,
        "agreement",
        0.95,
        0.95,
        true,
        0.71,
        980,
        500,
        488,
        0.9614,
        430,
        null,
        700,
        300,
        300,
        9_000,
        new CascadeReport.Large("large " + text, "main", "float32", 2_200_000));
  }

  private static Profile profile(String text) {
    return new Profile(
        new Profile.Lengths(4, List.of(0L, 120L, 600L, 270L)),
        new Profile.Lengths(2, List.of(1L, 0L, 989L)),
        Map.of("stop", 900L, "length", 90L),
        labels(text),
        0,
        List.of(0L, 0L, 0L, 0L, 0L, 400L, 0L, 0L, 0L, 590L),
        List.of(
            new Profile.Field("stars", Map.of("value " + text, 990L), null, null),
            new Profile.Field("quote " + text, null, 40, 12L)),
        List.of(new Profile.Failures("reason " + text, 10, List.of("id " + text, "r2"))));
  }

  private static Map<String, Long> labels(String text) {
    Map<String, Long> labels = new LinkedHashMap<>();
    labels.put("positive", 700L);
    labels.put("label " + text, 290L);
    return labels;
  }

  private static Quality quality(String text) {
    String other = "label " + text;
    Map<String, Map<String, Long>> confusion = new TreeMap<>();
    confusion.put("positive", Map.of("positive", 500L, other, 100L));
    confusion.put(other, Map.of("positive", 100L, other, 290L));
    return new Quality(
        990,
        990,
        200,
        1.0,
        0.8,
        0.78,
        0.07,
        null,
        List.of(
            new Quality.OfClass("positive", 0.83, 0.83, 0.83, 600, 0),
            new Quality.OfClass(other, 0.74, 0.74, 0.74, 390, 0)),
        confusion,
        List.of(
            new Quality.Bin(0.5, 0.6, 400, 0.55, 0.6), new Quality.Bin(0.9, 1, 590, 0.96, 0.9)));
  }
}
