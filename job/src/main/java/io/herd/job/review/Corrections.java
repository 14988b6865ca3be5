package io.herd.job.review;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.univocity.parsers.common.TextParsingException;
import com.univocity.parsers.csv.CsvParser;
import com.univocity.parsers.csv.CsvParserSettings;
import io.herd.udfs.UserException;
import io.herd.udfs.files.BoundedFile;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The right labels in a file that a person edited: JSON lines, or a CSV with a header. Of each line
 * {@code key} and {@code right} count, and {@code why}; without {@code right} nobody has looked at
 * the row.
 *
 * @param rows by their keys
 * @param lines of the file that have a row, looked at or not
 */
record Corrections(Map<String, Right> rows, long lines) {
  static final int MOST_BYTES = 64 << 20;
  private static final int MOST_LABEL = 1_000;

  /** The spaces that are ignored when answers are compared. */
  private static final Pattern BLANKS = Pattern.compile("^ +| +$");

  private static final int MOST_CELL = 1 << 20;
  private static final int MOST_COLUMNS = 1_000;

  /**
   * A row's right label.
   *
   * @param why the row was asked for, or empty
   * @param line of the file, from 1; of a cell with line breaks, where it ends
   */
  record Right(String label, String why, long line) {}

  /**
   * Reads a file.
   *
   * @throws UserException with the lines that can't be taken
   */
  static Corrections read(Path file) {
    String text;
    try {
      text = BoundedFile.text(file, MOST_BYTES, "split it: each part can be reviewed separately.");
    } catch (IOException e) {
      throw new UserException(
          "can't read " + file + ": " + e,
          "name the file that submit/herd review RUN --write FILE has written and a person edited.",
          e);
    }
    Reader reader = new Reader(file);
    String body = text.startsWith("\uFEFF") ? text.substring(1) : text; // as spreadsheets write it
    if (body.stripLeading().startsWith("{")) {
      reader.json(body);
    } else {
      reader.csv(body);
    }
    reader.problems.refuse();
    return new Corrections(reader.rows, reader.lines);
  }

  /** Reads line by line, and continues after a bad line. */
  private static final class Reader {
    private final Map<String, Right> rows = new LinkedHashMap<>();
    private final BadLines problems;
    private long lines;

    Reader(Path file) {
      this.problems = new BadLines(file);
    }

    void json(String text) {
      long line = 0;
      for (String each : (Iterable<String>) text.lines()::iterator) {
        line++;
        if (!each.isBlank()) {
          json(each, line);
        }
      }
    }

    private void json(String text, long line) {
      try {
        JsonObject object = JsonParser.parseString(text).getAsJsonObject();
        take(text(object, "key"), text(object, "right"), text(object, "why"), line);
      } catch (JsonParseException | IllegalStateException e) {
        problems.add(line, "is not a JSON object");
      }
    }

    /** Converts a text, a number or a boolean to text. */
    private static String text(JsonObject object, String name) {
      JsonElement value = object.get(name);
      if (value == null || value.isJsonNull()) {
        return "";
      }
      if (!value.isJsonPrimitive()) {
        throw new IllegalStateException(name + " is no text");
      }
      return value.getAsString();
    }

    void csv(String text) {
      CsvParserSettings settings = new CsvParserSettings();
      settings.setDelimiterDetectionEnabled(true, ',', ';', '\t'); // spreadsheets have their own
      settings.setLineSeparatorDetectionEnabled(true);
      settings.setMaxCharsPerColumn(MOST_CELL);
      settings.setMaxColumns(MOST_COLUMNS);
      CsvParser parser = new CsvParser(settings);
      try {
        parser.beginParsing(new StringReader(text));
        String[] names = parser.parseNext();
        List<String> columns = names == null ? List.of() : Arrays.asList(names);
        if (!columns.contains("key") || !columns.contains("right")) {
          problems.add(1, "lacks the columns key and right");
          return;
        }
        for (String[] row = parser.parseNext(); row != null; row = parser.parseNext()) {
          long line = parser.getContext().currentLine();
          take(
              cell(columns, row, "key"),
              cell(columns, row, "right"),
              cell(columns, row, "why"),
              line);
        }
      } catch (TextParsingException e) {
        problems.add(
            e.getLineIndex() + 1,
            "has a cell of more than a million characters, or more than a thousand columns");
      } finally {
        parser.stopParsing();
      }
    }

    private static String cell(List<String> columns, String[] row, String name) {
      int at = columns.indexOf(name);
      return at < 0 || at >= row.length || row[at] == null ? "" : row[at];
    }

    private void take(String key, String right, String why, long line) {
      lines++;
      String label = BLANKS.matcher(right).replaceAll("");
      if (key.isBlank()) {
        problems.add(line, "has no key");
      } else if (label.length() > MOST_LABEL) {
        problems.add(line, "has a label of more than 1,000 characters");
      } else if (!label.isBlank()) {
        Right before = rows.put(key.strip(), new Right(label, why.strip(), line));
        if (before != null && !before.label().equals(label)) {
          problems.add(line, "contradicts line " + before.line() + ", which has the same key");
        }
      }
    }
  }
}
