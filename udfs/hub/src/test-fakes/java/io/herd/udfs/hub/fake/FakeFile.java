package io.herd.udfs.hub.fake;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * A file of a repository.
 *
 * @param large kept apart from git (LFS), which has a pointer in its place
 * @param sha256 of the content
 * @param oid git's id: of the pointer when large, else of the content
 */
record FakeFile(
    String name, FakeContent content, long size, boolean large, String sha256, String oid) {

  private static final long MOST_IN_GIT = 10_000_000;
  private static final List<String> LARGE =
      List.of(".safetensors", ".bin", ".pth", ".gguf", ".model");

  static FakeFile of(String name, FakeContent content) {
    try {
      long size = content.size();
      boolean large = size > MOST_IN_GIT || LARGE.stream().anyMatch(name::endsWith);
      String sha256 = hex(digest("SHA-256"), content);
      FakeContent inGit = large ? pointer(sha256, size) : content;
      return new FakeFile(name, content, size, large, sha256, gitBlob(inGit));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static FakeContent pointer(String sha256, long size) {
    String text =
        String.format(
            Locale.ROOT,
            "version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize %d\n",
            sha256,
            size);
    return FakeContent.of(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String gitBlob(FakeContent content) throws IOException {
    MessageDigest digest = digest("SHA-1");
    digest.update(("blob " + content.size() + "\0").getBytes(StandardCharsets.UTF_8));
    return hex(digest, content);
  }

  /** Under which it is served: the SHA-256 when large, else git's id. */
  String etag() {
    return large ? sha256 : oid;
  }

  /** A hash of 64 digits that is not the content's SHA-256, as the Hub's own storage has it. */
  String xetHash() {
    byte[] text = ("xet" + sha256).getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(digest("SHA-256").digest(text));
  }

  static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String hex(MessageDigest digest, FakeContent content) throws IOException {
    OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), digest);
    content.send(0, content.size(), Channels.newChannel(out));
    return HexFormat.of().formatHex(digest.digest());
  }
}
