package io.herd.udfs.hub;

/** The expected content of a repository. */
public enum RepoKind {
  MODEL("config.json"),
  /** A LoRA adapter, as PEFT saves it. */
  ADAPTER(NeededFiles.ADAPTER_CONFIG),
  /** The files that prompts need, of a model that a server computes. */
  TOKENIZER("config.json");

  private final String probe;

  RepoKind(String probe) {
    this.probe = probe;
  }

  /** Returns a file that exists and requires read access. */
  String probe() {
    return probe;
  }
}
