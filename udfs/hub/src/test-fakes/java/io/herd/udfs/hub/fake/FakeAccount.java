package io.herd.udfs.hub.fake;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** An account with a token: what it may do, and where it was let in. */
public final class FakeAccount {
  /** What a gate's keepers say to an account. */
  enum Decision {
    NONE,
    PENDING,
    REJECTED,
    RESET,
    ACCEPTED
  }

  /** What has become of the token. */
  enum State {
    VALID,
    EXPIRED,
    REVOKED
  }

  private final Map<String, Decision> decisions = new ConcurrentHashMap<>();
  private final Set<String> memberships = ConcurrentHashMap.newKeySet();
  private volatile String name = "someone";
  private volatile String tokenName = "a-token";
  private volatile String role = "read";
  private volatile boolean readsGated = true;
  private volatile State state = State.VALID;
  private volatile String policy = "";

  FakeAccount() {}

  /** The account's name. */
  public FakeAccount name(String newName) {
    name = newName;
    return this;
  }

  /** The token's name. */
  public FakeAccount tokenName(String newName) {
    tokenName = newName;
    return this;
  }

  /** The token is fine-grained, with or without the right to read gated repositories. */
  public FakeAccount fineGrained(boolean gated) {
    role = "fineGrained";
    readsGated = gated;
    return this;
  }

  /** The token's time is over. */
  public FakeAccount expired() {
    state = State.EXPIRED;
    return this;
  }

  /** The token was deleted; the Hub doesn't know it any more. */
  public FakeAccount revoked() {
    state = State.REVOKED;
    return this;
  }

  /** An organisation's rule refuses the token everywhere, with this message. */
  public FakeAccount refusedBecause(String message) {
    policy = message;
    return this;
  }

  /** Was let in. */
  public FakeAccount accept(String repo) {
    return decide(repo, Decision.ACCEPTED);
  }

  /** Has asked and waits. */
  public FakeAccount pending(String repo) {
    return decide(repo, Decision.PENDING);
  }

  /** Has asked and was refused. */
  public FakeAccount rejected(String repo) {
    return decide(repo, Decision.REJECTED);
  }

  /** Has asked and has to ask again. */
  public FakeAccount reset(String repo) {
    return decide(repo, Decision.RESET);
  }

  private FakeAccount decide(String repo, Decision decision) {
    decisions.put(repo, decision);
    return this;
  }

  /** May see a private repository. */
  public FakeAccount memberOf(String repo) {
    memberships.add(repo);
    return this;
  }

  State state() {
    return state;
  }

  String nameOfToken() {
    return tokenName;
  }

  String policy() {
    return policy;
  }

  boolean readsGated() {
    return readsGated;
  }

  boolean sees(FakeRepo repo) {
    return !repo.hidden() || memberships.contains(repo.id());
  }

  Decision decision(FakeRepo repo) {
    return decisions.getOrDefault(repo.id(), Decision.NONE);
  }

  /** What it is told about itself. */
  JsonObject whoAmI() {
    JsonObject json = new JsonObject();
    json.addProperty("type", "user");
    json.addProperty("id", "0123456789abcdef01234567");
    json.addProperty("name", name);
    json.addProperty("fullname", name);
    json.addProperty("isPro", false);
    json.add("orgs", new JsonArray());
    JsonObject auth = new JsonObject();
    auth.addProperty("type", "access_token");
    auth.add("accessToken", accessToken());
    json.add("auth", auth);
    return json;
  }

  private JsonObject accessToken() {
    JsonObject token = new JsonObject();
    token.addProperty("displayName", tokenName);
    token.addProperty("role", role);
    token.addProperty("createdAt", "2025-01-01T00:00:00.000Z");
    if (role.equals("fineGrained")) {
      JsonObject fine = new JsonObject();
      fine.addProperty("canReadGatedRepos", readsGated);
      fine.add("global", new JsonArray());
      fine.add("scoped", new JsonArray());
      token.add("fineGrained", fine);
    }
    return token;
  }
}
