package io.herd.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What Spark shows to browsers of a run that is under way: its UI, the master's, the workers'. */
final class LivePages {
  private static final Pattern STARTED =
      Pattern.compile("started service '(SparkUI|MasterUI|WorkerUI)' on port (\\d+)");
  private static final List<String> JSON =
      List.of(
          "environment",
          "allexecutors",
          "executors/driver/threads",
          "jobs",
          "stages?details=true",
          "sql",
          "storage/rdd");
  private static final List<String> HTML =
      List.of(
          "/environment/",
          "/executors/",
          "/executors/threadDump/?executorId=driver",
          "/executors/threadDump/?executorId=0",
          "/executors/heapHistogram/?executorId=0",
          "/jobs/",
          "/stages/",
          "/SQL/",
          "/storage/");
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private LivePages() {}

  /**
   * All of them by their addresses.
   *
   * @param log of the run, which names the ports
   */
  static Map<String, String> read(String log) throws IOException, InterruptedException {
    Map<String, String> pages = new TreeMap<>();
    for (MatchResult service : STARTED.matcher(log).results().toList()) {
      URI uri = URI.create("http://127.0.0.1:" + service.group(2));
      boolean application = service.group(1).equals("SparkUI");
      for (String path : application ? paths(uri) : List.of("/", "/json/")) {
        pages.put(service.group(1) + path, text(uri.resolve(path)));
      }
    }
    return pages;
  }

  /** What the run's own UI has at a path. */
  static String ofRun(String log, String path) throws IOException, InterruptedException {
    MatchResult ui =
        STARTED
            .matcher(log)
            .results()
            .filter(each -> each.group(1).equals("SparkUI"))
            .findFirst()
            .orElseThrow();
    return text(URI.create("http://127.0.0.1:" + ui.group(2)).resolve(path));
  }

  private static List<String> paths(URI ui) throws IOException, InterruptedException {
    String api = "/api/v1/applications";
    String id =
        JsonParser.parseString(text(ui.resolve(api)))
            .getAsJsonArray()
            .get(0)
            .getAsJsonObject()
            .get("id")
            .getAsString();
    List<String> paths = new java.util.ArrayList<>(HTML);
    JSON.forEach(part -> paths.add(api + "/" + id + "/" + part));
    return paths;
  }

  static String text(URI uri) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        CLIENT.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(uri.toString()).isEqualTo(200);
    return answer.body();
  }
}
