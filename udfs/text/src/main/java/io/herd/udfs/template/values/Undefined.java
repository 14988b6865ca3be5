package io.herd.udfs.template.values;

/**
 * The value of a name without a value. It prints as nothing, is false and has no items; any other
 * use of it fails.
 *
 * @param reason what to say then; made of the template's words alone
 * @param blank whether it comes from {@code a if b} without {@code else}
 */
public record Undefined(String reason, boolean blank) {
  public static Undefined because(String reason) {
    return new Undefined(reason, false);
  }

  public Problem problem() {
    return new Problem(reason);
  }

  /** Throws when any of the values is undefined. */
  public static void refuse(Object... values) {
    for (Object value : values) {
      if (value instanceof Undefined undefined) {
        throw undefined.problem();
      }
    }
  }
}
