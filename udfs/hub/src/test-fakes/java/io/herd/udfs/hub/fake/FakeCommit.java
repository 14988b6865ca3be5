package io.herd.udfs.hub.fake;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;

/** A state of a repository: the same files give the same id. */
record FakeCommit(String id, SortedMap<String, FakeFile> files) {

  static FakeCommit of(String repo, SortedMap<String, FakeFile> files) {
    TreeMap<String, String> contents = new TreeMap<>();
    files.forEach((name, file) -> contents.put(name, file.oid()));
    byte[] text = (repo + contents).getBytes(StandardCharsets.UTF_8);
    return new FakeCommit(
        HexFormat.of().formatHex(FakeFile.digest("SHA-1").digest(text)),
        Collections.unmodifiableSortedMap(new TreeMap<>(files)));
  }
}
