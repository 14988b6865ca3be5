package io.herd.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** Under which licences herd.jar holds what others wrote. */
class LicencesIT {
  private static final String FOLDER = "META-INF/third-party/";

  @Test
  void herdJar_librariesInIt_areThoseThatItsListHas() throws IOException {
    try (JarFile jar = new JarFile("target/herd.jar")) {
      assertThat(listed(jar)).isEqualTo(held(jar));
    }
  }

  @Test
  void herdJar_licencesThatItsListNames_areInItWhole() throws IOException {
    try (JarFile jar = new JarFile("target/herd.jar")) {
      assertThat(text(jar, FOLDER + "LICENSE"))
          .isEqualTo(Files.readString(Path.of("../LICENSE")))
          .contains("TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION");
      assertThat(text(jar, FOLDER + "pytorch.txt"))
          .contains("Copyright (c) 2016-     Facebook, Inc", "PROVIDED BY THE COPYRIGHT HOLDERS")
          .contains("third_party/XNNPACK/LICENSE", "third_party/ideep/mkl-dnn/LICENSE")
          .hasSizeGreaterThan(400_000); // of all that PyTorch is linked with
      assertThat(text(jar, FOLDER + "mkl.txt")).contains("Intel Simplified Software License");
      assertThat(text(jar, FOLDER + "arm.txt"))
          .contains("2017-2024 Arm Limited", "The OpenBLAS Project", "University of Tennessee");
      assertThat(text(jar, FOLDER + "gcc.txt"))
          .contains("GCC RUNTIME LIBRARY EXCEPTION", "GNU GENERAL PUBLIC LICENSE", "TERMS AND");
      assertThat(text(jar, FOLDER + "tokenizers.txt"))
          .contains("tokenizers 0.21.4: Apache-2.0", "Oniguruma, in onig", "UNICODE LICENSE V3");
      assertThat(text(jar, FOLDER + "lucene.txt"))
          .contains("Copyright (c) 2001-2009 Anders Moeller", "Permission is hereby granted");
      assertThat(text(jar, "META-INF/AL2.0")).contains("Apache License");
      assertThat(text(jar, "META-INF/NOTICE"))
          .contains("Apache Lucene", "Apache Commons Compress", "Apache Commons Codec", "Spark");
    }
  }

  /** Artifacts and versions of the list; each line names a licence. */
  private static Set<String> listed(JarFile jar) throws IOException {
    Set<String> artifacts = new TreeSet<>();
    for (String line : text(jar, FOLDER + "THIRD-PARTY.txt").lines().skip(3).toList()) {
      String[] words = line.split(" +", 2);
      assertThat(words[1]).as(line).matches("(Apache-2\\.0|MIT|BSD-3-Clause)\\b.*");
      artifacts.add(words[0].substring(words[0].indexOf(':') + 1));
    }
    return artifacts;
  }

  /** Those of the tests' class path whose files are in the jar, at their places or relocated. */
  private static Set<String> held(JarFile jar) throws IOException {
    Set<String> names =
        jar.stream()
            .map(entry -> entry.getName().replace("io/herd/shaded/", ""))
            .collect(Collectors.toSet());
    Set<String> artifacts = new TreeSet<>();
    String path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    for (String library : path.split(File.pathSeparator, -1)) {
      Path version = Path.of(library).toAbsolutePath().getParent();
      boolean ours = library.matches(".*/herd-[^/]*");
      if (library.endsWith(".jar") && !ours && isIn(names, library)) {
        artifacts.add(version.getParent().getFileName() + ":" + version.getFileName());
      }
    }
    return artifacts;
  }

  private static boolean isIn(Set<String> names, String library) throws IOException {
    try (JarFile other = new JarFile(library)) {
      List<String> files =
          other.stream()
              .map(ZipEntry::getName)
              .filter(name -> name.endsWith(".class") || name.endsWith(".so"))
              .filter(name -> !name.startsWith("META-INF/") && !name.contains("module-info"))
              .filter(name -> !name.startsWith("org/apache/spark/unused/"))
              .filter(name -> !name.contains("lib/linux-aarch64/")) // DJL's, for another jar
              .toList();
      return !files.isEmpty() && names.containsAll(files);
    }
  }

  private static String text(JarFile jar, String name) throws IOException {
    assertThat(jar.getEntry(name)).as(name).isNotNull();
    return new String(
        jar.getInputStream(jar.getEntry(name)).readAllBytes(), StandardCharsets.UTF_8);
  }
}
