package io.herd.job.output;

import io.herd.udfs.SystemException;
import java.util.Locale;

/**
 * The audit's findings; {@code run.json} has these fields under these names. A row is identified by
 * its values in the input's columns.
 *
 * @param complete whether every row of the input is there once, with a result or a reason
 * @param readBack whether the output was read, and not only counted while it was written
 * @param rowsIn rows of the snapshot
 * @param rowsOut rows of the output
 * @param rowsOk of them with a result
 * @param rowsFailed of them without
 * @param missing rows of the snapshot that the output hasn't
 * @param duplicated rows that the output has more often than the snapshot
 * @param unknown rows of the output that aren't in the snapshot
 * @param note what couldn't be compared, or null
 */
public record AuditReport(
    boolean complete,
    boolean readBack,
    long rowsIn,
    long rowsOut,
    long rowsOk,
    long rowsFailed,
    long missing,
    long duplicated,
    long unknown,
    String note) {

  /**
   * Throws unless the output is complete.
   *
   * @throws SystemException saying what is wrong with it
   */
  public void require(String output, String listed) {
    if (complete) {
      return;
    }
    boolean others = missing + duplicated + unknown > 0;
    String reason = note == null ? "" : "; " + note;
    throw new SystemException(
        String.format(
            Locale.ROOT,
            "audit: the output %s is not what was to be written: rows in %d, rows out %d, of them"
                + " ok %d and failed %d; missing %d, duplicated %d, unknown %d%s",
            output,
            rowsIn,
            rowsOut,
            rowsOk,
            rowsFailed,
            missing,
            duplicated,
            unknown,
            others ? "; the rows are listed in " + listed : reason),
        null);
  }

  /** Formats one line for people. */
  public String text() {
    String found =
        readBack
            ? String.format(Locale.ROOT, "%,d rows read back, each of the input's once", rowsOut)
            : String.format(Locale.ROOT, "%,d rows counted while they were written", rowsOut);
    return note == null ? found : found + "; " + note;
  }
}
