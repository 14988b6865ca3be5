package io.herd.udfs.hub.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.herd.udfs.hub.fake.FakeRequest.Server;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FakeHubTest {
  private static final byte[] WEIGHTS = "weights, more or less".getBytes(StandardCharsets.UTF_8);

  private final HttpClient client = HttpClient.newHttpClient();
  private final FakeHub hub = FakeHub.start();

  @BeforeEach
  void fill() {
    hub.repo("open/model").file("config.json", "{}").file("model.safetensors", WEIGHTS);
    hub.repo("closed/model")
        .file("config.json", "{}")
        .file("README.md", "# hello")
        .file("model.safetensors", WEIGHTS)
        .gated();
    hub.repo("secret/model").file("config.json", "{}").isPrivate();
    hub.repo("gone/model").file("config.json", "{}").disabled();
    hub.account("in").accept("closed/model").memberOf("secret/model").name("insider");
    hub.account("out");
    hub.account("pending").pending("closed/model");
    hub.account("rejected").rejected("closed/model");
    hub.account("reset").reset("closed/model");
    hub.account("narrow").fineGrained(false).accept("closed/model");
    hub.account("wide").fineGrained(true).accept("closed/model");
    hub.account("expired").expired().tokenName("old");
    hub.account("revoked").revoked();
    hub.account("policy").refusedBecause("Your token has been revoked by the administrator");
  }

  @AfterEach
  void close() {
    hub.close();
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        refusal("closed/model", "", 401, "GatedRepo", "authenticated to access it. Please log in."),
        refusal("closed/model", "out", 403, "GatedRepo", "not in the authorized list"),
        refusal("closed/model", "pending", 403, "GatedRepo", "awaiting a review"),
        refusal("closed/model", "rejected", 403, "GatedRepo", "has been rejected"),
        refusal("closed/model", "reset", 403, "GatedRepo", "has been reset"),
        refusal("closed/model", "narrow", 403, "", "Please enable access to public gated"),
        refusal("open/model", "unknown", 401, "", "Invalid credentials in Authorization header"),
        refusal("open/model", "revoked", 401, "", "Invalid credentials in Authorization header"),
        refusal("open/model", "expired", 401, "", "User Access Token \"old\" is expired"),
        refusal("open/model", "policy", 403, "", "revoked by the administrator"),
        refusal("secret/model", "", 401, "", "Invalid username or password."),
        refusal("no/model", "", 401, "", "Invalid username or password."),
        refusal("secret/model", "out", 404, "RepoNotFound", "Repository not found"),
        refusal("no/model", "out", 404, "RepoNotFound", "Repository not found"),
        refusal("gone/model", "in", 403, "", "Access to this resource is disabled."));
  }

  private static Arguments refusal(String id, String token, int status, String code, String text) {
    return Arguments.of(id, token, status, code, text);
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void resolve_notAllowed_refusesInTheHubsWords(
      String id, String token, int status, String code, String text) throws Exception {
    for (String path : new String[] {"/resolve/main/config.json", "/resolve/nowhere/nothing"}) {
      HttpResponse<byte[]> answer = get("/" + id + path, token);

      assertThat(answer.statusCode()).isEqualTo(status);
      assertThat(answer.headers().firstValue("X-Error-Code").orElse("")).isEqualTo(code);
      assertThat(answer.headers().firstValue("X-Error-Message").orElse("")).contains(text);
    }
    HttpResponse<byte[]> check = get("/api/models/" + id + "/auth-check", token);
    assertThat(check.statusCode()).isEqualTo(status);
    assertThat(json(check).get("error").getAsString()).contains(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"in", "wide"})
  void authCheck_letIn_isOk(String token) throws Exception {
    assertThat(text(get("/api/models/closed/model/auth-check", token))).isEqualTo("OK");
  }

  @Test
  void resolve_readmeOfGatedRepo_isOpen() throws Exception {
    assertThat(get("/closed/model/resolve/main/README.md", "").statusCode()).isEqualTo(307);
  }

  @Test
  void resolve_unknownRevisionOrFile_isNotFound() throws Exception {
    HttpResponse<byte[]> revision = get("/open/model/resolve/refs%2Fpr%2F1/config.json", "");
    HttpResponse<byte[]> file = get("/open/model/resolve/main/other.json", "");

    assertThat(header(revision, "X-Error-Code")).isEqualTo("RevisionNotFound");
    assertThat(header(revision, "X-Error-Message")).isEqualTo("Invalid rev id: refs/pr/1");
    assertThat(header(file, "X-Error-Code")).isEqualTo("EntryNotFound");
    assertThat(header(file, "X-Repo-Commit")).isEqualTo(hub.repo("open/model").commit());
  }

  @Test
  void resolve_smallFile_comesFromTheHubItself() throws Exception {
    HttpResponse<byte[]> first = get("/open/model/resolve/main/config.json", "out");
    String location = header(first, "Location");
    HttpResponse<byte[]> second = get(location, "out");

    assertThat(first.statusCode()).isEqualTo(307);
    assertThat(location).startsWith("/api/resolve-cache/models/open/model/");
    assertThat(text(second)).isEqualTo("{}");
    // git hash-object of {}
    assertThat(header(second, "ETag")).isEqualTo("\"9e26dfeeb6e641a33dae4961196235bdb965b21b\"");
    assertThat(get(location, "", "If-None-Match", header(second, "ETag")).statusCode())
        .isEqualTo(304);
  }

  @Test
  void resolve_largeFile_comesFromTheOtherHostWithoutToken() throws Exception {
    HttpResponse<byte[]> first = get("/open/model/resolve/main/model.safetensors", "out");
    String location = header(first, "Location");

    assertThat(first.statusCode()).isEqualTo(302);
    assertThat(location).startsWith(hub.cdn().toString());
    assertThat(header(first, "X-Linked-Size")).isEqualTo("" + WEIGHTS.length);
    assertThat(header(first, "X-Linked-Etag"))
        .isEqualTo("\"" + FakeFile.of("a.bin", FakeContent.of(WEIGHTS)).sha256() + "\"");
    assertThat(get(location, "").body()).isEqualTo(WEIGHTS);
    HttpResponse<byte[]> leaked = get(location, "out");
    assertThat(leaked.statusCode()).isEqualTo(400);
    assertThat(text(leaked)).contains("Only one auth mechanism allowed");
    assertThat(get(location + "x", "").statusCode()).isEqualTo(403);
  }

  @ParameterizedTest
  @ValueSource(strings = {"config.json", "model.safetensors"})
  void range_ofAnyFile_isSentAlone(String file) throws Exception {
    String location = header(get("/open/model/resolve/main/" + file, ""), "Location");
    byte[] whole = get(location, "").body();
    HttpResponse<byte[]> rest = get(location, "", "Range", "bytes=1-");
    HttpResponse<byte[]> first = get(location, "", "Range", "bytes=0-0");
    HttpResponse<byte[]> behind = get(location, "", "Range", "bytes=" + whole.length + "-");

    assertThat(rest.statusCode()).isEqualTo(206);
    assertThat(rest.body()).isEqualTo(Arrays.copyOfRange(whole, 1, whole.length));
    assertThat(header(first, "Content-Range")).isEqualTo("bytes 0-0/" + whole.length);
    assertThat(first.body()).hasSize(1);
    assertThat(behind.statusCode()).isEqualTo(416);
    assertThat(header(behind, "Content-Range")).isEqualTo("bytes */" + whole.length);
  }

  @Test
  void head_ofAnyFile_hasTheSizeAndNoBody() throws Exception {
    String location = header(get("/open/model/resolve/main/model.safetensors", ""), "Location");
    HttpResponse<byte[]> answer =
        send(request(location, "").method("HEAD", HttpRequest.BodyPublishers.noBody()).build());

    assertThat(header(answer, "Content-Length")).isEqualTo("" + WEIGHTS.length);
    assertThat(answer.body()).isEmpty();
    assertThat(get(location, "").body()).isEqualTo(WEIGHTS);
  }

  @Test
  void tree_byAccess_masksHashes() throws Exception {
    String tree = "/api/models/closed/model/tree/main?recursive=true";

    assertThat(lfsOid(get(tree, ""))).isEqualTo("*".repeat(64));
    assertThat(lfsOid(get(tree, "out"))).isEqualTo("*".repeat(64));
    assertThat(lfsOid(get(tree, "in"))).matches("[0-9a-f]{64}");
  }

  @Test
  void tree_ofManyFiles_comesInPages() throws Exception {
    hub.repo("big/model").file("a.txt", "a").file("original/b.txt", "b").file("z.txt", "z");
    hub.pageSize(2);
    HttpResponse<byte[]> first = get("/api/models/big/model/tree/main?recursive=true", "");
    String next = header(first, "Link");
    HttpResponse<byte[]> second = get(next.substring(1, next.indexOf('>')), "");

    assertThat(paths(first)).containsExactly("a.txt", "original");
    assertThat(next).endsWith("; rel=\"next\"");
    assertThat(paths(second)).containsExactly("original/b.txt", "z.txt");
    assertThat(second.headers().firstValue("Link")).isEmpty();
  }

  @Test
  void info_ofGatedRepo_isOpenAndPinsTheCommit() throws Exception {
    String old = hub.repo("closed/model").commit();
    hub.repo("closed/model").revision("v1").file("config.json", "{\"new\":1}");

    JsonObject main = json(get("/api/models/closed/model", ""));
    JsonObject tagged = json(get("/api/models/closed/model/revision/v1", ""));

    assertThat(main.get("gated").getAsString()).isEqualTo("manual");
    assertThat(main.get("sha").getAsString()).isEqualTo(hub.repo("closed/model").commit());
    assertThat(tagged.get("sha").getAsString()).isEqualTo(old).matches("[0-9a-f]{40}");
    assertThat(json(get("/api/models/open/model", "")).get("gated").getAsBoolean()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"old/name", "OPEN/Model"})
  void renamed_anyPath_redirectsToTheNewName(String name) throws Exception {
    hub.renamed("old/name", "open/model");
    HttpResponse<byte[]> answer = get("/api/models/" + name + "/tree/main?recursive=true", "");

    assertThat(answer.statusCode()).isEqualTo(307);
    assertThat(header(answer, "Location"))
        .isEqualTo("/api/models/open/model/tree/main?recursive=true");
    assertThat(header(get("/" + name + "/resolve/main/config.json", ""), "Location"))
        .isEqualTo("/open/model/resolve/main/config.json");
  }

  @Test
  void whoAmI_byToken_tellsTheKind() throws Exception {
    JsonObject insider = json(get("/api/whoami-v2", "in"));
    JsonObject narrow = token(json(get("/api/whoami-v2", "narrow")));

    assertThat(insider.get("name").getAsString()).isEqualTo("insider");
    assertThat(token(insider).get("role").getAsString()).isEqualTo("read");
    assertThat(narrow.get("role").getAsString()).isEqualTo("fineGrained");
    assertThat(narrow.getAsJsonObject("fineGrained").get("canReadGatedRepos").getAsBoolean())
        .isFalse();
    assertThat(get("/api/whoami-v2", "").statusCode()).isEqualTo(401);
    assertThat(get("/api/whoami-v2", "expired").statusCode()).isEqualTo(401);
  }

  @Test
  void faults_scripted_happenSoManyTimes() throws Exception {
    hub.answer(r -> r.path().equals("/api/whoami-v2"), 2, FakeAnswer.rateLimited(55));

    assertThat(header(get("/api/whoami-v2", "in"), "RateLimit")).isEqualTo("\"api\";r=0;t=55");
    assertThat(get("/api/whoami-v2", "in").statusCode()).isEqualTo(429);
    assertThat(get("/api/whoami-v2", "in").statusCode()).isEqualTo(200);
  }

  @Test
  void cutAfter_aPosition_breaksOffThereOnce() throws Exception {
    hub.cutAfter(5);
    String location = header(get("/open/model/resolve/main/model.safetensors", ""), "Location");

    assertThatThrownBy(() -> get(location, "")).isInstanceOf(IOException.class);
    assertThat(get(location, "", "Range", "bytes=5-").body()).hasSize(WEIGHTS.length - 5);
  }

  @Test
  void faults_ofFiles_changeWhatIsSent() throws Exception {
    String location = header(get("/open/model/resolve/main/model.safetensors", ""), "Location");

    hub.corrupt("model.safetensors");
    assertThat(get(location, "").body()).hasSize(WEIGHTS.length).isNotEqualTo(WEIGHTS);
    hub.heal("model.safetensors");
    hub.ignoreRanges();
    HttpResponse<byte[]> whole = get(location, "", "Range", "bytes=5-");
    assertThat(whole.statusCode()).isEqualTo(200);
    assertThat(whole.body()).isEqualTo(WEIGHTS);
    hub.expireUrlsAfter(2);
    assertThat(get(location, "").statusCode()).isEqualTo(403);
    String fresh = header(get("/open/model/resolve/main/model.safetensors", ""), "Location");
    assertThat(get(fresh, "").statusCode()).isEqualTo(200);
  }

  @Test
  void requests_afterSome_tellWhoWasAskedWhat() throws Exception {
    get("/open/model/resolve/main/model.safetensors?x=1%202", "out");

    FakeRequest request = hub.requests().get(0);
    assertThat(request.server()).isEqualTo(Server.ENDPOINT);
    assertThat(request.token()).contains("out");
    assertThat(request.parameter("x")).contains("1 2");
    assertThat(request.status()).isEqualTo(302);
  }

  @Test
  void folder_withWeights_servesThemAsLargeFiles(@TempDir Path folder) throws Exception {
    Files.createDirectories(folder.resolve("original"));
    Files.writeString(folder.resolve("original/params.json"), "{}");
    Files.write(folder.resolve("model.safetensors"), WEIGHTS);
    hub.repo("from/folder").folder(folder);

    HttpResponse<byte[]> tree = get("/api/models/from/folder/tree/main?recursive=true", "");
    String location = header(get("/from/folder/resolve/main/model.safetensors", ""), "Location");

    assertThat(paths(tree))
        .containsExactly("model.safetensors", "original", "original/params.json");
    assertThat(get(location, "").body()).isEqualTo(WEIGHTS);
  }

  private HttpResponse<byte[]> get(String place, String token, String... headers) throws Exception {
    HttpRequest.Builder request = request(place, token);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request.build());
  }

  private HttpRequest.Builder request(String place, String token) {
    HttpRequest.Builder request = HttpRequest.newBuilder(hub.endpoint().resolve(URI.create(place)));
    return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
  }

  private HttpResponse<byte[]> send(HttpRequest request) throws Exception {
    return client.send(request, HttpResponse.BodyHandlers.ofByteArray());
  }

  private static String header(HttpResponse<?> answer, String name) {
    return answer.headers().firstValue(name).orElseThrow();
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  private static JsonObject json(HttpResponse<byte[]> answer) {
    return JsonParser.parseString(text(answer)).getAsJsonObject();
  }

  private static JsonObject token(JsonObject whoAmI) {
    return whoAmI.getAsJsonObject("auth").getAsJsonObject("accessToken");
  }

  private static Stream<JsonObject> entries(HttpResponse<byte[]> answer) {
    JsonArray list = JsonParser.parseString(text(answer)).getAsJsonArray();
    return list.asList().stream().map(entry -> entry.getAsJsonObject());
  }

  private static Stream<String> paths(HttpResponse<byte[]> answer) {
    return entries(answer).map(entry -> entry.get("path").getAsString());
  }

  private static String lfsOid(HttpResponse<byte[]> answer) {
    return entries(answer)
        .filter(entry -> entry.has("lfs"))
        .map(entry -> entry.getAsJsonObject("lfs").get("oid").getAsString())
        .findFirst()
        .orElseThrow();
  }
}
