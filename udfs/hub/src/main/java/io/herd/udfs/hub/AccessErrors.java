package io.herd.udfs.hub;

import static io.herd.udfs.hub.HubErrors.id;
import static io.herd.udfs.hub.HubErrors.user;

import io.herd.udfs.UserException;
import java.util.Optional;

/** Explains the Hub's 401 and 403: why this account or token may not read a model. */
record AccessErrors(HubErrors hub, Answer answer, Subject subject) {
  private static final String NEW_TOKEN = "/settings/tokens";

  /** Returns the explanation; empty when access isn't the problem. */
  Optional<UserException> explain() {
    boolean gate = answer.code().equals("GatedRepo");
    return switch (answer.status()) {
      case 401 -> Optional.of(gate ? gatedAnonymous() : unauthorized());
      case 403 -> Optional.of(forbidden(gate));
      default -> Optional.empty();
    };
  }

  private UserException gatedAnonymous() {
    if (answer.says("expired")) {
      return expired();
    }
    return answer.tokenSent() ? notAccepted() : noToken(hub, subject, id(answer));
  }

  private UserException unauthorized() {
    if (answer.says("expired")) {
      return expired();
    }
    if (answer.says("invalid credentials")) {
      return notAccepted();
    }
    if (answer.tokenSent()) {
      return user(
          "the Hub answers 401 for "
              + subject
              + " although the token from "
              + hub.source()
              + " was sent"
              + hub.said(answer),
          "check the token at "
              + hub.page(NEW_TOKEN)
              + ", and that no proxy removes the Authorization header.");
    }
    if (answer.message().isEmpty() || answer.says("invalid username or password")) {
      return hidden();
    }
    return asSent();
  }

  /** Without a token the Hub doesn't distinguish a private model from a missing one. */
  private UserException hidden() {
    return user(
        "the Hub shows nobody a model "
            + subject.id().map(RepoId::text).orElse("")
            + " without a token: either there is none of this name, or it is private"
            + id(answer),
        "check the spelling at "
            + hub.page(subject)
            + "; if it is private, set HF_TOKEN to a token of an account that may read it ("
            + hub.page(NEW_TOKEN)
            + ").");
  }

  static UserException noToken(HubErrors hub, Subject subject, String requestId) {
    return user(
        subject + " is gated and no token was found" + requestId,
        "make a token with the right to read at "
            + hub.page(NEW_TOKEN)
            + ", accept the licence at "
            + hub.page(subject)
            + " with the same account, and set HF_TOKEN to the token (or log in, which puts it into"
            + " "
            + hub.tokenFile()
            + ").");
  }

  private UserException notAccepted() {
    return user(
        "the Hub doesn't accept the token from "
            + hub.source()
            + ": it is mistyped, was deleted or replaced"
            + id(answer),
        "make a new one at " + hub.page(NEW_TOKEN) + " and put it there." + hub.hides());
  }

  private UserException expired() {
    return user(
        "the token from " + hub.source() + " has expired" + hub.byAccount() + id(answer),
        "make a new one at " + hub.page(NEW_TOKEN) + " and put it there." + hub.hides());
  }

  private UserException forbidden(boolean gate) {
    if (answer.says("access to this resource is disabled")) {
      return disabled(hub, subject, id(answer));
    }
    if (answer.says("fine-grained token")) {
      return missingRight();
    }
    if (answer.says("revoked by the organization")) {
      return organisation("was revoked by an administrator of the organisation");
    }
    if (answer.says("organization")) {
      return organisation("isn't let in by the rules of the organisation");
    }
    return gate ? new GateErrors(hub, answer, subject).explain() : asSent();
  }

  private UserException missingRight() {
    return user(
        "the token from "
            + hub.source()
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
            + hub.source()
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

  static UserException disabled(HubErrors hub, Subject subject, String requestId) {
    return user(
        "the Hub has disabled " + subject + requestId,
        "choose another model; " + hub.page(subject) + " may say why.");
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
            + hub.page(subject)
            + ", with the token's account: it may be closed to a region or an organisation.");
  }
}
