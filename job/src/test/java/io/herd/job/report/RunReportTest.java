package io.herd.job.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.herd.job.page.Reports;
import io.herd.job.workdir.WorkDir;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunReportTest {

  /** Programs read {@code run.json} by these names: they are 0.1.0's, and newer ones. */
  @Test
  void writeJson_aReport_isWhatItWas(@TempDir Path directory) throws IOException {
    new WorkDir(directory.toString(), new Configuration(false))
        .writeJson("run.json", Reports.of("x"));

    JsonObject written = json(directory.resolve("run.json"));
    JsonObject before = json(Path.of("src/test/resources/reports/run.json"));
    assertThat(written).isEqualTo(before);
    assertThat(List.copyOf(written.keySet())).isEqualTo(List.copyOf(before.keySet()));
  }

  private static JsonObject json(Path file) throws IOException {
    return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
  }
}
