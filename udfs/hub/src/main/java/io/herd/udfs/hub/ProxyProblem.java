package io.herd.udfs.hub;

import java.io.IOException;

/** A proxy that refuses to open a connection; Java's client reports its status as a response. */
final class ProxyProblem extends IOException {
  private static final long serialVersionUID = 1;

  ProxyProblem(int status) {
    super(status == 407 ? "it wants a user and a password (407)" : "it answers " + status);
  }
}
