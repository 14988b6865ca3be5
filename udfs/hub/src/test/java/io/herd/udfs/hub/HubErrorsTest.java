package io.herd.udfs.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.HerdException;
import io.herd.udfs.SystemException;
import io.herd.udfs.UserException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every row of the protocol's table of errors has a message of its own. */
class HubErrorsTest {
  private static final String ID = "meta-llama/Llama-3.1-8B-Instruct";
  private static final String HUB = "https://huggingface.co";
  private static final String PAGE = HUB + "/" + ID;
  private static final String TOKENS = HUB + "/settings/tokens";
  private static final String CDN = "https://cdn.example";
  private static final WhoAmI ANN = new WhoAmI("ann", "user", "read", Optional.empty());

  /** A row: what the Hub answers, and what has to be in the message. */
  private record Row(
      String name,
      int status,
      String code,
      String message,
      boolean tokenSent,
      String host,
      Class<? extends HerdException> kind,
      String... says) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Row refused(
      String name, int status, String code, String message, boolean sent, String... says) {
    return new Row(name, status, code, message, sent, HUB, UserException.class, says);
  }

  private static Row failed(
      String name, int status, String message, boolean sent, String host, String... says) {
    return new Row(name, status, "", message, sent, host, SystemException.class, says);
  }

  static Stream<Row> access() {
    String gated = "Access to model " + ID + " is restricted";
    return Stream.of(
        refused(
            "E1",
            401,
            "GatedRepo",
            gated + ". Please log in.",
            false,
            "gated and no token was found",
            "HF_TOKEN",
            TOKENS,
            PAGE),
        refused(
            "E1 old",
            401,
            "GatedRepo",
            "Repo model " + ID + " is gated.",
            false,
            "gated and no token was found"),
        refused(
            "E1 with a token",
            401,
            "GatedRepo",
            gated + ". Please log in.",
            true,
            "doesn't accept the token from HF_TOKEN",
            TOKENS,
            "hides another token, in the file"),
        refused(
            "E2",
            403,
            "GatedRepo",
            gated + " and you are not in the authorized list.",
            true,
            "licence of " + ID + " isn't accepted",
            "(account ann)",
            PAGE,
            "Llama 3.1 is accepted separately"),
        refused(
            "E3",
            403,
            "GatedRepo",
            "Your request is awaiting a review from the repo authors.",
            true,
            "isn't granted yet",
            "wait until",
            "(account ann)",
            PAGE),
        refused(
            "E4",
            403,
            "GatedRepo",
            "Your request has been rejected by the repo's authors.",
            true,
            "have rejected the request",
            "another model",
            "(account ann)"),
        refused(
            "E5",
            403,
            "GatedRepo",
            "Your request has been reset by the repo's authors.",
            true,
            "have reset the request",
            "ask for access again",
            PAGE),
        refused(
            "E6",
            403,
            "",
            "Please enable access to public gated repositories in your"
                + " fine-grained token settings to view this repository.",
            true,
            "fine-grained and may not read gated models",
            "Read access to contents of all public gated repos you can access",
            TOKENS),
        refused(
            "E6 with a code",
            403,
            "GatedRepo",
            "Please enable access in your fine-grained" + " token settings",
            true,
            "fine-grained and may not read gated models"),
        refused(
            "E7",
            401,
            "",
            "Invalid username or password.",
            false,
            "either there is none of this name, or it is private",
            PAGE,
            "HF_TOKEN",
            "spelling"),
        refused(
            "E7 with a token",
            401,
            "",
            "Invalid username or password.",
            true,
            "although the token from HF_TOKEN was sent",
            "Authorization header"),
        refused(
            "E8",
            401,
            "",
            "Invalid credentials in Authorization header",
            true,
            "doesn't accept the token from HF_TOKEN",
            "mistyped, was deleted or replaced",
            TOKENS),
        refused(
            "E9",
            401,
            "",
            "User Access Token \"t\" is expired",
            true,
            "the token from HF_TOKEN has expired",
            TOKENS),
        refused(
            "E9 with a code",
            401,
            "GatedRepo",
            "User Access Token \"t\" is expired",
            true,
            "has expired"),
        refused(
            "unknown 401",
            401,
            "",
            "Only from the moon",
            false,
            "answers 401",
            "saying \"Only from the moon\"",
            PAGE),
        refused(
            "unknown 403",
            403,
            "",
            "Not in your region",
            true,
            "answers 403",
            "saying \"Not in your region\"",
            "(account ann)",
            "region",
            PAGE),
        refused(
            "E13",
            403,
            "",
            "Access to this resource is disabled.",
            true,
            "the Hub has disabled " + ID,
            "another model"),
        refused(
            "E14 policy",
            403,
            "",
            "Due to the organization token policy, your token needs to"
                + " be approved by the organization",
            true,
            "rules of the organisation",
            "administrator",
            "saying \"Due to the organization token policy"),
        refused(
            "E14 revoked",
            403,
            "",
            "Your token has been revoked by the organization" + " administrator, ask them",
            true,
            "was revoked by an administrator"));
  }

  static Stream<Row> others() {
    return Stream.of(
        refused(
            "E10",
            404,
            "RepoNotFound",
            "Repository not found",
            true,
            "no model " + ID + " that the token's account (account ann) may see",
            "spelling",
            PAGE),
        refused(
            "E10 anonymous",
            404,
            "RepoNotFound",
            "Repository not found",
            false,
            "has no model " + ID,
            "set HF_TOKEN"),
        refused(
            "E11",
            404,
            "RevisionNotFound",
            "Invalid rev id: mian",
            true,
            "has no revision \"mian\"",
            "branch, a tag or a whole commit",
            PAGE),
        refused(
            "E12",
            404,
            "EntryNotFound",
            "Entry not found",
            true,
            "has no file config.json at revision mian",
            PAGE + "/tree/main"),
        new Row(
            "E15",
            403,
            "",
            "Auth failed: SignatureError: expired",
            true,
            CDN,
            SystemException.class,
            "cdn.example",
            "has expired or doesn't fit",
            "nothing to do with the licence"),
        new Row(
            "E16",
            400,
            "",
            "Only one auth mechanism allowed",
            true,
            CDN,
            SystemException.class,
            "cdn.example",
            "answers 400"),
        new Row(
            "401 elsewhere",
            401,
            "",
            "who?",
            true,
            CDN,
            UserException.class,
            "the token goes to " + HUB + " only",
            "HF_ENDPOINT"),
        refused("E17", 416, "", "", true, "has less of", "run again"),
        failed(
            "E18",
            429,
            "We had to rate limit you",
            true,
            HUB,
            "limit of requests is used up",
            "429",
            "run again"),
        failed(
            "E18 anonymous",
            429,
            "We had to rate limit your IP",
            false,
            HUB,
            "limit of requests is used up",
            "set HF_TOKEN"),
        failed("E19 500", 500, "", true, HUB, "answers 500", "HF_HUB_OFFLINE=1"),
        failed("E19 502", 502, "", true, HUB, "answers 502", "status.huggingface.co"),
        failed("E19 503", 503, "", true, HUB, "answers 503"),
        failed("E19 504", 504, "", true, HUB, "answers 504"),
        failed("E19 408", 408, "", true, HUB, "answers 408"),
        failed("E19 elsewhere", 503, "", true, CDN, "cdn.example answers 503"),
        refused("E21", 407, "", "", true, "proxy", "HTTPS_PROXY", "disabledSchemes"),
        refused("other 400", 400, "", "Bad thing", true, "answers 400", "saying \"Bad thing\""));
  }

  @ParameterizedTest
  @MethodSource({"access", "others"})
  void of_rowOfTheTable_saysProblemCauseAndRemedy(Row row) {
    HerdException failure = explain(row, Map.of());
    assertThat(failure).isExactlyInstanceOf(row.kind());
    assertThat(failure.getMessage())
        .contains(row.says())
        .contains("What to do: ")
        .doesNotContain(StubServer.TOKEN);
    boolean showsId = row.status() != 407;
    assertThat(failure.getMessage().contains("(request id req-7)")).isEqualTo(showsId);
  }

  @Test
  void of_rateLimitWithATime_saysWhen() {
    Row row = failed("", 429, "slow down", true, HUB);
    assertThat(explain(row, Map.of("RateLimit", "\"api\";r=0;t=55")))
        .hasMessageContaining("run again in 55 seconds");
  }

  @Test
  void of_tokenEchoed_isMasked() {
    Row row = refused("", 403, "", "no " + StubServer.TOKEN + " here", true);
    assertThat(explain(row, Map.of()))
        .hasMessageContaining("no **** here")
        .hasNoCause()
        .message()
        .doesNotContain(StubServer.TOKEN);
  }

  @Test
  void of_webPage_isNotQuoted() {
    Answer page =
        new Answer(
            URI.create(HUB + "/x"), 502, headers(Map.of()), "<html>" + "long".repeat(99), true);
    assertThat(failures().of(page, subject())).message().doesNotContain("html", "longlong");
  }

  @Test
  void notTheHub_loginPage_namesProxyAndTrustStore() {
    Answer page =
        new Answer(
            URI.create(HUB + "/x"),
            200,
            headers(Map.of("Content-Type", "text/html")),
            "<html>Welcome to Hotel Wifi",
            true);
    assertThat(failures().notTheHub(page, subject()))
        .hasMessageContaining("with a web page")
        .hasMessageContaining("open " + HUB)
        .hasMessageContaining("keytool");
  }

  private static HerdException explain(Row row, Map<String, String> more) {
    Map<String, String> headers = new HashMap<>(more);
    headers.put("x-request-id", "req-7");
    if (!row.code().isEmpty()) {
      headers.put("X-Error-Code", row.code());
    }
    headers.put("X-Error-Message", row.message());
    URI uri = URI.create(row.host() + "/some/path?signature=s3cret");
    Answer answer = new Answer(uri, row.status(), headers(headers), "", row.tokenSent());
    HerdException failure = failures().of(answer, subject());
    assertThat(failure.getMessage()).doesNotContain("s3cret");
    return failure;
  }

  private static HttpHeaders headers(Map<String, String> values) {
    Map<String, List<String>> lists = new HashMap<>();
    values.forEach((name, value) -> lists.put(name, List.of(value)));
    return HttpHeaders.of(lists, (name, value) -> true);
  }

  private static Subject subject() {
    return Subject.file(RepoId.of(ID), "mian", "config.json");
  }

  private static HubErrors failures() {
    Secret secret = Secret.clean(StubServer.TOKEN, "HF_TOKEN").orElseThrow();
    FoundToken token = new FoundToken(secret, "HF_TOKEN", List.of("the file /home/ann/token"));
    HubEnvironment env = HubEnvironment.of(Map.of(), Path.of("/home/ann"));
    return new HubErrors(new HubAccess(env, Optional.of(token), Optional.of(ANN)));
  }
}
