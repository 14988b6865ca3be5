package io.herd.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What people do with runs that are there, by the real launcher and the built jar. */
@Tag("large")
@ExtendWith(SharedSpark.class)
class ReviewIT {
  private static final String GOLD = "herd.gold-column=human_label";

  @Test
  void herd_correctionsAndComparison_areToldForPeopleAndPrograms(
      SparkSession spark, @TempDir Path directory) throws Exception {
    Workplace place = new Workplace(spark, directory).input(Workplace.reviews(0, 40));
    place.run(Workplace.LABEL, GOLD);
    String other = "herd.prompt.template=Is this good or bad? {{ text }}\nIt is";
    place.run(Workplace.LABEL, GOLD, other, "herd.run.work-dir=work2", "herd.output.path=out2");

    Launched.start(directory, "review", "work", "--write", "look.jsonl", "-n", "10").ends(0);
    List<String> lines = Files.readAllLines(directory.resolve("look.jsonl"));
    assertThat(lines).hasSize(10);
    JsonObject first = JsonParser.parseString(lines.get(0)).getAsJsonObject();
    first.addProperty("right", first.get("answer").getAsString());
    Files.writeString(directory.resolve("look.jsonl"), first + "\n");

    Launched review = Launched.start(directory, "review", "work", "look.jsonl", "--json").ends(0);
    assertThat(json(review).get("looked").getAsLong()).isEqualTo(1);
    assertThat(json(review).get("gold_changed").getAsLong()).isEqualTo(1);

    Launched compared = Launched.start(directory, "compare", "work", "work2", "--json").ends(0);
    assertThat(json(compared).get("rows_both").getAsLong()).isEqualTo(40);
    assertThat(Launched.start(directory, "compare", "work", "work2").ends(0).out())
        .contains("work2")
        .contains("accuracy");
    assertThat(Launched.start(directory, "compare", "work", "nowhere").ends(2).err())
        .contains("nowhere");
  }

  private static JsonObject json(Launched launched) throws IOException {
    return JsonParser.parseString(launched.out()).getAsJsonObject();
  }
}
