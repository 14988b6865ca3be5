package io.herd.job;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.herd.chaos.ConnectionThread;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;

/**
 * Stands between clients and a server on this machine. The first connection that has asked for
 * something is held up there, until the gate is opened: what it has asked for isn't passed on.
 */
final class Gate implements AutoCloseable {
  private static final int BUFFER = 1 << 16;
  private static final int REMEMBERED = 1 << 14;

  private final CountDownLatch open = new CountDownLatch(1);
  private final AtomicBoolean met = new AtomicBoolean();
  private final ServerSocket listening;
  private final int server;
  private final Pattern asked;
  private final Runnable then;

  private Gate(int server, String asked, Runnable then) throws IOException {
    this.server = server;
    this.asked = Pattern.compile(asked, Pattern.DOTALL);
    this.then = then;
    this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  /**
   * Begins to listen.
   *
   * @param asked a pattern over what a connection has sent of late
   * @param then is done once, before it is held up
   */
  static Gate before(int server, String asked, Runnable then) throws IOException {
    Gate gate = new Gate(server, asked, then);
    ConnectionThread.start("gate", gate::accept);
    return gate;
  }

  int port() {
    return listening.getLocalPort();
  }

  /** Lets pass what was held up. */
  void open() {
    open.countDown();
  }

  private void accept() throws IOException {
    while (true) {
      Socket client = listening.accept();
      Socket behind = new Socket(InetAddress.getLoopbackAddress(), server);
      ConnectionThread.start("gate", () -> pass(client, behind, true));
      ConnectionThread.start("gate", () -> pass(behind, client, false));
    }
  }

  private void pass(Socket from, Socket to, boolean requests) throws IOException {
    try (from;
        to) {
      byte[] buffer = new byte[BUFFER];
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      String recent = "";
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (requests && !met.get()) {
          recent += new String(buffer, 0, read, ISO_8859_1);
          recent = recent.substring(Math.max(0, recent.length() - REMEMBERED));
          holdUp(recent);
        }
        out.write(buffer, 0, read);
        out.flush();
      }
    }
  }

  private void holdUp(String recent) {
    if (asked.matcher(recent).find() && met.compareAndSet(false, true)) {
      then.run();
      try {
        open.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    open();
    try {
      listening.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
