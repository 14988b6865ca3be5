package io.herd.chaos;

import java.nio.file.Path;
import java.util.Locale;

/** What a scenario's rows are for: the keys that say so, beside those that all have. */
enum Feature {
  /** Texts of prompts that have little in common. */
  TEXTS(""),
  /** Answers about a few documents: grouped, copied from other rows and proposed by lookup. */
  DOCUMENTS("engine.deterministic = false"),
  /** Labels by two models, the first of which is the second with an adapter. */
  CASCADE(
      Feature.LABELS
          + """
          model.adapter = "%adapter"
          cascade {
            model { path = "%model", dtype = float32 }
            target-agreement = 0.6, sample = 40, seed = 3
          }
          """),
  /** Labels by two models, the second of which is a server's. */
  SERVED_CASCADE(
      Feature.LABELS
          + """
          cascade {
            model.path = "%model"
            engine { kind = endpoint, url = "%server" }
            target-agreement = 0.4, sample = 40, seed = 3
          }
          """),
  /** OpenAI's batch file in and out, in order. */
  BATCH(
      """
      input { format = openai-batch, schema = null }
      prompt { column = null, messages-column = messages, chat = auto }
      output { format = openai-batch, order = input, files = 1 }
      """),
  /** A sample of two prompts, then the run of one of them. */
  VARIANTS(
      Feature.LABELS
          + """
          input.schema = "id STRING, text STRING, gold STRING"
          gold-column = gold
          variants { plain {}, blunt { prompt.template = "{{ text }} It was" } }
          """),
  /** Texts that take several runs, because each ends when its budget is used up. */
  BUDGET("run.over-budget = stop");

  static final Path MODEL = Path.of("../data-samples/tiny-llama").toAbsolutePath();

  private static final Path ADAPTER =
      Path.of("../udfs/test-resources/adapters/sample").toAbsolutePath();

  /** Rows of the variants' sample. */
  static final int SAMPLE = 40;

  private static final String LABELS =
      """
      prompt { column = null, template = "Review: {{ text }}\\nSentiment:" }
      generate = null
      choices = [" positive", " negative"]
      """;

  /** Tokens of a run with a budget, and how many more the next one has. */
  private static final int BUDGETED = 2000;

  private static final int MORE = 1000;

  private final String keys;

  Feature(String keys) {
    this.keys = keys;
  }

  /** The keys, which replace those before them. */
  String keys(String server) {
    String all =
        keys.replace("%server", server)
            .replace("%model", MODEL.toString())
            .replace("%adapter", ADAPTER.toString());
    return "herd {\n" + all + "\n}\n";
  }

  /** A row, whose text may be null. */
  String line(String id, String text, int number) {
    String content = text == null ? "" : ",\"text\":\"%s\"".formatted(text);
    String gold =
        this == VARIANTS && number % 3 > 0
            ? ",\"gold\":\"%s\"".formatted(number % 3 == 1 ? "positive" : "negative")
            : "";
    return this == BATCH
        ? request(id, text, number)
        : "{\"id\":\"" + id + "\"" + content + gold + "}";
  }

  /** Every second one draws its tokens. */
  private static String request(String id, String text, int number) {
    return text == null
        ? "{\"custom_id\":\"" + id
        : String.format(
            Locale.ROOT,
            "{\"custom_id\":\"%s\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":"
                + "{\"temperature\":%s,\"seed\":%d,\"messages\":"
                + "[{\"role\":\"user\",\"content\":\"%s\"}]}}",
            id,
            number % 2 == 0 ? "0" : "0.8",
            number,
            text);
  }

  /** What the command of the run has beside the file, the first of a place having the number 1. */
  String[] overrides(int run) {
    return switch (this) {
      case VARIANTS -> new String[] {"herd.variant=blunt"};
      case BUDGET -> new String[] {"herd.run.max-tokens=" + (BUDGETED + run * MORE)};
      case TEXTS, DOCUMENTS, CASCADE, SERVED_CASCADE, BATCH -> new String[0];
    };
  }
}
