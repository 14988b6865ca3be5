package io.herd.udfs.hub;

import java.net.http.HttpHeaders;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The time that a server asks its clients to wait. */
public record AskedWait(Clock clock) {
  private static final Pattern EXHAUSTED = Pattern.compile(";\\s*r=0\\s*;\\s*t=(\\d{1,6})");

  /** Reads the rate limit when it is used up, otherwise {@code Retry-After}. */
  public Optional<Duration> of(HttpHeaders headers) {
    Matcher limit = EXHAUSTED.matcher(headers.firstValue("RateLimit").orElse(""));
    if (limit.find()) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(limit.group(1))));
    }
    return headers.firstValue("Retry-After").map(String::strip).flatMap(this::parse);
  }

  private Optional<Duration> parse(String text) {
    if (text.matches("\\d{1,6}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
    }
    try {
      Instant until = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration wait = Duration.between(clock.instant(), until);
      return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
