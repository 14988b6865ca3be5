package io.herd.job;

import static io.herd.job.Workplace.COMPLETE;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Questions about documents: what prompts begin with is computed once. */
@ExtendWith(SharedSpark.class)
class SharedPromptsTest {
  private static final int DOCUMENTS = 12;
  private static final int QUESTIONS = 8;

  private static final String SMALL =
      "herd { prompt.chat = off, prompt.template = \"{{ text }}\", engine.max-length = 256 }\n";

  private Workplace place;

  @BeforeEach
  void makePlace(SparkSession spark, @TempDir Path directory) {
    place = new Workplace(spark, directory).input(questions());
  }

  private static List<String> questions() {
    List<String> rows = new ArrayList<>();
    Random random = new Random(3);
    for (int d = 0; d < DOCUMENTS; d++) {
      String document = String.join(" ", words(random, 60));
      for (int q = 0; q < QUESTIONS; q++) {
        String question = String.join(" ", words(random, 4));
        rows.add(
            String.format(
                Locale.ROOT,
                "{\"id\": \"%d-%d\", \"text\": \"%s ? %s\"}",
                d,
                q,
                document,
                question));
      }
    }
    Collections.shuffle(rows, random);
    return rows;
  }

  private static List<String> words(Random random, int count) {
    return random.ints(count, 0, 900).mapToObj(Integer::toString).toList();
  }

  @Test
  void run_documents_givesWhatItDoesWithoutSharingAndSaysWhatWasSaved() {
    assertThat(place.plan(COMPLETE + SMALL).printed())
        .containsPattern("shared    [0-9,]+ tokens are distinct, [0-9,]+ \\((7|8)\\d\\.\\d %\\)");
    Workplace.Ended ended = place.run(COMPLETE + SMALL);
    Map<String, String> shared = texts();
    long tokens = place.reported("tokens_in");
    assertThat((double) place.reported("tokens_copied") / tokens).isBetween(0.6, 0.9);
    assertThat(ended.printed()).contains(" of prompts copied from others");

    String apart = "herd { run.work-dir = apart, engine.deterministic = true, engine.slots = 2 }\n";
    place.run(COMPLETE + SMALL + apart, "herd.output.mode=overwrite");
    assertThat(texts()).isEqualTo(shared).hasSize(DOCUMENTS * QUESTIONS);
  }

  private Map<String, String> texts() {
    Map<String, String> texts = new HashMap<>();
    for (Row row : place.output().select("id", "completion").collectAsList()) {
      texts.put(row.getString(0), row.getString(1));
    }
    return texts;
  }
}
