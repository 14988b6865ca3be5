package io.herd.udfs.hub;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herd.udfs.SystemException;
import io.herd.udfs.UserException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A proxy that wants a password before it opens a connection to the Hub. */
@Timeout(60)
class ProxyTest {
  private static final String BASIC = "Basic dXNlcjpzZWNyZXQ="; // user:secret

  private final List<String> passwords = new CopyOnWriteArrayList<>();
  private volatile String silent = "never";
  private ServerSocket proxy;

  @BeforeEach
  void listen() throws IOException {
    proxy = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread server = new Thread(this::serve, "proxy");
    server.setDaemon(true);
    server.start();
  }

  @AfterEach
  void close() throws IOException {
    proxy.close();
  }

  private void serve() {
    while (!proxy.isClosed()) {
      try (Socket client = proxy.accept()) {
        client.setSoTimeout(20_000); // Java may open a connection and ask nothing
        answer(client);
      } catch (SocketTimeoutException e) {
        passwords.add("nothing was asked");
      } catch (IOException e) {
        if (!proxy.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  /** With a right password the connection is open, and then it breaks. */
  private void answer(Socket client) throws IOException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(client.getInputStream(), ISO_8859_1));
    String password = "none";
    for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
      if (line.toLowerCase(Locale.ROOT).startsWith("proxy-authorization: ")) {
        password = line.substring("proxy-authorization: ".length());
      }
    }
    passwords.add(password);
    if (silent.equals("asked")) {
      in.read(); // until the other side gives up
      return;
    }
    List<String> head =
        password.equals(BASIC)
            ? List.of("HTTP/1.1 200 Connection established")
            : List.of(
                "HTTP/1.1 407 Proxy Authentication Required",
                "Proxy-Authenticate: Basic realm=corp",
                "Content-Length: 0");
    client.getOutputStream().write((String.join("\r\n", head) + "\r\n\r\n").getBytes(ISO_8859_1));
    if (silent.equals("open")) {
      in.read();
      in.read(new char[1 << 16]); // the greeting of TLS came first
      in.read();
    }
  }

  private String address(String login) {
    return "http://" + login + "127.0.0.1:" + proxy.getLocalPort();
  }

  /** Asks a Hub who this is. */
  private static void ask(String proxy) {
    new HubClient(environment(proxy, "30"), Optional.empty()).askWhoAmI();
  }

  /** Waits a second for each answer, and not between the questions. */
  private static void askImpatiently(String proxy) {
    new HubClient(environment(proxy, "1"), Optional.empty(), NoWaiting.retries()).askWhoAmI();
  }

  private static HubEnvironment environment(String proxy, String seconds) {
    Map<String, String> variables =
        Map.of(
            "HTTPS_PROXY", proxy,
            "HF_ENDPOINT", "https://hub.test",
            "HF_HUB_DOWNLOAD_TIMEOUT", seconds);
    return HubEnvironment.of(variables, Path.of("/nowhere"));
  }

  @Test
  void ask_noPassword_isRefusedOnceAndSaysWhatToDo() {
    assertThatThrownBy(() -> ask(address("")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(
            "the proxy 127.0.0.1:"
                + proxy.getLocalPort()
                + " refuses the request: it wants a user and a password (407)")
        .hasMessageContaining("What to do: put the right user and password into HTTPS_PROXY");
    assertThat(passwords).containsExactly("none");
  }

  /** A firewall's way of saying no: the connection is there, and nothing comes. */
  @Test
  void ask_proxyThatIsSilent_isGivenUp() {
    silent = "asked";
    assertThatThrownBy(() -> askImpatiently(address("")))
        .isInstanceOf(SystemException.class)
        .hasMessageContaining("no connection to hub.test through the proxy");
    assertThat(passwords).as("asked again, as often as of a Hub").hasSize(6);
  }

  @Test
  void ask_tunnelInWhichNothingComes_isGivenUp() throws Exception {
    silent = "open";
    assertThat(Asking.inAJvm(address("user:secret@")))
        .contains("no connection to hub.test through the proxy");
  }

  /** In a JVM of its own, because Java reads once whether proxies may have passwords. */
  @Test
  void ask_rightPassword_isLetThrough() throws Exception {
    assertThat(Asking.inAJvm(address("user:secret@"))).doesNotContain("refuses the request");
    assertThat(passwords).contains(BASIC);
  }

  @Test
  void ask_wrongPassword_isRefusedWithoutShowingIt() throws Exception {
    assertThat(Asking.inAJvm(address("user:s3cret@")))
        .contains("refuses the request: it wants a user and a password (407)")
        .doesNotContain("s3cret");
  }

  /** The program of that JVM. */
  static final class Asking {
    private Asking() {}

    public static void main(String[] proxy) {
      try {
        askImpatiently(proxy[0]);
      } catch (RuntimeException e) {
        System.out.println(e.getMessage());
        System.exit(0); // whatever else tries again
      }
    }

    static String inAJvm(String proxy) throws IOException, InterruptedException {
      Path said = Files.createTempFile("said", ".txt");
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  Asking.class.getName(),
                  proxy)
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start();
      boolean ended = process.waitFor(50, TimeUnit.SECONDS);
      process.destroyForcibly();
      assertThat(ended).as("it ends: %s", Files.readString(said)).isTrue();
      String text = Files.readString(said);
      Files.delete(said);
      return text;
    }
  }
}
