package io.herd.job;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** conf/grafana.json. */
final class Dashboard {
  private static final Pattern NAME = Pattern.compile("__name__=~\"([^\"]+)\"");

  private Dashboard() {}

  /** The metrics that its panels ask for, as Prometheus matches them: regular expressions. */
  static Set<String> names() throws IOException {
    Set<String> names = new TreeSet<>();
    String json = Files.readString(Path.of("../conf/grafana.json"));
    for (JsonElement panel :
        JsonParser.parseString(json).getAsJsonObject().getAsJsonArray("panels")) {
      for (JsonElement target : panel.getAsJsonObject().getAsJsonArray("targets")) {
        Matcher name = NAME.matcher(target.getAsJsonObject().get("expr").getAsString());
        while (name.find()) {
          names.add(name.group(1));
        }
      }
    }
    return names;
  }
}
