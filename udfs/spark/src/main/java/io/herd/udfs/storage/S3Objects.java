package io.herd.udfs.storage;

import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.s3a.S3AFileSystem;
import org.apache.hadoop.fs.s3a.S3AUtils;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Creates absent objects with S3's {@code If-None-Match: *}, and replaces unchanged ones with
 * {@code If-Match}. The S3A client of Hadoop 3.4.0 and 3.4.1 looks first and writes then; its own
 * client of the SDK can do better. A server that doesn't know the headers, as some that aren't
 * Amazon's, overwrites what is there.
 *
 * <p>Hadoop 3.3 has another SDK: there this class can't even be loaded.
 */
final class S3Objects implements ConditionalWrites {
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final int PRECONDITION_FAILED = 412;
  private static final int NOT_IMPLEMENTED = 501;

  private final S3AFileSystem files;

  /** Uses Hadoop's S3A, 3.4 or later. */
  S3Objects(FileSystem files) {
    this.files = (S3AFileSystem) files;
  }

  @Override
  public Outcome write(Path path, Optional<String> etag, byte[] content) throws IOException {
    S3Client client = files.getS3AInternals().getAmazonS3Client("write " + path + " if unchanged");
    try {
      client.putObject(request(path, etag, content.length), RequestBody.fromBytes(content));
      return Outcome.WRITTEN;
    } catch (S3Exception e) {
      return switch (e.statusCode()) {
        case PRECONDITION_FAILED -> Outcome.REFUSED;
        case CONFLICT -> Outcome.REFUSED; // another's request for this object at this moment
        case NOT_FOUND -> Outcome.REFUSED; // it was deleted meanwhile
        case NOT_IMPLEMENTED -> Outcome.UNKNOWN_THERE;
        default -> throw S3AUtils.translateException("write", path, e);
      };
    } catch (SdkException e) {
      throw S3AUtils.translateException("write", path, e);
    }
  }

  /**
   * Returns the request that S3A would make, with its encryption and access rules. That of a
   * folder's mark is the only one that all versions of Hadoop have a factory of without options of
   * their own.
   */
  private PutObjectRequest request(Path path, Optional<String> etag, long length) {
    String key = files.pathToKey(path);
    PutObjectRequest mark = files.getRequestFactory().newDirectoryMarkerRequest(key).build();
    return mark.toBuilder()
        .key(key)
        .contentLength(length)
        .contentType("application/json")
        .overrideConfiguration(
            mark.overrideConfiguration()
                .map(now -> now.toBuilder())
                .orElseGet(AwsRequestOverrideConfiguration::builder)
                .putHeader(
                    etag.isPresent() ? "If-Match" : "If-None-Match",
                    etag.map(S3Objects::quoted).orElse("*"))
                .build())
        .build();
  }

  private static String quoted(String etag) {
    return etag.startsWith("\"") ? etag : '"' + etag + '"';
  }
}
