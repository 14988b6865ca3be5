package io.herd.udfs.hub;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The driver's access check at the Hub before a run: whether a model and its adapters may be
 * downloaded, at which commits, and which files. What is open to all is asked for without the
 * token.
 */
public final class Handshake {
  private final HubClient anonymous;
  private final HubClient withToken;
  private final Optional<FoundToken> token;
  private Answer whoAmI; // asked once, for however many repositories

  public Handshake(HubClient client) {
    this.anonymous = client.anonymous();
    this.withToken = client;
    this.token = client.access().token();
  }

  /**
   * Verifies that a model's files may be read.
   *
   * @throws io.herd.udfs.HerdException saying why not
   */
  public HubModel prove(RepoId id, String revision) {
    return prove(new RepoRef(id, revision), RepoKind.MODEL);
  }

  /**
   * Verifies that a repository's files may be read.
   *
   * @throws io.herd.udfs.HerdException saying why not
   */
  public HubModel prove(RepoRef asked, RepoKind kind) {
    Answer answer = anonymous.askInfo(asked.id(), asked.revision());
    if (answer.ok()) {
      ModelInfo info = anonymous.info(answer, asked.id(), asked.revision());
      check(info, kind);
      return info.open()
          ? model(anonymous, info, asked, kind, Optional.empty())
          : authenticated(Optional.of(info), asked, kind);
    }
    boolean maybeHidden =
        List.of(401, 403, 404).contains(answer.status())
            && !answer.code().equals("RevisionNotFound");
    if (token.isEmpty() || !maybeHidden) {
      throw anonymous.errors().of(answer, Subject.model(asked.id(), asked.revision()));
    }
    return authenticated(Optional.empty(), asked, kind);
  }

  private static void check(ModelInfo info, RepoKind kind) {
    if (kind == RepoKind.MODEL) {
      Family.check(info.id(), info.modelType());
    }
  }

  private HubModel authenticated(Optional<ModelInfo> known, RepoRef asked, RepoKind kind) {
    if (token.isEmpty()) {
      Subject subject = Subject.model(asked.id(), asked.revision());
      throw AccessErrors.noToken(anonymous.errors(), subject, "");
    }
    Optional<WhoAmI> account = account();
    HubClient client = account.map(withToken::as).orElse(withToken);
    ModelInfo info = known.orElseGet(() -> client.info(asked.id(), asked.revision()));
    check(info, kind);
    return model(client, info, asked, kind, account);
  }

  /**
   * Returns the token's account; empty if the Hub's answer doesn't say whether it accepts the
   * token.
   */
  private Optional<WhoAmI> account() {
    if (token.orElseThrow().secret().reveal().startsWith("api_org_")) {
      throw organisation();
    }
    whoAmI = whoAmI == null ? withToken.askWhoAmI() : whoAmI;
    Answer answer = whoAmI;
    if (answer.status() == 401 || answer.status() == 403) {
      throw withToken.errors().of(answer, Subject.account());
    }
    Optional<WhoAmI> account =
        answer
            .json()
            .filter(json -> answer.ok() && json.isJsonObject())
            .map(json -> WhoAmI.of(json.getAsJsonObject()));
    if (account.filter(WhoAmI::organisation).isPresent()) {
      throw organisation();
    }
    return account;
  }

  private io.herd.udfs.UserException organisation() {
    return HubErrors.user(
        "the token from "
            + token.orElseThrow().source()
            + " is an organisation's, which can't accept a model's licence",
        "use the token of a person's account: "
            + withToken.errors().page("/settings/tokens")
            + " makes one.");
  }

  private HubModel model(
      HubClient client, ModelInfo info, RepoRef asked, RepoKind kind, Optional<WhoAmI> account) {
    client.proveAccess(info.id(), info.commit(), kind);
    List<ModelManifest.Entry> all = client.tree(info.id(), info.commit());
    List<ModelManifest.Entry> files =
        switch (kind) {
          case ADAPTER -> NeededFiles.ofAdapter(info.id(), all);
          case TOKENIZER -> NeededFiles.ofTokenizer(info.id(), all);
          case MODEL ->
              NeededFiles.of(
                  info.id(), all, index -> client.shards(info.id(), info.commit(), index));
        };
    return new HubModel(
        new ModelManifest(info.id().text(), info.commit(), files),
        info.id(),
        asked.revision(),
        info.card(),
        account,
        client != anonymous,
        notes(info, asked.id(), account));
  }

  private static List<String> notes(ModelInfo info, RepoId asked, Optional<WhoAmI> account) {
    List<String> notes = new ArrayList<>();
    if (!info.id().equals(asked)) {
      notes.add(asked + " is called " + info.id() + " now: write it so");
    }
    if (account.filter(WhoAmI::gatedRightMissing).isPresent()) {
      notes.add(
          "the token is fine-grained and doesn't say that it may read gated models; it could read"
              + " this one");
    }
    return notes;
  }
}
