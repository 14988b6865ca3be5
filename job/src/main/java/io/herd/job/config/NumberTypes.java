package io.herd.job.config;

import static io.herd.job.config.ValueType.quote;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValue;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** Values that are numbers. */
final class NumberTypes {
  private static final Pattern WITH_UNIT = Pattern.compile("[0-9.]+\\s*[a-zA-Z]+");

  private NumberTypes() {}

  static ValueType<Integer> wholeNumber(int least, String unit) {
    return new WholeNumber(least, unit);
  }

  /** A whole number or {@code auto}, which is empty. */
  static ValueType<OptionalInt> autoOr(int least, String unit) {
    return new AutoOr(new WholeNumber(least, unit));
  }

  static ValueType<Long> wholeLong() {
    return new WholeLong(Long.MIN_VALUE, "a whole number");
  }

  static ValueType<Long> wholeLong(long least, String unit) {
    return new WholeLong(least, "a whole number of " + unit + ", " + least + " or more");
  }

  /** A number from {@code least} to {@code most}; no upper end when that is the largest double. */
  static ValueType<Double> number(double least, double most) {
    return new Decimal(least, most);
  }

  /** A time or {@code auto}, which is empty. */
  static ValueType<Optional<Duration>> autoOr(Duration least) {
    return new AutoOrTime(new Time(least));
  }

  /**
   * A time with its unit: HOCON reads a bare number as milliseconds, which is never intended here.
   */
  static ValueType<Duration> duration(Duration least) {
    return new Time(least);
  }

  private static BigDecimal decimal(String text, String wanted) {
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(quote(text) + " is not " + wanted, e);
    }
  }

  private static long whole(String text, long least, long most) {
    BigDecimal number = decimal(text, "a whole number");
    if (number.stripTrailingZeros().scale() > 0) {
      throw new IllegalArgumentException(text + " is not a whole number");
    }
    checkRange(text, number, BigDecimal.valueOf(least), BigDecimal.valueOf(most));
    return number.longValueExact();
  }

  private static void checkRange(String text, BigDecimal number, BigDecimal low, BigDecimal high) {
    if (number.compareTo(low) < 0) {
      throw new IllegalArgumentException(text + " is too small");
    }
    if (number.compareTo(high) > 0) {
      throw new IllegalArgumentException(text + " is too large");
    }
  }

  private record WholeNumber(int least, String unit) implements ValueType<Integer> {
    @Override
    public Integer read(ConfigValue value) {
      return Math.toIntExact(whole(ValueType.textOf(value), least, Integer.MAX_VALUE));
    }

    @Override
    public String allowed() {
      return "a whole number of " + unit + ", " + least + " or more";
    }
  }

  private record AutoOr(WholeNumber number) implements ValueType<OptionalInt> {
    @Override
    public OptionalInt read(ConfigValue value) {
      return ValueType.textOf(value).equals("auto")
          ? OptionalInt.empty()
          : OptionalInt.of(number.read(value));
    }

    @Override
    public String allowed() {
      return "auto, or " + number.allowed();
    }
  }

  private record AutoOrTime(Time time) implements ValueType<Optional<Duration>> {
    @Override
    public Optional<Duration> read(ConfigValue value) {
      return ValueType.textOf(value).equals("auto")
          ? Optional.empty()
          : Optional.of(time.read(value));
    }

    @Override
    public String allowed() {
      return "auto, or " + time.allowed();
    }
  }

  private record WholeLong(long least, String allowed) implements ValueType<Long> {
    @Override
    public Long read(ConfigValue value) {
      return whole(ValueType.textOf(value), least, Long.MAX_VALUE);
    }
  }

  private record Decimal(double least, double most) implements ValueType<Double> {
    @Override
    public Double read(ConfigValue value) {
      String text = ValueType.textOf(value);
      BigDecimal number = decimal(text, "a number");
      checkRange(text, number, BigDecimal.valueOf(least), BigDecimal.valueOf(most));
      return number.doubleValue();
    }

    @Override
    public String allowed() {
      String from = BigDecimal.valueOf(least).stripTrailingZeros().toPlainString();
      return most == Double.MAX_VALUE
          ? "a number, " + from + " or more"
          : "a number from "
              + from
              + " to "
              + BigDecimal.valueOf(most).stripTrailingZeros().toPlainString();
    }
  }

  private record Time(Duration least) implements ValueType<Duration> {
    @Override
    public Duration read(ConfigValue value) {
      String text = ValueType.textOf(value);
      if (!WITH_UNIT.matcher(text.strip()).matches()) {
        throw new IllegalArgumentException(quote(text) + " is not a time with its unit");
      }
      Duration time = parse(value, text);
      if (time.compareTo(least) < 0) {
        throw new IllegalArgumentException(text + " is too short");
      }
      return time;
    }

    @Override
    public String allowed() {
      return "a time of " + least.toSeconds() + "s or more, with its unit: s, m, h or d";
    }

    private static Duration parse(ConfigValue value, String text) {
      try {
        return value.atKey("value").getDuration("value");
      } catch (ConfigException e) {
        throw new IllegalArgumentException(quote(text) + " is not a time with its unit", e);
      }
    }
  }
}
