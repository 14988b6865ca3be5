package io.herd.udfs.partition;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.Period;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;
import org.apache.spark.sql.catalyst.util.IntervalStringStyles;
import org.apache.spark.sql.catalyst.util.IntervalUtils;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DayTimeIntervalType;
import org.apache.spark.sql.types.YearMonthIntervalType;

/**
 * Values of types that Jinja doesn't know, as Spark's {@code CAST(... AS STRING)} writes them: in
 * the session's time zone, not in the one that an executor happens to have.
 */
final class ValueText {
  private static final DateTimeFormatter TIMESTAMP =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuu-MM-dd HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .toFormatter(Locale.ROOT);

  private ValueText() {}

  static String of(Object value, DataType type, ZoneId zone) {
    if (value instanceof Timestamp timestamp) {
      return of(timestamp.toInstant(), type, zone);
    }
    if (value instanceof Instant instant) {
      return TIMESTAMP.format(LocalDateTime.ofInstant(instant, zone));
    }
    if (value instanceof LocalDateTime local) {
      return TIMESTAMP.format(local);
    }
    if (value instanceof Duration duration && type instanceof DayTimeIntervalType days) {
      return IntervalUtils.toDayTimeIntervalString(
          IntervalUtils.durationToMicros(duration),
          IntervalStringStyles.ANSI_STYLE(),
          days.startField(),
          days.endField());
    }
    if (value instanceof Period period && type instanceof YearMonthIntervalType months) {
      return IntervalUtils.toYearMonthIntervalString(
          IntervalUtils.periodToMonths(period),
          IntervalStringStyles.ANSI_STYLE(),
          months.startField(),
          months.endField());
    }
    return value.toString(); // dates, calendar intervals, variants
  }
}
