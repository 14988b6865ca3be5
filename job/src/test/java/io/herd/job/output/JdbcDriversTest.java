package io.herd.job.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Drivers as spark-submit's class loader has them. */
class JdbcDriversTest {
  private static final String ADDRESS = "jdbc:postgresql://db/sales";

  private final ClassLoader before = Thread.currentThread().getContextClassLoader();

  @AfterEach
  void putBack() {
    Thread.currentThread().setContextClassLoader(before);
  }

  @Test
  void of_driverAmongTheJarsOfTheContext_isFound() throws IOException {
    URL jar = org.postgresql.Driver.class.getProtectionDomain().getCodeSource().getLocation();
    ClassLoader without = ClassLoader.getPlatformClassLoader();
    try (URLClassLoader with = new URLClassLoader(new URL[] {jar}, without)) {
      Thread.currentThread().setContextClassLoader(with);
      assertThat(JdbcDrivers.of(ADDRESS)).contains("org.postgresql.Driver");
      assertThat(JdbcDrivers.of("jdbc:other://db/sales")).isEmpty();
    }
    Thread.currentThread().setContextClassLoader(without);
    assertThat(JdbcDrivers.of(ADDRESS)).isEmpty();
  }
}
