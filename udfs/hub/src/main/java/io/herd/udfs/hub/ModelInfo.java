package io.herd.udfs.hub;

import com.google.gson.JsonObject;
import io.herd.udfs.SystemException;
import io.herd.udfs.UserException;

/**
 * The Hub's public information about a model. It says nothing of access: gated models are listed
 * too.
 *
 * @param id the model's name now: it may have been renamed
 * @param commit that the revision stands for
 * @param gate {@code false}, or how access is granted: {@code auto}, {@code manual}
 * @param modelType as {@code config.json} has it; empty when the Hub doesn't say
 */
public record ModelInfo(
    RepoId id,
    String commit,
    String gate,
    boolean isPrivate,
    boolean disabled,
    String modelType,
    ModelCard card) {

  static ModelInfo of(JsonObject json, RepoId asked) {
    return new ModelInfo(
        id(Json.text(json, "id"), asked),
        Json.text(json, "sha"),
        Json.text(json, "gated"),
        Json.flag(json, "private"),
        Json.flag(json, "disabled"),
        Json.text(Json.object(json, "config"), "model_type"),
        ModelCard.of(Json.object(json, "cardData")));
  }

  /** Reads the id; an impossible one is the answering server's fault, not the user's. */
  private static RepoId id(String named, RepoId asked) {
    try {
      return named.isEmpty() ? asked : RepoId.of(named);
    } catch (UserException e) {
      throw new SystemException(
          "the Hub answers for " + asked + " with an id that no model can have",
          "check HF_ENDPOINT and proxies: something else than the Hub may answer there.",
          null);
    }
  }

  /** Returns whether a licence has to be accepted first. */
  public boolean gated() {
    return !gate.isEmpty() && !gate.equals("false");
  }

  /** Returns whether the model is readable without a token. */
  boolean open() {
    return !gated() && !isPrivate;
  }
}
