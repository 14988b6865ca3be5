package io.herd.udfs.hub;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Optional;

/**
 * The account that the token belongs to, and the token's type.
 *
 * @param name of the account
 * @param type {@code user}, {@code org} or {@code app}
 * @param role {@code read}, {@code write}, {@code fineGrained}, or another; empty when not said
 * @param readsGated a fine-grained token's access to gated models, if it is known
 */
public record WhoAmI(String name, String type, String role, Optional<Boolean> readsGated) {

  static WhoAmI of(JsonObject json) {
    JsonObject token = Json.object(Json.object(json, "auth"), "accessToken");
    JsonElement gated = Json.object(token, "fineGrained").get("canReadGatedRepos");
    boolean said = gated != null && gated.isJsonPrimitive();
    return new WhoAmI(
        Json.text(json, "name"),
        Json.text(json, "type"),
        Json.text(token, "role"),
        said ? Optional.of(gated.getAsBoolean()) : Optional.empty());
  }

  /** Organisations can't accept licences. */
  public boolean organisation() {
    return type.equals("org");
  }

  /**
   * Returns whether the token was created without the right to read gated models, as far as it
   * says.
   */
  public boolean gatedRightMissing() {
    return role.equals("fineGrained") && !readsGated.orElse(false);
  }
}
