package io.herd.udfs.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Digests of files, and over lists of values. */
public final class Digests {
  private static final int BUFFER_BYTES = 1 << 20;

  private Digests() {}

  /** Returns the SHA-256 of a file, in hex. */
  public static String sha256(Path file) throws IOException {
    return hexOf(file, newSha256());
  }

  /**
   * Returns git's id of a file's content, in hex: SHA-1 over {@code "blob <length>\0"} and the
   * content.
   */
  public static String gitBlob(Path file) throws IOException {
    return hexOf(file, newGitBlob(Files.size(file)));
  }

  private static String hexOf(Path file, MessageDigest digest) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Returns an empty SHA-256 digest. */
  public static MessageDigest newSha256() {
    return newDigest("SHA-256");
  }

  /**
   * Returns a digest that yields git's id of a blob of this length once it has received the blob's
   * bytes.
   */
  public static MessageDigest newGitBlob(long bytes) {
    MessageDigest digest = newDigest("SHA-1");
    digest.update(("blob " + bytes + "\0").getBytes(StandardCharsets.UTF_8));
    return digest;
  }

  private static MessageDigest newDigest(String name) {
    try {
      return MessageDigest.getInstance(name);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has " + name, e);
    }
  }

  /**
   * Digests a list of parts. Every part is preceded by its length, so that no two lists give the
   * same bytes.
   */
  public static final class Builder {
    private final MessageDigest digest = newSha256();

    /** Adds a text. */
    public Builder text(String part) {
      byte[] utf8 = part.getBytes(StandardCharsets.UTF_8);
      digest.update(ByteBuffer.allocate(4).putInt(utf8.length).array());
      digest.update(utf8);
      return this;
    }

    /** Adds token ids. */
    public Builder ints(int[] part) {
      ByteBuffer bytes = ByteBuffer.allocate(4 + 4 * part.length).putInt(part.length);
      for (int value : part) {
        bytes.putInt(value);
      }
      digest.update(bytes.array());
      return this;
    }

    /** Returns the digest in hex, and resets the builder. */
    public String hex() {
      return HexFormat.of().formatHex(digest.digest());
    }
  }
}
