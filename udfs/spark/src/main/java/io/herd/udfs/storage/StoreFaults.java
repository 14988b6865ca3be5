package io.herd.udfs.storage;

import java.util.regex.Pattern;

/**
 * Recognizes object stores' messages about addresses and logins that waiting doesn't fix. By their
 * words, as their clients are on the class path of some clusters only.
 */
public final class StoreFaults {
  private static final Pattern NO_BUCKET =
      Pattern.compile(
          "(?i)NoSuchBucket|UnknownStoreException|FilesystemNotFound|ContainerNotFound"
              + "|(?:bucket|container|filesystem) (?:\\S+ )?does not exist");
  private static final Pattern NO_LOGIN =
      Pattern.compile("NoAuthWithAWSException|InvalidAccessKeyId|SignatureDoesNotMatch");

  private StoreFaults() {}

  /** Returns whether an exception, without its causes, reports a missing bucket. */
  public static boolean isMissingBucket(Throwable thrown) {
    return NO_BUCKET.matcher(thrown.toString()).find();
  }

  /** Returns whether it reports missing or wrong keys for the store. */
  public static boolean isMissingLogin(Throwable thrown) {
    return NO_LOGIN.matcher(thrown.toString()).find();
  }
}
