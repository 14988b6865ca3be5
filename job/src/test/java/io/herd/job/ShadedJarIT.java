package io.herd.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.chaos.Cluster;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What herd.jar brings to a class path that Spark's jars are on, too. */
class ShadedJarIT {
  private static final Path JAR = Path.of("target/herd.jar");

  @Test
  void herdJar_classes_areNoneOfSparks() throws Exception {
    Set<String> own = classes(JAR);
    assertThat(own).contains("io/herd/job/Main.class");
    for (Path home : homes().toList()) {
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
                        "jinjava/", // relocated by Jinjava itself
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

  /** The build's own, and those that the profile real has. */
  private static Stream<Path> homes() {
    String given = System.getenv().getOrDefault("HERD_TEST_SPARKS", "");
    return Stream.concat(
            Stream.of("target/spark", Cluster.givenSpark()),
            Stream.of(given.split(File.pathSeparator)).filter(home -> !home.isEmpty()))
        .filter(Objects::nonNull)
        .map(Path::of);
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
