package io.herd.udfs.hub;

import java.net.URI;
import java.util.Optional;

/**
 * What the Hub is asked with.
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

  /** Where the Hub is. */
  URI endpoint() {
    return env.endpoint();
  }

  /** Whether an address is the Hub's own, which alone gets the token. */
  boolean isHub(URI uri) {
    return Addresses.sameOrigin(uri, endpoint());
  }
}
