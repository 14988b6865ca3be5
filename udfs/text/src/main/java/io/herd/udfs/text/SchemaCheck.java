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
 * Refuses what a prompt reads and rows don't have, before there is a row.
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

  /** A column that is there, whatever it holds. */
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

  /** A column that holds the prompt. */
  void prompt(String column) {
    if (!column(column, "prompt.column").isOneValue()) {
      throw new UserException(
          "prompt.column names the column `" + column + "`, which holds more than a text.",
          "Say with prompt.template what of it the prompt is made of, or use"
              + " prompt.messages-column if it holds a chat.");
    }
  }

  /** A column that holds chats. */
  void messages(String column) {
    if (!column(column, "prompt.messages-column").isMessages()) {
      throw new UserException(
          "prompt.messages-column names the column `" + column + "`, which doesn't hold messages.",
          "Its type has to be array<struct<role: string, content: string>>; further fields do no"
              + " harm. Make it so with herd.input.sql or herd.input.schema.");
    }
  }

  /**
   * A column, or a struct's field, whose text may be cut.
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

  /** The edits that turn one name into the other, whatever their case. */
  private static int distance(String from, String to) {
    return EditDistance.of(from.toLowerCase(Locale.ROOT), to.toLowerCase(Locale.ROOT));
  }
}
