package io.herd.udfs.hub;

import io.herd.udfs.HerdException;
import io.herd.udfs.SystemException;
import io.herd.udfs.UserException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;

/**
 * Explains unexpected responses: the problem, its cause, the remedy, and the page to open. What the
 * Hub says decides before its codes do, because one code stands for several cases.
 */
final class HubErrors {
  private final HubAccess access;

  HubErrors(HubAccess access) {
    this.access = access;
  }

  /** Returns the file that holds a user's token after login. */
  Path tokenFile() {
    return access.env().tokenFile();
  }

  /** Names the token's account, for the middle of a sentence; empty if it is unknown. */
  String byAccount() {
    return access.account().map(who -> " (account " + who.name() + ")").orElse("");
  }

  /** Returns where the token was found. */
  String source() {
    return access.token().map(FoundToken::source).orElse("nowhere");
  }

  /** Returns a sentence about other tokens that the one in use hides, if there are any. */
  String hides() {
    return access
        .token()
        .map(FoundToken::shadowed)
        .filter(others -> !others.isEmpty())
        .map(others -> " (It hides another token, in " + String.join(" and in ", others) + ".)")
        .orElse("");
  }

  /** Explains a response with an error status. */
  HerdException of(Answer answer, Subject subject) {
    int status = answer.status();
    if (status == 429) {
      return rateLimited(answer, subject);
    }
    if (Retries.worthIt(status) || status >= 500) {
      return system(
          host(answer) + " answers " + status + " for " + subject + said(answer),
          "the Hub or a gateway in front of it has a problem: run again later"
              + " (https://status.huggingface.co reports outages). If the cache already has the"
              + " model, HF_HUB_OFFLINE=1 uses it without a request.");
    }
    if (status == 407) {
      return of(new ProxyProblem(status), answer.uri());
    }
    if (!access.isHub(answer.uri())) {
      return elsewhere(answer, subject);
    }
    return new AccessErrors(this, answer, subject)
        .explain()
        .orElseGet(() -> new MissingErrors(this, answer, subject).explain());
  }

  /** Explains a missing response. */
  HerdException of(IOException failure, URI uri) {
    return NetworkErrors.of(failure, uri, access.env().proxies());
  }

  /**
   * Explains a successful response that isn't the Hub's: a login page, a proxy's page, another
   * server.
   */
  UserException notTheHub(Answer answer, Subject subject) {
    return user(
        host(answer)
            + " answers "
            + answer.status()
            + " for "
            + subject
            + (answer.html() ? " with a web page" : " with something else than the Hub would")
            + id(answer),
        "a proxy or a network's login page may answer in its place: open "
            + access.endpoint()
            + " from this machine, check HF_ENDPOINT and HTTPS_PROXY; where encrypted traffic is"
            + " inspected, import the network's CA into Java's trust store (keytool -importcert"
            + " -cacerts).");
  }

  /** Explains hidden hashes, which the Hub shows only for readable files. */
  UserException masked(RepoId id) {
    return user(
        "the Hub hides the hashes of "
            + id
            + "'s files: the licence of this model isn't accepted"
            + byAccount(),
        "open "
            + page("/" + id)
            + " and ask for access there, with the account that the token is of.");
  }

  private HerdException rateLimited(Answer answer, Subject subject) {
    String wait =
        new AskedWait(java.time.Clock.systemUTC())
            .of(answer.headers())
            .map(time -> "in " + time.toSeconds() + " seconds")
            .orElse("in five minutes");
    return system(
        "the Hub's limit of requests is used up, and waiting didn't help: 429 for "
            + subject
            + said(answer),
        (answer.tokenSent()
            ? "run again " + wait + "; the limit counts all requests of the account."
            : "set HF_TOKEN, because the limit is wider with a token than for an address without"
                + " one, or run again "
                + wait
                + "."));
  }

  private HerdException elsewhere(Answer answer, Subject subject) {
    String problem =
        host(answer) + ", where the Hub sends for " + subject + ", answers " + answer.status();
    boolean gone = access.token().isPresent() && answer.status() == 401;
    if (gone) {
      return user(
          problem + said(answer) + "; the token goes to " + access.endpoint() + " only",
          "set HF_ENDPOINT to https://" + answer.uri().getHost() + " if you trust that host.");
    }
    return system(
        problem + said(answer) + ": the address has expired or doesn't fit the request",
        "run again: this has nothing to do with the licence or the token. If it stays so, check"
            + " that a proxy doesn't change requests.");
  }

  /** Returns the Hub's message, without the token if it was echoed. */
  String said(Answer answer) {
    String text = answer.withoutToken(access).message();
    return (text.isEmpty() ? "" : ", saying \"" + text + "\"") + id(answer);
  }

  static String id(Answer answer) {
    return answer.requestId().map(it -> " (request id " + it + ")").orElse("");
  }

  String page(Subject subject) {
    return subject.id().map(id -> page("/" + id)).orElse(page(""));
  }

  String page(String path) {
    return access.endpoint() + path;
  }

  private static String host(Answer answer) {
    return String.valueOf(answer.uri().getHost());
  }

  static UserException user(String problem, String remedy) {
    return new UserException(problem, remedy);
  }

  private static SystemException system(String problem, String remedy) {
    return new SystemException(problem, remedy, null);
  }
}
