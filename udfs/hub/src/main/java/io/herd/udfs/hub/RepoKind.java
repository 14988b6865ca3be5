package io.herd.udfs.hub;

/** What a repository is to hold. */
public enum RepoKind {
  MODEL("config.json"),
  /** LoRA, as PEFT saves it. */
  ADAPTER(NeededFiles.ADAPTER_CONFIG);

  private final String probe;

  RepoKind(String probe) {
    this.probe = probe;
  }

  /** A file that is there, and that only those may read who have access. */
  String probe() {
    return probe;
  }
}
