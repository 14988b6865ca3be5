package io.herd.udfs.hub;

import static io.herd.udfs.hub.HubFailure.id;
import static io.herd.udfs.hub.HubFailure.user;

import io.herd.udfs.UserException;
import java.util.Locale;
import java.util.Optional;

/** Why the Hub doesn't let this account, or this token, at a model: its 401 and 403. */
final class AccessFailure {
  private static final String NEW_TOKEN = "/settings/tokens";

  private final HubFailure hub;
  private final Answer answer;
  private final Subject subject;
  private final String message;

  AccessFailure(HubFailure hub, Answer answer, Subject subject) {
    this.hub = hub;
    this.answer = answer;
    this.subject = subject;
    this.message = answer.message().toLowerCase(Locale.ROOT);
  }

  /** Empty when it isn't a matter of access. */
  Optional<UserException> explain() {
    boolean gate = answer.code().equals("GatedRepo");
    return switch (answer.status()) {
      case 401 -> Optional.of(gate ? gatedAnonymous() : unauthorized());
      case 403 -> Optional.of(forbidden(gate));
      default -> Optional.empty();
    };
  }

  private UserException gatedAnonymous() {
    if (message.contains("expired")) {
      return expired();
    }
    return answer.tokenSent() ? notAccepted() : noToken(hub, subject, id(answer));
  }

  private UserException unauthorized() {
    if (message.contains("expired")) {
      return expired();
    }
    if (message.contains("invalid credentials")) {
      return notAccepted();
    }
    if (answer.tokenSent()) {
      return user(
          "the Hub answers 401 for "
              + subject
              + " although the token from "
              + source()
              + " was sent"
              + hub.said(answer),
          "check the token at "
              + hub.page(NEW_TOKEN)
              + ", and that no proxy removes the Authorization header.");
    }
    if (message.isEmpty() || message.contains("invalid username or password")) {
      return hidden();
    }
    return asSent();
  }

  /** Without a token the Hub doesn't tell a private model from one that doesn't exist. */
  private UserException hidden() {
    return user(
        "the Hub shows nobody a model "
            + subject.id().map(RepoId::text).orElse("")
            + " without a token: either there is none of this name, or it is private"
            + id(answer),
        "check the spelling at "
            + subject.id().map(hub::page).orElse(hub.page(""))
            + "; if it is private, set HF_TOKEN to a token of an account that may read it ("
            + hub.page(NEW_TOKEN)
            + ").");
  }

  static UserException noToken(HubFailure hub, Subject subject, String requestId) {
    String page = subject.id().map(hub::page).orElse(hub.page(""));
    return user(
        subject + " is gated and no token was found" + requestId,
        "make a token with the right to read at "
            + hub.page(NEW_TOKEN)
            + ", accept the licence at "
            + page
            + " with the same account, and set HF_TOKEN to the token (or log in, which puts it into "
            + hub.env().tokenFile()
            + ").");
  }

  private UserException notAccepted() {
    return user(
        "the Hub doesn't accept the token from "
            + source()
            + ": it is mistyped, was deleted or replaced"
            + id(answer),
        "make a new one at " + hub.page(NEW_TOKEN) + " and put it there." + hides());
  }

  private UserException expired() {
    return user(
        "the token from " + source() + " has expired" + hub.byAccount() + id(answer),
        "make a new one at " + hub.page(NEW_TOKEN) + " and put it there." + hides());
  }

  private UserException forbidden(boolean gate) {
    if (message.contains("access to this resource is disabled")) {
      return disabled(hub, subject, id(answer));
    }
    if (message.contains("fine-grained token")) {
      return missingRight();
    }
    if (message.contains("revoked by the organization")) {
      return organisation("was revoked by an administrator of the organisation");
    }
    if (message.contains("organization")) {
      return organisation("isn't let in by the rules of the organisation");
    }
    return gate ? gated() : asSent();
  }

  private UserException gated() {
    String model = subject.id().map(RepoId::text).orElse("the model");
    String page = subject.id().map(hub::page).orElse(hub.page(""));
    if (message.contains("awaiting a review")) {
      return user(
          "access to "
              + model
              + " was asked for"
              + hub.byAccount()
              + " and isn't granted yet"
              + id(answer),
          "wait until the authors answer by mail; " + page + " shows how it stands.");
    }
    if (message.contains("rejected")) {
      return user(
          "the authors of "
              + model
              + " have rejected the request for access"
              + hub.byAccount()
              + id(answer),
          "it can't be asked for again with this account: choose another model, or use a token of"
              + " an account that has access.");
    }
    if (message.contains("has been reset")) {
      return user(
          "the authors of "
              + model
              + " have reset the request for access"
              + hub.byAccount()
              + id(answer),
          "open " + page + " and ask for access again.");
    }
    return notAuthorised(model, page);
  }

  private UserException notAuthorised(String model, String page) {
    String families =
        subject
            .id()
            .flatMap(Family::of)
            .map(
                name ->
                    " The licence of "
                        + name
                        + " is accepted separately: one accepted for another"
                        + " Llama doesn't count.")
            .orElse("");
    return user(
        "the licence of "
            + model
            + " isn't accepted by the account that the token from "
            + source()
            + " is of"
            + hub.byAccount()
            + id(answer),
        "open " + page + " with that account and ask for access." + families + hides());
  }

  private UserException missingRight() {
    return user(
        "the token from "
            + source()
            + hub.byAccount()
            + " is fine-grained and may not read gated models, even with an accepted licence"
            + id(answer),
        "tick \"Read access to contents of all public gated repos you can access\" in the token's"
            + " settings at "
            + hub.page(NEW_TOKEN)
            + ", or make a token of type \"Read\" there.");
  }

  private UserException organisation(String how) {
    return user(
        "the token from "
            + source()
            + hub.byAccount()
            + " "
            + how
            + ": 403 for "
            + subject
            + hub.said(answer),
        "ask an administrator of that organisation to allow the token, or use one that its rules"
            + " allow ("
            + hub.page(NEW_TOKEN)
            + ").");
  }

  static UserException disabled(HubFailure hub, Subject subject, String requestId) {
    return user(
        "the Hub has disabled " + subject + requestId,
        "choose another model; "
            + subject.id().map(hub::page).orElse(hub.page(""))
            + " may say why.");
  }

  private UserException asSent() {
    return user(
        "the Hub answers "
            + answer.status()
            + " for "
            + subject
            + hub.byAccount()
            + hub.said(answer),
        "read the model's page, "
            + subject.id().map(hub::page).orElse(hub.page(""))
            + ", with the token's account: it may be closed to a region or an organisation.");
  }

  private String source() {
    return hub.token().map(FoundToken::source).orElse("nowhere");
  }

  private String hides() {
    return hub.token()
        .map(FoundToken::shadowed)
        .filter(others -> !others.isEmpty())
        .map(others -> " (It hides another token, in " + String.join(" and in ", others) + ".)")
        .orElse("");
  }
}
