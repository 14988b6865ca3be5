package io.herd.udfs.text;

import io.herd.udfs.EditDistance;
import io.herd.udfs.UserException;
import io.herd.udfs.template.JinjaTemplate;
import io.herd.udfs.template.Shape;
import io.herd.udfs.template.TemplateReads.Read;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Set;

/**
 * Refuses prompts that read columns or fields that the rows lack, before there is a row.
 *
 * @param row what there is
 * @param owner whose rows they are: "the input"
 */
record SchemaCheck(Shape row, String owner) {

  /**
   * @param where the key, for messages
   * @throws UserException that names the first missing column or field, the nearest and all others
   */
  void template(JinjaTemplate template, String where) {
    template.reads(row).lacking().ifPresent(read -> refuse(read, where));
  }

  private void refuse(Read read, String where) {
    if (read.column()) {
      throw missing(read.path(), where);
    }
    Read within = read.within();
    if (within.shape().kind() == Shape.Kind.ARRAY) {
      throw new UserException(
          where + " reads `" + read.path() + "`, but `" + within.path() + "` is an array.",
          "Loop over it, {% for item in "
              + within.path()
              + " %}...{% endfor %}, or take one of its items, "
              + within.path()
              + "[0].");
    }
    Collection<String> fields = within.shape().fields().keySet();
    String name = read.path().substring(within.path().length() + 1);
    throw new UserException(
        where + " names the field `" + read.path() + "`, which " + owner + " doesn't have.",
        suggestion(name, within.path() + ".", fields)
            + "The fields of `"
            + within.path()
            + "`: "
            + String.join(", ", fields)
            + ".");
  }

  /** Requires a column of any type. */
  private Shape column(String column, String where) {
    Shape shape = row.fields().get(column);
    if (shape == null) {
      throw missing(column, where);
    }
    return shape;
  }

  private UserException missing(String column, String where) {
    Collection<String> known = row.fields().keySet();
    return new UserException(
        where + " names the column `" + column + "`, which " + owner + " doesn't have.",
        suggestion(column, "", known)
            + owner.substring(0, 1).toUpperCase(Locale.ROOT)
            + owner.substring(1)
            + "'s columns: "
            + String.join(", ", known)
            + ".");
  }

  /** Requires a column with the prompt. */
  void prompt(String column) {
    if (!column(column, "prompt.column").isOneValue()) {
      throw new UserException(
          "prompt.column names the column `" + column + "`, which holds more than a text.",
          "Define the prompt with prompt.template, or use"
              + " prompt.messages-column if it holds a chat.");
    }
  }

  /** Requires a column with chats. */
  void messages(String column) {
    if (!column(column, "prompt.messages-column").isMessages()) {
      throw new UserException(
          "prompt.messages-column names the column `" + column + "`, which doesn't hold messages.",
          "Its type has to be array<struct<role: string, content: string>>; additional fields are"
              + " allowed. Convert it with herd.input.sql or herd.input.schema.");
    }
  }

  /**
   * Requires a column, or a struct's field, whose text may be truncated.
   *
   * @param read the columns that prompts are made of
   */
  void cut(String path, Set<String> read) {
    Shape shape = row.at(path);
    if (shape == null) {
      throw missing(path, "prompt.truncate-column");
    }
    if (shape.kind() != Shape.Kind.TEXT) {
      throw new UserException(
          "prompt.truncate-column names `" + path + "`, which holds no text.",
          "Name a column of type string, or such a field as review.body.");
    }
    if (!read.contains(path) && !read.contains(path.replaceFirst("\\..*", ""))) {
      throw new UserException(
          "prompt.truncate-column names `" + path + "`, which is no part of the prompt.",
          "Name one of the columns that it is made of: " + String.join(", ", read) + ".");
    }
  }

  private static String suggestion(String name, String prefix, Collection<String> known) {
    return known.stream()
        .min(Comparator.comparingInt(other -> distance(name, other)))
        .filter(nearest -> distance(name, nearest) <= Math.max(2, name.length() / 2))
        .map(nearest -> "Write `" + prefix + nearest + "` if that is the one. ")
        .orElse("");
  }

  /** Returns the number of edits between two names, ignoring case. */
  private static int distance(String from, String to) {
    return EditDistance.of(from.toLowerCase(Locale.ROOT), to.toLowerCase(Locale.ROOT));
  }
}
