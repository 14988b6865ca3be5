package io.herd.job.output;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import io.herd.udfs.SystemException;
import io.herd.udfs.storage.SeenFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.hadoop.fs.Path;

/**
 * The list of an output's objects. Who reads what it lists sees whole runs, whatever else lies
 * there. Several runs may write it at a time: each makes its list of the one that it replaces, and
 * on S3 the store refuses who has seen an older one.
 *
 * @param parts the output's folder
 */
record OutputManifest(PartFiles parts) {
  static final String NAME = "_manifest.json";

  private static final int MOST_TRIES = 100;

  /**
   * The valid files of an output.
   *
   * @param run the run that wrote last
   * @param files relative to the manifest's folder
   */
  record Content(String run, List<String> files) {
    Content {
      files = files == null ? List.of() : files.stream().sorted().toList();
    }
  }

  /** Returns the content; empty if there is none, or a different file of its name. */
  Optional<Content> read() {
    try {
      return content(SeenFile.read(parts.files(), file()));
    } catch (IOException e) {
      throw new SystemException("can't read " + file(), e);
    }
  }

  /**
   * Replaces the list.
   *
   * @param next what it is to become of what it is
   * @param fence is called before it is written, each time it is tried
   */
  void write(Function<Optional<Content>, Content> next, Runnable fence) {
    try {
      for (int tries = 0; tries < MOST_TRIES; tries++) {
        SeenFile seen = SeenFile.read(parts.files(), file());
        Optional<Content> now = content(seen);
        Content then = next.apply(now);
        if (now.filter(then::equals).isPresent()) { // by a try whose answer was lost, too
          return;
        }
        fence.run();
        byte[] json = (new Gson().toJson(then) + "\n").getBytes(StandardCharsets.UTF_8);
        if (seen.replace(json)) {
          return;
        }
      }
    } catch (IOException e) {
      throw new SystemException("can't write " + file(), e);
    }
    throw new SystemException("can't write " + file() + ": other writers keep replacing it", null);
  }

  private static Optional<Content> content(SeenFile seen) {
    try {
      return seen.content()
          .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
          .map(json -> new Gson().fromJson(json, Content.class));
    } catch (JsonParseException e) {
      return Optional.empty();
    }
  }

  private Path file() {
    return new Path(parts.folder(), NAME);
  }
}
