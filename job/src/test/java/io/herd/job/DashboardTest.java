package io.herd.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.runtime.EngineMetrics;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The dashboard against the code; {@link MetricsTest} has it against a running session. */
class DashboardTest {
  private static final String PREFIX = "metrics_.+_HerdPlugin_";

  @Test
  void dashboard_namesMetrics_thatThePluginHas() throws IOException {
    Set<String> asked = new TreeSet<>();
    for (String name : Dashboard.names()) {
      assertThat(name).startsWith(PREFIX).endsWith("_Value");
      asked.add(name.substring(PREFIX.length(), name.length() - "_Value".length()));
    }

    assertThat(EngineMetrics.NAMES).containsAll(asked);
    assertThat(asked)
        .contains(
            "queue", "slots_used", "kv_tokens_used", "prefix_hit_tokens", "oom_retries", "steps");
  }
}
