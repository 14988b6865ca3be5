package io.herd.job.output;

import java.sql.Driver;
import java.sql.SQLException;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/**
 * Finds a database's driver among the jars that Spark was given ({@code --packages}, {@code
 * --jars}). Spark itself asks Java's {@code DriverManager}, which knows the application's class
 * path alone, and says that there is no suitable driver.
 */
final class JdbcDrivers {
  private JdbcDrivers() {}

  /** Returns the driver's class for an address. */
  static Optional<String> of(String url) {
    try {
      ClassLoader loader = Thread.currentThread().getContextClassLoader();
      for (Driver each : ServiceLoader.load(Driver.class, loader)) {
        if (each.acceptsURL(url)) {
          return Optional.of(each.getClass().getName());
        }
      }
    } catch (SQLException | ServiceConfigurationError e) { // Spark says what is wrong
      return Optional.empty();
    }
    return Optional.empty();
  }
}
