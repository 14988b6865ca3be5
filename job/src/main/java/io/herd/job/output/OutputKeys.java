package io.herd.job.output;

import static org.apache.spark.sql.functions.col;

import io.herd.udfs.files.Digests;
import io.herd.udfs.partition.SnapshotColumns;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Iterator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Which results an output is made of, as one hash. */
public final class OutputKeys {
  private OutputKeys() {}

  /**
   * SHA-256 over the keys of all rows that have a prompt, sorted, each with a line feed after it:
   * what {@code sort | sha256sum} gives of a file with one key a line. Two outputs of the same hash
   * were made of the same prompts by the same model and settings.
   */
  public static String sha256(Dataset<Row> snapshot) {
    MessageDigest digest = Digests.newSha256();
    Iterator<Row> keys = // one partition at a time
        snapshot
            .select(SnapshotColumns.KEY)
            .filter(col(SnapshotColumns.KEY).isNotNull())
            .sort(SnapshotColumns.KEY)
            .toLocalIterator();
    while (keys.hasNext()) {
      digest.update((keys.next().getString(0) + "\n").getBytes(StandardCharsets.US_ASCII));
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
