package io.herd.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The documents of this repository, and what stands between their fences. */
final class Documents {
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private static final int DEPTH = 4;
  private static final Set<String> NOT_OURS = Set.of(".git", "target", "node_modules");
  private static final Pattern FENCE = Pattern.compile("(?ms)^```(\\w*)\\n(.*?)^```$");

  private Documents() {}

  /**
   * Fenced lines.
   *
   * @param place file and line, for messages
   * @param before what the document says up to there
   */
  record Block(String place, String language, String text, String before) {
    String file() {
      return place.substring(0, place.indexOf(':'));
    }

    @Override
    public String toString() {
      return place;
    }
  }

  /** Every document, by its path in the repository. */
  static List<String> all() {
    return files(".md");
  }

  /** Files whose names end so, but for what builds make. */
  static List<String> files(String end) {
    return files(end, DEPTH);
  }

  /** Those in folders up to a depth. */
  static List<String> files(String end, int depth) {
    List<String> found = new ArrayList<>();
    SimpleFileVisitor<Path> visitor =
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            boolean ours = !NOT_OURS.contains(folder.getFileName().toString());
            return ours ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isRegularFile() && file.toString().endsWith(end)) {
              found.add(ROOT.relativize(file).toString());
            }
            return FileVisitResult.CONTINUE;
          }
        };
    try {
      Files.walkFileTree(ROOT, Set.of(), depth, visitor);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Collections.sort(found);
    return found;
  }

  static String text(String document) {
    try {
      return Files.readString(ROOT.resolve(document));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The fenced blocks of all documents. */
  static List<Block> blocks() {
    return all().stream().flatMap(document -> blocks(document).stream()).toList();
  }

  /** Those in a language. */
  static List<Block> in(String language) {
    return blocks().stream().filter(block -> block.language().equals(language)).toList();
  }

  /** Those of a document in a language. */
  static List<Block> blocks(String document, String language) {
    return blocks(document).stream().filter(block -> block.language().equals(language)).toList();
  }

  private static List<Block> blocks(String document) {
    String text = text(document);
    List<Block> blocks = new ArrayList<>();
    Matcher fence = FENCE.matcher(text);
    while (fence.find()) {
      String before = text.substring(0, fence.start());
      String place = document + ":" + (before.lines().count() + 1);
      blocks.add(new Block(place, fence.group(1), fence.group(2), before));
    }
    return blocks;
  }
}
