package io.herd.udfs.hub;

import java.net.URI;
import java.util.Optional;

/**
 * The environment, token and account of requests to the Hub.
 *
 * @param account the token's, once it is known
 */
record HubAccess(HubEnvironment env, Optional<FoundToken> token, Optional<WhoAmI> account) {
  HubAccess(HubEnvironment env, Optional<FoundToken> token) {
    this(env, token, Optional.empty());
  }

  HubAccess as(WhoAmI known) {
    return new HubAccess(env, token, Optional.of(known));
  }

  HubAccess anonymous() {
    return new HubAccess(env, Optional.empty());
  }

  /** Returns the Hub's address. */
  URI endpoint() {
    return env.endpoint();
  }

  /** Returns whether an address is the Hub's own; only such requests carry the token. */
  boolean isHub(URI uri) {
    return Addresses.sameOrigin(uri, endpoint());
  }
}
