package io.herd.chaos;

import io.herd.chaos.Fault.Effect;
import io.herd.chaos.Fault.Kind;
import io.herd.chaos.Fault.Operation;
import io.herd.chaos.Fault.Place;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands between a client and a server on this machine, passes bytes on, and cuts connections when
 * a fault's turn has come: before a client's bytes are passed on, after that but before the answer,
 * or all of them, with nobody let in for a while.
 */
final class CutConnections implements AutoCloseable {
  private static final int BUFFER = 1 << 16;
  private static final long OUTAGE_MILLIS = 1_500;

  private final AtomicInteger turns = new AtomicInteger();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final ServerSocket listening;
  private final int serverPort;
  private volatile List<Fault> faults = List.of();
  private volatile Fired fired;
  private volatile long shutUntil = System.nanoTime();

  private CutConnections(int serverPort) throws IOException {
    this.serverPort = serverPort;
    this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  /** Begins to listen. */
  static CutConnections before(int serverPort) throws IOException {
    CutConnections proxy = new CutConnections(serverPort);
    ConnectionThread.start("cut-connections", proxy::accept);
    return proxy;
  }

  int port() {
    return listening.getLocalPort();
  }

  /** A new schedule's; turns are counted again. */
  void use(List<Fault> due, Fired happened) {
    turns.set(0);
    fired = happened;
    faults = due;
  }

  int turns() {
    return turns.get();
  }

  private void accept() throws IOException {
    while (!listening.isClosed()) {
      Socket client = listening.accept();
      if (System.nanoTime() < shutUntil) {
        client.close();
      } else {
        connect(client);
      }
    }
  }

  private void connect(Socket client) throws IOException {
    Socket server = new Socket();
    server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort));
    open.add(client);
    open.add(server);
    ConnectionThread.start("cut-connections", () -> pass(client, server, true));
    ConnectionThread.start("cut-connections", () -> pass(server, client, false));
  }

  private void pass(Socket from, Socket to, boolean requests) throws IOException {
    try (from;
        to) {
      byte[] buffer = new byte[BUFFER];
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        Effect effect = requests ? effect() : null;
        if (effect == Effect.OUTAGE) {
          shutUntil = System.nanoTime() + OUTAGE_MILLIS * 1_000_000;
          cutAll();
        }
        if (effect == Effect.FAIL || effect == Effect.OUTAGE) {
          return;
        }
        out.write(buffer, 0, read);
        out.flush();
        if (effect == Effect.FAIL_AFTER) {
          return;
        }
      }
    } finally {
      open.remove(from);
      open.remove(to);
    }
  }

  private Effect effect() {
    int turn = turns.incrementAndGet();
    Kind kind = new Kind(Place.NETWORK, Operation.REQUEST);
    return faults.stream()
        .filter(fault -> fault.kind().equals(kind) && fault.nth() == turn && fired.first(fault))
        .findFirst()
        .map(Fault::effect)
        .orElse(null);
  }

  private void cutAll() throws IOException {
    for (Socket socket : open) {
      socket.close();
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    cutAll();
  }
}
