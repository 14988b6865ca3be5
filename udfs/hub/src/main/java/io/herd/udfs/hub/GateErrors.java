package io.herd.udfs.hub;

import static io.herd.udfs.hub.HubErrors.id;
import static io.herd.udfs.hub.HubErrors.user;

import io.herd.udfs.UserException;

/** Explains why a gated model is closed to a known account: its licence. */
record GateErrors(HubErrors hub, Answer answer, Subject subject) {
  UserException explain() {
    if (answer.says("awaiting a review")) {
      return user(
          "access to "
              + model()
              + " was asked for"
              + hub.byAccount()
              + " and isn't granted yet"
              + id(answer),
          "wait until the authors answer by mail; " + hub.page(subject) + " shows how it stands.");
    }
    if (answer.says("rejected")) {
      return user(
          "the authors of " + model() + " have rejected the request for access" + who(),
          "it can't be asked for again with this account: choose another model, or use a token of"
              + " an account that has access.");
    }
    if (answer.says("has been reset")) {
      return user(
          "the authors of " + model() + " have reset the request for access" + who(),
          "open " + hub.page(subject) + " and ask for access again.");
    }
    return notAccepted();
  }

  private UserException notAccepted() {
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
            + model()
            + " isn't accepted by the account that the token from "
            + hub.source()
            + " is of"
            + who(),
        "open "
            + hub.page(subject)
            + " with that account and ask for access."
            + families
            + hub.hides());
  }

  private String model() {
    return subject.id().map(RepoId::text).orElse("the model");
  }

  private String who() {
    return hub.byAccount() + id(answer);
  }
}
