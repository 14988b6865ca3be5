package io.herd.udfs.hub;

import static io.herd.udfs.hub.HubErrors.id;
import static io.herd.udfs.hub.HubErrors.user;

import io.herd.udfs.UserException;

/** Explains missing models and files, and responses that no other class explains. */
record MissingErrors(HubErrors hub, Answer answer, Subject subject) {
  UserException explain() {
    return switch (answer.code()) {
      case "RevisionNotFound" -> revision();
      case "EntryNotFound" -> file();
      case "RepoNotFound" -> model();
      default ->
          switch (answer.status()) {
            case 404 -> model();
            case 416 -> range();
            default -> asSent();
          };
    };
  }

  private UserException model() {
    if (subject.id().isEmpty() || (answer.code().isEmpty() && answer.html())) {
      return hub.notTheHub(answer, subject);
    }
    String who =
        answer.tokenSent() ? " that the token's account" + hub.byAccount() + " may see" : "";
    return user(
        "the Hub has no model " + subject.id().get() + who + id(answer),
        "check the spelling at "
            + hub.page(subject)
            + (answer.tokenSent()
                ? "; if it is private, use a token of an account that may read it."
                : "; if it is private, set HF_TOKEN."));
  }

  private UserException revision() {
    return user(
        subject.id().map(RepoId::text).orElse("")
            + " has no revision \""
            + subject.revision()
            + "\""
            + id(answer),
        "name a branch, a tag or a whole commit that "
            + hub.page(subject)
            + "/commits/main shows; the usual one"
            + " is main.");
  }

  private UserException file() {
    return user(
        subject.id().map(RepoId::text).orElse("")
            + " has no file "
            + subject.file().orElse("of that name")
            + " at revision "
            + subject.revision()
            + id(answer),
        "choose a model in the form of the transformers library; "
            + hub.page(subject)
            + "/tree/main shows what"
            + " this one holds (an adapter goes into herd.model.adapter).");
  }

  private UserException range() {
    return user(
        "the Hub has less of " + subject + " than was asked for" + id(answer),
        "the file has changed or its copy here is damaged: run again.");
  }

  private UserException asSent() {
    return user(
        "the Hub answers " + answer.status() + " for " + subject + hub.said(answer),
        "check the model's id and revision, and HF_ENDPOINT.");
  }
}
