package io.herd.udfs.template;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import io.herd.udfs.template.JinjaFunctions.Problem;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One rendering, within bounds: a template comes with a model, and nobody has read it. The steps
 * bound loops in the same way on every machine; the time bounds what few steps can take long for.
 */
final class BoundedInterpreter extends JinjavaInterpreter {
  /**
   * Of one text. More than a tokenizer takes, so that long rows are refused there, with a count.
   */
  static final int MOST_CHARS = 16_000_000;

  /** Of a list that a template makes. */
  static final int MOST_ITEMS = 1_000_000;

  private static final int MOST_STEPS = 5_000_000;

  /** What a set tag assigns comes as a list. */
  private static final int MOST_SET = 16;

  private static final int MOST_BITS = 10_000;
  private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final int STEPS_BETWEEN_LOOKS = 1024;

  private final long begun = System.nanoTime();
  private int steps;

  BoundedInterpreter(Jinjava jinjava, Context context, JinjavaConfig config) {
    super(jinjava, context, config);
  }

  /** What every node, name and turn of a loop asks for. */
  @Override
  public Context getContext() {
    if (++steps > MOST_STEPS) {
      throw new LimitProblem("it takes more than " + MOST_STEPS + " steps");
    }
    if (steps % STEPS_BETWEEN_LOOKS == 0 && System.nanoTime() - begun > MOST_NANOS) {
      throw new LimitProblem("it takes longer than half a minute");
    }
    return super.getContext();
  }

  @Override
  public Object resolveELExpression(String expression, int line) {
    Object value = bounded(super.resolveELExpression(expression, line));
    if (value instanceof List<?> values && values.size() <= MOST_SET) {
      values.forEach(BoundedInterpreter::bounded);
    }
    return value;
  }

  /** The same value, unless it is too large to be gone on with. */
  static Object bounded(Object value) {
    if (value instanceof CharSequence text && text.length() > MOST_CHARS) {
      throw tooLong();
    }
    BigInteger digits =
        value instanceof BigDecimal decimal
            ? decimal.unscaledValue()
            : value instanceof BigInteger integer ? integer : BigInteger.ZERO;
    boolean many = value instanceof BigDecimal decimal && Math.abs(decimal.scale()) > MOST_BITS;
    if (many || digits.bitLength() > MOST_BITS) {
      throw new Problem("a number has more than " + MOST_BITS + " bits", true);
    }
    return value;
  }

  static Problem tooLong() {
    return new Problem("a text has more than " + MOST_CHARS + " characters", true);
  }

  /** An Error, because Jinjava notes every Exception and goes on. */
  static final class LimitProblem extends Error {
    LimitProblem(String message) {
      super(message, null, false, false);
    }
  }
}
