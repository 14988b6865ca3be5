package io.herd.udfs.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.Gson;
import io.herd.udfs.HerdException;
import io.herd.udfs.UserException;
import io.herd.udfs.hub.StubServer.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A Hub, or a proxy before it, that means harm. */
@Timeout(60)
class HubAttacksTest {
  private static final String NAME = "meta-llama/Llama-3.2-1B";
  private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
  private static final String INFO = "/api/models/" + NAME + "/revision/main";
  private static final String WHO_AM_I = "/api/whoami-v2";
  private static final String RESOLVE = "/" + NAME + "/resolve/" + COMMIT + "/config.json";
  private static final String TREE = "/api/models/" + NAME + "/tree/" + COMMIT;
  private static final String FILES =
      "[" + file("config.json", 5) + "," + file("tokenizer.json", 5) + ",";

  private final StubServer hub = new StubServer();
  private final StubServer other = new StubServer();

  @BeforeEach
  void serveAPrivateModel() {
    for (StubServer server : List.of(hub, other)) {
      server
          .on(
              INFO,
              Reply.json(
                  "{\"id\":\""
                      + NAME
                      + "\",\"sha\":\""
                      + COMMIT
                      + "\",\"private\":true,"
                      + "\"gated\":false}"))
          .on(WHO_AM_I, Reply.json("{\"type\":\"user\",\"name\":\"ann\"}"))
          .on(RESOLVE, Reply.json("{}"))
          .on(TREE, Reply.json(FILES + file("model.safetensors", 9) + "]"));
    }
  }

  @AfterEach
  void stop() {
    hub.close();
    other.close();
  }

  private static String file(String name, long size) {
    return "{\"type\":\"file\",\"path\":"
        + new Gson().toJson(name)
        + ",\"size\":"
        + size
        + ",\"oid\":\""
        + COMMIT
        + "\"}";
  }

  private HubClient client() {
    Secret secret = Secret.clean(StubServer.TOKEN, "HF_TOKEN").orElseThrow();
    return new HubClient(
        hub.environment(),
        Optional.of(new FoundToken(secret, "HF_TOKEN", List.of())),
        NoWaiting.retries());
  }

  private HubModel prove() {
    return new Handshake(client()).prove(RepoId.of(NAME), "main");
  }

  /** Each kind of call, sent on to a host, a port and a user that the Hub isn't. */
  @ParameterizedTest
  @ValueSource(strings = {INFO, WHO_AM_I, RESOLVE, TREE})
  void prove_anyCallIsSentOnToAnotherHost_theTokenStays(String path) {
    String elsewhere = other.uri(path).toString().replace("http://", "http://me:password@");
    Reply there = Reply.redirect(elsewhere);
    Reply hidden = Reply.error(401, "", "Invalid username or password.");
    hub.on("/hop", there).on(path, Reply.redirect("/hop"));
    if (path.equals(INFO)) {
      hub.on(INFO, hidden, Reply.redirect("/hop")); // the second time it is asked with the token
    }

    prove();

    assertThat(other.paths()).contains(path);
    assertThat(other.seen()).noneMatch(StubServer.Seen::token);
    assertThat(other.seen()).noneMatch(seen -> seen.headers().toString().contains("password"));
    assertThat(hub.seen()).anyMatch(StubServer.Seen::token);
  }

  @Test
  void open_fileIsSentOnToAnotherHost_theTokenStays() throws Exception {
    String path = "/" + NAME + "/resolve/" + COMMIT + "/weights";
    hub.on(path, Reply.redirect(other.uri("/weights").toString()));
    other.on("/weights", Reply.json("bytes"));
    FileSource files = client().files(RepoId.of(NAME), COMMIT);

    for (int time = 0; time < 2; time++) { // the second time from the address that it was sent to
      try (InputStream in = files.open(new ModelManifest.Entry("weights", 5, null, COMMIT), 0, 5)) {
        assertThat(in.readAllBytes()).hasSize(5);
      }
    }

    assertThat(hub.seen()).hasSize(1).allMatch(StubServer.Seen::token);
    assertThat(other.seen()).hasSize(2).noneMatch(StubServer.Seen::token);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://[",
        "mailto:me@hub.test",
        "file:///etc/passwd",
        "//127.0.0.1:1/more",
        "http:///x",
        "https://127.0.0.1/more",
        "http://localhost/more",
        "?\\"
      })
  void prove_nextPageThatIsNotTheHubs_isNotAskedFor(String next) {
    hub.on(TREE, new Reply(200, Map.of("Link", "<" + next + ">; rel=\"next\""), "[]"));
    assertThatThrownBy(this::prove)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("with something else than the Hub would");
    assertThat(hub.paths()).endsWith(TREE);
  }

  @Test
  void prove_pagesWithoutEnd_areRefused() {
    hub.on(TREE, new Reply(200, Map.of("Link", "<" + TREE + ">; rel=\"next\""), "[]"));
    assertThatThrownBy(this::prove).isInstanceOf(UserException.class);
    assertThat(hub.paths()).hasSizeLessThan(1_100);
  }

  @Test
  void prove_filesWithoutEnd_areRefused() {
    String page = "[" + (file("x", 1) + ",").repeat(20_000) + file("x", 1) + "]";
    hub.on(TREE, new Reply(200, Map.of("Link", "<" + TREE + ">; rel=\"next\""), page));
    assertThatThrownBy(this::prove).isInstanceOf(UserException.class);
    assertThat(hub.paths().stream().filter(TREE::equals)).hasSizeLessThan(10);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../evil",
        "a/../../evil",
        "/etc/evil",
        "a\\..\\evil",
        "C:evil",
        "c:/evil",
        "a//evil",
        ".",
        "..",
        "a/.",
        "",
        "evil\u0000.json",
        "evil\n.json",
        "\u001b[2Jevil"
      })
  void prove_nameThatLeadsOut_isRefused(String name) {
    hub.on(TREE, Reply.json(FILES + file("model.safetensors", 9) + "," + file(name, 1) + "]"));
    assertThatThrownBy(this::prove)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("in a way that can't be right");
  }

  /** On disks that keep cases apart, as Linux' do; names are never compared without them. */
  @Test
  void prove_twinsOfAnotherCase_areOtherFiles() {
    hub.on(
        TREE,
        Reply.json(
            FILES
                + file("model.safetensors", 9)
                + ","
                + file("MODEL.safetensors", 7)
                + ","
                + file("Config.json", 7)
                + "]"));
    assertThat(prove().manifest().files())
        .extracting(ModelManifest.Entry::name)
        .containsExactly("config.json", "model.safetensors", "tokenizer.json");
  }

  /** Their sum would be negative, and fit every disk. */
  @Test
  void prove_sizesPastAnyDisk_areRefused() {
    StringBuilder shards = new StringBuilder(FILES);
    for (int i = 0; i < 10; i++) {
      shards.append(file("model-" + i + ".safetensors", 999_999_999_999_999_999L)).append(',');
    }
    hub.on(TREE, Reply.json(shards + file("model.safetensors.index.json", 2) + "]"));
    assertThatThrownBy(this::prove)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("in a way that can't be right");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "1e9", "\"5\\n\"", "[]", "99999999999999999999", "null"})
  void prove_sizeThatIsNone_isRefused(String size) {
    String tree = FILES + file("model.safetensors", 7777).replace("7777", size) + "]";
    hub.on(TREE, Reply.json(tree));
    assertThatThrownBy(this::prove).isInstanceOf(UserException.class);
  }

  /** Not even when it is sent without being asked for: nothing is ever unpacked. */
  @Test
  void prove_compressedAnswer_isNotUnpacked() {
    hub.on(TREE, new Reply(200, Map.of("Content-Encoding", "gzip"), "\u001f\u008b\b\0"));
    assertThatThrownBy(this::prove)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("with something else than the Hub would");
    assertThat(hub.seen())
        .allMatch(seen -> seen.headers().get("Accept-encoding").equals(List.of("identity")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"a\":"})
  void prove_deeplyNestedAnswer_isNoCrash(String open) {
    hub.on(TREE, Reply.json(open.repeat(1_000_000)));
    assertThatThrownBy(this::prove).isInstanceOf(HerdException.class);
  }

  private static HttpResponse<InputStream> ask(ServerSocket server, byte[] part, long pause)
      throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.getLocalPort());
    HubEnvironment environment =
        HubEnvironment.of(Map.of("HF_ENDPOINT", uri.toString()), Path.of("/nowhere"));
    Thread sender = new Thread(() -> sendWithoutEnd(server, part, pause));
    sender.setDaemon(true);
    sender.start();
    return new HubHttp(environment, Optional.empty())
        .send("GET", uri.resolve("/"), Map.of(), false);
  }

  private static void sendWithoutEnd(ServerSocket server, byte[] part, long pause) {
    try (Socket socket = server.accept();
        OutputStream out = socket.getOutputStream()) {
      out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      while (!socket.isClosed()) {
        out.write(part);
        out.flush();
        Thread.sleep(pause);
      }
    } catch (IOException | InterruptedException e) {
      // the other side has had enough
    }
  }

  @Test
  void answer_bodyWithoutEnd_isCutAtItsBound() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      HttpResponse<InputStream> response = ask(server, new byte[1 << 20], 0);
      Answer answer = Answer.of(response, false, Duration.ofMinutes(1));
      assertThat(answer.body().length()).isBetween(64 << 20, 65 << 20);
    }
  }

  /** A byte now and then is no silence; it would hold a run up for ever. */
  @Test
  void answer_bodyThatDrips_isGivenUp() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      HttpResponse<InputStream> response = ask(server, new byte[1], 10);
      assertThatExceptionOfType(HttpTimeoutException.class)
          .isThrownBy(() -> Answer.of(response, false, Duration.ofSeconds(1)))
          .withMessage("the answer isn't whole after 1 s");
    }
  }
}
