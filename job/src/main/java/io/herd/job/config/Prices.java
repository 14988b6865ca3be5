package io.herd.job.config;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The prices of a run's parts, in any currency; a part without a price costs nothing. */
public record Prices(
    Optional<Double> executorHour,
    Optional<Double> millionPromptTokens,
    Optional<Double> millionGeneratedTokens) {
  private static final double MILLION = 1e6;
  private static final MathContext DIGITS = new MathContext(4);

  static Prices of(Values values) {
    return new Prices(
        values.find(Keys.COST), values.find(Keys.COST_PROMPT), values.find(Keys.COST_GENERATED));
  }

  /** Returns whether anything has a price. */
  public boolean areSet() {
    return executorHour.isPresent()
        || millionPromptTokens.isPresent()
        || millionGeneratedTokens.isPresent();
  }

  /** Returns the cost of executor seconds and tokens together. */
  public double of(double executorSeconds, long promptTokens, long generatedTokens) {
    return executorSeconds / 3600 * executorHour.orElse(0.0)
        + promptTokens / MILLION * millionPromptTokens.orElse(0.0)
        + generatedTokens / MILLION * millionGeneratedTokens.orElse(0.0);
  }

  /** An amount with as many digits as tell something, and all before the point. */
  public static String amount(double value) {
    if (value == 0) {
      return "0";
    }
    BigDecimal exact = BigDecimal.valueOf(value);
    boolean large = exact.precision() - exact.scale() > DIGITS.getPrecision();
    BigDecimal shown = large ? exact.setScale(0, RoundingMode.HALF_UP) : exact.round(DIGITS);
    return shown.stripTrailingZeros().toPlainString();
  }

  /** Formats the prices for people. */
  public String text() {
    List<String> parts = new ArrayList<>();
    executorHour.ifPresent(price -> parts.add(price + " for an executor's hour"));
    millionPromptTokens.ifPresent(price -> parts.add(price + " for a million prompt tokens"));
    millionGeneratedTokens.ifPresent(price -> parts.add(price + " for a million generated tokens"));
    return String.join(", ", parts);
  }
}
