package io.herd.udfs.hub;

/** What a repository is to hold. */
public enum RepoKind {
  MODEL("config.json"),
  /** LoRA, as PEFT saves it. */
  ADAPTER(NeededFiles.ADAPTER_CONFIG),
  /** What prompts are made with, of a model that another server computes. */
  TOKENIZER("config.json");

  private final String probe;

  RepoKind(String probe) {
    this.probe = probe;
  }

  /** A file that is there, and that only those may read who have access. */
  String probe() {
    return probe;
  }
}
