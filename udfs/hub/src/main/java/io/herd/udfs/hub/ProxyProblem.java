package io.herd.udfs.hub;

import java.io.IOException;

/** A proxy opens no connection to a server; Java's client passes its status on as an answer. */
final class ProxyProblem extends IOException {
  private static final long serialVersionUID = 1;

  ProxyProblem(int status) {
    super(status == 407 ? "it wants a user and a password (407)" : "it answers " + status);
  }
}
