package io.herd.udfs.hub.fake;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The host of large files: lets in whoever has a signed URL, and nobody with a token. */
final class FakeCdn {
  private record Signed(FakeFile file, AtomicInteger used) {}

  private final Map<String, Signed> signatures = new ConcurrentHashMap<>();
  private final FakeFaults faults;
  private final FakeRanges ranges;

  FakeCdn(FakeFaults faults) {
    this.faults = faults;
    this.ranges = new FakeRanges(faults);
  }

  /** A path with a signature for a file. */
  String sign(FakeFile file) {
    String signature = UUID.randomUUID().toString();
    signatures.put(signature, new Signed(file, new AtomicInteger()));
    return "/xet-bridge-us/%s?X-Amz-Expires=3600&Signature=%s".formatted(file.xetHash(), signature);
  }

  FakeAnswer answer(FakeRequest request) {
    if (request.header("authorization").isPresent()) {
      return FakeAnswer.text(
              400,
              "<Error><Code>InvalidArgument</Code><Message>Only one auth mechanism allowed</Message></Error>")
          .with("Content-Type", "application/xml");
    }
    Signed signed = signatures.get(request.parameter("Signature").orElse(""));
    if (signed == null || !request.path().endsWith(signed.file().xetHash())) {
      return FakeAnswer.text(403, "Auth failed: SignatureError: signature doesn't match");
    }
    if (signed.used().getAndIncrement() >= faults.usesOfUrl()) {
      return FakeAnswer.text(403, "Auth failed: SignatureError: signature expired");
    }
    // the tag is not the content's hash here: who takes it for one finds every file broken
    return ranges
        .answer(request, signed.file())
        .with("ETag", "\"" + signed.file().xetHash() + "\"")
        .with("Content-Type", "application/octet-stream");
  }
}
