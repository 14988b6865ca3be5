package io.herd.udfs.hub.fake;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sends a file, or the part of it that was asked for. */
final class FakeRanges {
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");

  private final FakeFaults faults;

  FakeRanges(FakeFaults faults) {
    this.faults = faults;
  }

  FakeAnswer answer(FakeRequest request, FakeFile file) {
    boolean large = request.server() == FakeRequest.Server.CDN;
    Matcher range = RANGE.matcher(request.header("range").orElse(""));
    if (faults.ignoringRanges() || !range.matches()) {
      return FakeAnswer.of(200).with(body(request, file, 0, file.size(), large));
    }
    long from = Long.parseLong(range.group(1));
    if (from >= file.size()) {
      return FakeAnswer.text(416, "Range Not Satisfiable")
          .with("Content-Range", "bytes */" + file.size());
    }
    long last = range.group(2).isEmpty() ? file.size() : Long.parseLong(range.group(2));
    long to = Math.min(file.size(), last + 1);
    return FakeAnswer.of(206)
        .with("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + file.size())
        .with("Accept-Ranges", "bytes")
        .with(body(request, file, from, to, large));
  }

  /** A HEAD doesn't use up a fault. */
  private FakeContent body(FakeRequest request, FakeFile file, long from, long to, boolean large) {
    boolean cuttable = large && !request.method().equals("HEAD");
    return faults.sent(file, from, to, cuttable);
  }
}
