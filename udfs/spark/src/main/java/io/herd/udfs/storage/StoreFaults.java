package io.herd.udfs.storage;

import java.util.regex.Pattern;

/**
 * What object stores say of an address or a login that waiting doesn't mend. By their words, as
 * their clients are on the class path of some clusters only.
 */
public final class StoreFaults {
  private static final Pattern NO_BUCKET =
      Pattern.compile(
          "(?i)NoSuchBucket|UnknownStoreException|FilesystemNotFound|ContainerNotFound"
              + "|(?:bucket|container|filesystem) (?:\\S+ )?does not exist");
  private static final Pattern NO_LOGIN =
      Pattern.compile("NoAuthWithAWSException|InvalidAccessKeyId|SignatureDoesNotMatch");

  private StoreFaults() {}

  /** Whether an exception, without its causes, says that there is no such bucket. */
  public static boolean isMissingBucket(Throwable thrown) {
    return NO_BUCKET.matcher(thrown.toString()).find();
  }

  /** Whether it says that there are no keys for the store, or wrong ones. */
  public static boolean isMissingLogin(Throwable thrown) {
    return NO_LOGIN.matcher(thrown.toString()).find();
  }
}
