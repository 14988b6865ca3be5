package io.herd.udfs.hub.fake;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The host of large files: whoever has a signed address that is still good may read. */
final class Cdn {
  private record Signed(FakeFile file, AtomicInteger usesLeft) {}

  private final Bodies bodies;
  private final Map<String, Signed> signatures = new ConcurrentHashMap<>();
  private volatile int uses = Integer.MAX_VALUE;

  Cdn(Bodies bodies) {
    this.bodies = bodies;
  }

  void expireUrlsAfter(int newUses) {
    uses = newUses;
  }

  void expireUrls() {
    signatures.values().forEach(signed -> signed.usesLeft.set(0));
  }

  /** An address that is good for a while, relative to this host. */
  String sign(FakeFile file) {
    String signature = UUID.randomUUID().toString();
    signatures.put(signature, new Signed(file, new AtomicInteger(uses)));
    return "/xet-bridge-us/0123456789abcdef01234567/%s?Expires=%d&Signature=%s&Key-Pair-Id=FAKE"
        .formatted(file.sha256(), System.currentTimeMillis() / 1000 + 3600, signature);
  }

  FakeAnswer answer(FakeRequest request) {
    if (request.token().isPresent()) {
      return FakeAnswer.text(
          400,
          "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>InvalidArgument</Code>"
              + "<Message>Only one auth mechanism allowed</Message></Error>");
    }
    Signed signed = request.parameter("Signature").map(signatures::get).orElse(null);
    if (signed == null || !request.path().endsWith("/" + signed.file.sha256())) {
      return FakeAnswer.text(403, "Auth failed: SignatureError: signature does not match");
    }
    if (signed.usesLeft.getAndDecrement() <= 0) {
      return FakeAnswer.text(403, "Auth failed: SignatureError: signature expired");
    }
    return bodies.answer(request, signed.file).with("ETag", "\"" + signed.file.xetHash() + "\"");
  }
}
