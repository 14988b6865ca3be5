package io.herd.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What herd.jar brings to a class path that Spark's jars are on, too. */
class ShadedJarIT {
  private static final Path JAR = Path.of("target/herd.jar");

  @Test
  void herdJar_classes_areNoneOfSparks() throws Exception {
    assertThat(classes(JAR)).contains("io/herd/job/Main.class");
    assertNoneIn(Path.of("target/spark"));
  }

  @Test
  @Tag("real")
  void herdJar_classes_areNoneOfOtherSparks() throws Exception {
    for (String variable : List.of("HERD_TEST_SPARK_HOME", "HERD_TEST_SPARKS")) {
      String homes = System.getenv(variable);
      assertThat(homes).as("the environment variable " + variable).isNotBlank();
      for (String home : homes.split(File.pathSeparator, -1)) {
        assertNoneIn(Path.of(home));
      }
    }
  }

  private static void assertNoneIn(Path home) throws Exception {
    Set<String> own = classes(JAR);
    Set<String> both = new TreeSet<>();
    try (Stream<Path> jars = Files.list(home.resolve("jars"))) {
      for (Path jar : jars.filter(file -> file.toString().endsWith(".jar")).toList()) {
        Set<String> shared = classes(jar);
        shared.retainAll(own);
        both.addAll(shared);
      }
    }
    both.removeIf(
        name -> name.startsWith("org/apache/spark/internal/io/cloud/")); // spark-hadoop-cloud's
    assertThat(both).as("in herd.jar and in %s", home).isEmpty();
  }

  /** Whatever else comes in with a dependency must be relocated, or thought about here. */
  @Test
  void herdJar_unrelocatedPackages_areThoseThatNativeCodeOrSparkKnow() throws Exception {
    assertThat(classes(JAR))
        .allMatch(
            name ->
                Stream.of(
                        "io/herd/",
                        "ai/djl/", // native code knows its names
                        "com/sun/jna/", // the same
                        "dev/failsafe/",
                        "org/apache/spark/internal/io/cloud/")
                    .anyMatch(name::startsWith));
  }

  @Test
  void herdJar_version_isWhatTheLauncherSaysWithoutIt(@TempDir Path directory) throws Exception {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      String version = jar.getManifest().getMainAttributes().getValue("Implementation-Version");
      Map<String, String> nothing = Map.of("JAVA_HOME", "/nowhere");

      assertThat(Launched.start(directory, nothing, "--version").ends(0).out())
          .isEqualTo("Herd " + version + "\n");
    }
  }

  /**
   * What is built later has other times, and so other bytes; .ci/reproducible compares two builds.
   */
  @Test
  void herdJar_timesOfItsFiles_areThoseOfTheSourcesAndNotOfTheBuild() throws Exception {
    LocalDateTime fixed = LocalDateTime.of(2026, 1, 1, 0, 0);
    Instant built = Files.getLastModifiedTime(JAR).toInstant();
    LocalDateTime before = LocalDateTime.ofInstant(built, ZoneOffset.UTC).minusDays(1);
    try (JarFile jar = new JarFile(JAR.toFile())) {
      assertThat(jar.stream())
          .hasSizeGreaterThan(5_000)
          .allSatisfy(
              entry -> {
                if (entry.getName().matches("io/herd/(job|udfs|api)/.*|META-INF/MANIFEST.MF")) {
                  assertThat(entry.getTimeLocal()).isEqualTo(fixed);
                } else {
                  assertThat(entry.getTimeLocal()).isBefore(before);
                }
              });
    }
  }

  private static Set<String> classes(Path jar) throws Exception {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.stream()
          .map(ZipEntry::getName)
          .filter(name -> name.endsWith(".class") && !name.startsWith("META-INF/"))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }
}
