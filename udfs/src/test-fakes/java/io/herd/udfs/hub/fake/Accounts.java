package io.herd.udfs.hub.fake;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Who a token belongs to. A token that is no good is refused for public repositories, too. */
final class Accounts {
  private final Map<String, FakeAccount> byToken = new ConcurrentHashMap<>();

  FakeAccount add(String token) {
    return byToken.computeIfAbsent(token, any -> new FakeAccount());
  }

  Optional<FakeAccount> of(FakeRequest request) {
    return request.token().map(byToken::get);
  }

  Optional<FakeAnswer> refuse(FakeRequest request) {
    if (request.token().isEmpty()) {
      return Optional.empty();
    }
    FakeAccount account = of(request).orElse(null);
    if (account == null || account.state() == FakeAccount.State.REVOKED) {
      return Optional.of(
          FakeAnswer.error(401, "", "Invalid credentials in Authorization header")
              .with("WWW-Authenticate", "Bearer realm=\"Authentication required\""));
    }
    if (account.state() == FakeAccount.State.EXPIRED) {
      return Optional.of(
          FakeAnswer.error(
              401, "", "User Access Token \"" + account.nameOfToken() + "\" is expired"));
    }
    return account.policy().isEmpty()
        ? Optional.empty()
        : Optional.of(FakeAnswer.error(403, "", account.policy()));
  }
}
