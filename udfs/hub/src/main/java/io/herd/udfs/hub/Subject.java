package io.herd.udfs.hub;

import java.util.Optional;

/** The subject of a request, for the message when it fails. */
record Subject(Optional<RepoId> id, String revision, Optional<String> file) {
  static Subject account() {
    return new Subject(Optional.empty(), "", Optional.empty());
  }

  static Subject model(RepoId id, String revision) {
    return new Subject(Optional.of(id), revision, Optional.empty());
  }

  static Subject file(RepoId id, String revision, String file) {
    return new Subject(Optional.of(id), revision, Optional.of(file));
  }

  @Override
  public String toString() {
    String model = id.map(RepoId::text).orElse("the account");
    return file.map(name -> model + "'s " + name).orElse(model);
  }
}
