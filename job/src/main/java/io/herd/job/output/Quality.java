package io.herd.job.output;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Quality of the answers, by the gold column; {@code run.json} has these fields under these names.
 * A share of nothing is null.
 *
 * @param rows with a result and a right answer
 * @param answered of them with an answer; the others abstained
 * @param disagreements answers that aren't the right one; the work-dir has them in {@code
 *     disagreements/}
 * @param coverage share of the rows that have an answer
 * @param accuracy share of the answers that are right; of sets of labels, those that are the same
 * @param macroF1 mean of the classes' F1, or null when there are none
 * @param calibrationError expected calibration error: how far the label's probability is from the
 *     share of right labels, on average over the answers (Naeini et al. 2015); null as {@code
 *     reliability}
 * @param micro precision, recall and F1 over all labels of all rows, or null when a row has one
 * @param classes one for each label, or null when there are too many, or rows have several, or none
 * @param confusion answers by right label, then by label; null as {@code classes}
 * @param reliability the answers by their probability, ten bins of equal width without the empty
 *     ones; null when nothing is labelled
 */
public record Quality(
    long rows,
    long answered,
    long disagreements,
    Double coverage,
    Double accuracy,
    Double macroF1,
    Double calibrationError,
    Score micro,
    List<OfClass> classes,
    Map<String, Map<String, Long>> confusion,
    List<Bin> reliability) {

  /** With more classes, none is listed. */
  private static final int MOST_CLASSES = 100;

  /** Number of probability bins. */
  public static final int BINS = 10;

  /** Precision, recall and F1. */
  public record Score(Double precision, Double recall, double f1) {
    static Score of(long hits, long surplus, long missed) {
      long both = 2 * hits + surplus + missed;
      return new Score(
          share(hits, hits + surplus),
          share(hits, hits + missed),
          both == 0 ? 0 : 2.0 * hits / both);
    }
  }

  /**
   * A label's figures.
   *
   * @param support answers whose right label it is
   * @param abstained rows without an answer whose right label it is
   */
  public record OfClass(
      String label, Double precision, Double recall, double f1, long support, long abstained) {}

  /**
   * The answers whose label has about the same probability.
   *
   * @param from least probability
   * @param to greatest
   * @param probability mean
   * @param accuracy share of right ones
   */
  public record Bin(double from, double to, long rows, double probability, double accuracy) {}

  /**
   * A group of rows with these values in common.
   *
   * @param label null where rows abstained
   * @param bin of the label's probability
   * @param probability sum
   */
  public record Cell(String gold, String label, int bin, long rows, double probability) {
    /** Returns whether the label is the right one. */
    public boolean correct() {
      return gold.equals(label);
    }
  }

  /**
   * Returns the quality without classes: text was generated, rows have several labels, or there are
   * too many.
   */
  public static Quality of(Counts.Gold gold, boolean several) {
    return new Quality(
        gold.compared(),
        gold.answered(),
        gold.answered() - gold.correct(),
        share(gold.answered(), gold.compared()),
        share(gold.correct(), gold.answered()),
        null,
        null,
        several ? Score.of(gold.hits(), gold.surplus(), gold.missed()) : null,
        null,
        null,
        null);
  }

  /** Returns the quality from all labels and their probabilities. */
  public static Quality of(Counts.Gold gold, List<Cell> cells) {
    Quality plain = of(gold, false);
    List<OfClass> classes = classes(cells);
    boolean listed = classes.size() <= MOST_CLASSES;
    List<Bin> bins = bins(cells);
    return new Quality(
        plain.rows,
        plain.answered,
        plain.disagreements,
        plain.coverage,
        plain.accuracy,
        classes.isEmpty() ? null : classes.stream().mapToDouble(OfClass::f1).average().orElse(0),
        bins.isEmpty() ? null : error(bins),
        null,
        listed ? classes : null,
        listed ? confusion(cells) : null,
        bins);
  }

  private static List<OfClass> classes(List<Cell> cells) {
    Set<String> labels = new TreeSet<>();
    for (Cell cell : cells) {
      labels.add(cell.gold());
      if (cell.label() != null) {
        labels.add(cell.label());
      }
    }
    List<OfClass> out = new ArrayList<>();
    for (String label : labels) {
      long hits = rows(cells, cell -> cell.gold().equals(label) && cell.correct());
      long given = rows(cells, cell -> label.equals(cell.label()));
      long support = rows(cells, cell -> cell.gold().equals(label) && cell.label() != null);
      long abstained = rows(cells, cell -> cell.gold().equals(label) && cell.label() == null);
      Score score = Score.of(hits, given - hits, support - hits);
      out.add(
          new OfClass(label, score.precision(), score.recall(), score.f1(), support, abstained));
    }
    return out;
  }

  private static Map<String, Map<String, Long>> confusion(List<Cell> cells) {
    Map<String, Map<String, Long>> out = new TreeMap<>();
    for (Cell cell : cells) {
      if (cell.label() != null) {
        out.computeIfAbsent(cell.gold(), any -> new TreeMap<>())
            .merge(cell.label(), cell.rows(), Long::sum);
      }
    }
    return out;
  }

  private static List<Bin> bins(List<Cell> cells) {
    List<Bin> out = new ArrayList<>();
    for (int i = 0; i < BINS; i++) {
      int bin = i;
      List<Cell> inside =
          cells.stream().filter(cell -> cell.bin() == bin && cell.label() != null).toList();
      long rows = rows(inside, cell -> true);
      if (rows > 0) {
        double sum = inside.stream().mapToDouble(Cell::probability).sum();
        double right = (double) rows(inside, Cell::correct) / rows;
        out.add(new Bin((double) i / BINS, (double) (i + 1) / BINS, rows, sum / rows, right));
      }
    }
    return out;
  }

  private static double error(List<Bin> bins) {
    double sum = 0;
    long rows = 0;
    for (Bin bin : bins) {
      sum += bin.rows() * Math.abs(bin.accuracy() - bin.probability());
      rows += bin.rows();
    }
    return sum / rows;
  }

  private static long rows(List<Cell> cells, Predicate<Cell> which) {
    return cells.stream().filter(which).mapToLong(Cell::rows).sum();
  }

  private static Double share(long part, long whole) {
    return whole == 0 ? null : (double) part / whole;
  }
}
