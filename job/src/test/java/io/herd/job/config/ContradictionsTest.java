package io.herd.job.config;

import static io.herd.job.config.ConfigurationFile.LEAST;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContradictionsTest {
  @TempDir Path directory;
  private ConfigurationFile file;

  @BeforeEach
  void open() {
    file = new ConfigurationFile(directory);
  }

  @Test
  void read_emptyFile_namesAllThatIsNeeded() {
    assertThat(file.problems("herd {}"))
        .contains("5 problems in the configuration run.conf:")
        .contains("needs exactly one of herd.model.path, herd.model.id.")
        .contains("needs exactly one of herd.input.path, herd.input.table, herd.input.sql.")
        .contains(
            "needs exactly one of herd.prompt.column, herd.prompt.template, herd.prompt.messages,"
                + " herd.prompt.messages-column.")
        .contains("needs exactly one of herd.output.path, herd.output.table.")
        .contains("herd.run.work-dir: is needed. Allowed: a path, or a URI");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "model.path = m|herd.model.path, herd.model.id: only one of them can be set",
        "input.sql = x|herd.input.path, herd.input.sql: only one of them can be set",
        "prompt.template = x|herd.prompt.column, herd.prompt.template: only one of them can be set",
        "output.table = x|herd.output.path, herd.output.table: only one of them can be set",
        "prompt { system = x, chat = off }|herd.prompt.system: needs a chat template",
        "prompt.messages-column = x|herd.prompt.column, herd.prompt.messages-column: only one of"
            + " them can be set",
        "prompt.examples { path = e, answer = \"{{ a }}\" }|herd.prompt.examples.format: is needed"
            + " with herd.prompt.examples.path",
        "prompt.examples { path = e, format = json }|herd.prompt.examples.answer: is needed with"
            + " herd.prompt.examples.path",
        "prompt.examples.k = 2|herd.prompt.examples.k: does nothing without"
            + " herd.prompt.examples.path",
        "prompt.on-overflow = truncate-end, herd.choices-column = labels|herd.prompt.on-overflow:"
            + " does nothing with herd.choices-column",
        "prompt.truncate-column = text|herd.prompt.truncate-column: does nothing while"
            + " herd.prompt.on-overflow is fail",
        "prompt { on-overflow = truncate-end, special-tokens = parse }|herd.prompt.on-overflow:"
            + " can't cut with herd.prompt.special-tokens = parse",
        "prompt.on-overflow = truncate|herd.prompt.on-overflow: \"truncate\" is not one of its"
            + " values. Allowed: fail, truncate-middle, truncate-start, truncate-end.",
        "generate.min-new-tokens = 65|herd.generate.min-new-tokens: 65 is more than max-new-tokens,"
            + " which is 64",
        "generate.samples = 2|herd.generate.samples: at temperature 0 they would all be the same",
        "generate { samples = 2, temperature = 1 }, herd.gold-column = g|herd.gold-column: is"
            + " compared with one answer per row, and herd.generate.samples is 2",
        "generate.reasoning-tags = [think]|herd.generate.reasoning-tags: are 1, and two are needed",
        "choices = [a], herd.generate.reasoning-tags = [a, b]|herd.generate.reasoning-tags: does"
            + " nothing with herd.choices",
        "format.regex = x, herd.generate.reasoning-tags = [a, b]|herd.generate.reasoning-tags: does"
            + " nothing with herd.format.regex",
        "generate.top-p = 0|herd.generate.top-p: 0 leaves no token",
        "run.max-cost = 3|herd.run.max-cost: needs a price: herd.run.cost-per-executor-hour,"
            + " cost-per-million",
        "run.over-budget = stop|herd.run.over-budget: does nothing without herd.run.max-tokens or"
            + " herd.run.max-cost",
        "run.publish-partial = true|herd.run.publish-partial: does nothing without"
            + " herd.run.max-duration, max-tokens or max-cost",
        "run.max-tokens = 0|herd.run.max-tokens: 0 is too small. Allowed: a whole number of tokens,"
            + " 1 or more",
        "engine.deterministic = true|herd.engine.deterministic: needs herd.engine.max-length as a"
            + " number",
        "model { dtype = int8, device = cuda }|herd.model.dtype: int8 is for processors, and"
            + " herd.model.device is cuda",
        "engine { deterministic = true, max-length = auto }|herd.engine.deterministic: needs"
            + " herd.engine.max-length",
        "choices = [a], herd.choices-column = c|herd.choices, herd.choices-column: only one of them"
            + " can be set",
        "choices-column = c, herd.generate.max-new-tokens = 3|herd.generate.max-new-tokens: does"
            + " nothing with herd.choices-column",
        "labelling.calibrate = true|herd.labelling.calibrate: does nothing here: it needs"
            + " herd.choices or herd.choices-column",
        "choices = [a], herd.labelling.content-free = x|herd.labelling.content-free: does nothing"
            + " here: it needs herd.labelling.calibrate = true",
        "choices = [a], herd.labelling.threshold = 0.1|herd.labelling.threshold: does nothing here:"
            + " it needs herd.labelling.multi = true",
        "choices = [a], herd.labelling { multi = true, normalize = length"
            + " }|herd.labelling.normalize: does nothing here: it needs herd.labelling.multi ="
            + " false",
        "choices = [a], herd.labelling { multi = true, question = why }|herd.labelling.question:"
            + " doesn't name the label. Write {{ label }}",
        "moderation.threshold = 0.1|herd.moderation.threshold: does nothing without herd.task ="
            + " moderation",
        "task = moderation, herd.moderation.prompt-column = a|herd.moderation.prompt-column: does"
            + " nothing with herd.prompt.column",
        "task = moderation, herd.prompt { column = null }, herd.moderation.response-column = \"my"
            + " answer\"|herd.moderation.response-column: \"my answer\" is not a name that a template"
            + " can read",
        "task = moderation, herd.choices = [a]|herd.choices: does nothing with herd.task: a row is"
            + " safe or unsafe",
        "task = moderation, herd.generate.max-new-tokens = 4|herd.generate.max-new-tokens: does"
            + " nothing with herd.task",
        "task = moderation, herd.prompt.chat = off|herd.prompt.chat: Llama Guard judges chats by"
            + " its chat template",
        "task = moderation, herd.moderation.categories { violence = x }|herd.moderation.categories:"
            + " has \"violence\", which is not a code",
        "task = moderation, herd.moderation.categories { S1 = \" \" }|herd.moderation.categories:"
            + " has no description of S1",
        "variants = x|herd.variants: is not a group of variants. Allowed: a group of keys for each",
        "variants { a = 3 }|herd.variants: has no keys in a",
        "cascade.sample = 9|herd.cascade.sample: does nothing without herd.cascade.model",
        "cascade { model.path = /m, target-agreement = 0.9 }|herd.cascade.model.path: a cascade"
            + " goes by the probability of each row's one label",
        "choices = [a], herd.cascade.model.path = /m|needs exactly one of"
            + " herd.cascade.target-agreement, herd.cascade.target-accuracy",
        "choices = [a], herd.cascade { model.path = /m, target-accuracy = 0.9"
            + " }|herd.cascade.target-accuracy: needs herd.gold-column",
        "choices = [a], herd.cascade { model { path = /m, revision = x }, target-agreement = 0.9"
            + " }|herd.cascade.model.revision: does nothing with herd.cascade.model.path",
        "choices = [a], herd.cascade { model.path = /m, target-agreement = 1.5"
            + " }|herd.cascade.target-agreement: ",
        "choices = [a], herd.cascade { model.path = /m, target-agreement = 0.9 }, herd.run {"
            + " max-duration = 1h, publish-partial = true }|herd.run.publish-partial: which model"
            + " answers",
        "choices = [a], herd.cascade { model { path = /m, dtype = int8 }, target-agreement = 0.9 },"
            + " herd.model.device = cuda|herd.cascade.model.dtype: int8 is for processors",
        "choices = [a], herd.cascade { model.path = /m, engine.kind = endpoint, target-agreement ="
            + " 0.9 }|herd.cascade.engine.url: is needed",
        "choices = [a], herd.cascade { model.path = /m, engine.url = \"http://x\", target-agreement ="
            + " 0.9 }|herd.cascade.engine.url: does nothing unless herd.cascade.engine.kind",
        "choices = [a], herd.cascade { model { path = /m, dtype = int8 }, target-agreement = 0.9,"
            + " engine { kind = endpoint, url = \"http://x\" } }|herd.cascade.model.dtype: does"
            + " nothing with herd.cascade.engine.kind",
        "choices = [a], herd.cascade { model.path = /m, target-agreement = 0.9 }, herd.engine { kind"
            + " = endpoint, url = \"http://x\" }|herd.engine.kind: a server has one model",
        "input.format = openai-batch, herd.prompt = null|herd.prompt: doesn't say what requests are"
            + " made of. For /v1/chat/completions set herd.prompt.messages-column = messages",
        "input.format = openai-batch, herd.prompt.chat = off|herd.prompt.column: \"text\" holds no"
            + " requests",
        "input.format = openai-batch, herd.prompt.column = prompt|herd.prompt.chat: is needed",
        "input.format = openai-batch, herd.prompt { column = null, messages-column = chat"
            + " }|herd.prompt.messages-column: \"chat\" holds no requests",
        "input.format = null|herd.input.format: is needed with herd.input.path. Allowed: json, csv,"
            + " parquet, orc, text or another Spark source. Example: format = json",
      })
  void read_contradiction_isSaid(String line, String message) {
    assertThat(file.problemsWith("herd." + line)).startsWith("1 problem").contains(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[]|is not a list of messages. Allowed: a list of messages, each { role = system,",
        "hello|is not a list of messages",
        "[hello]|has a message 1 that is not in braces",
        "[{ role = user }]|has a message 1 without content",
        "[{ content = x }]|has a message 1 without role",
        "[{ role = usr, content = x }]|has a message 1 with the role \"usr\"",
        "[{ role = user, contnet = x }]|has a message 1 with the key contnet; it may have role and"
            + " content",
        "[{ role = user, content = [x] }]|has a message 1 whose content is a list",
        "[{ role = user, content = x }, { role = assistant, content = y }]|ends with an"
            + " assistant message",
      })
  void read_messagesThatAreNone_areSaid(String messages, String problem) {
    assertThat(file.problems(promptOf("messages = " + messages)))
        .startsWith("1 problem")
        .contains("run.conf:3  herd.prompt.messages: " + problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "messages = [{ role = user, content = x }], chat = off|herd.prompt.messages: needs a chat"
            + " template",
        "messages-column = x, chat = off|herd.prompt.messages-column: needs a chat template",
        "messages-column = x, system = y|herd.prompt.system: does nothing with"
            + " herd.prompt.messages-column",
        "messages = [{ role = system, content = x }, { role = user, content = x }], system ="
            + " y|herd.prompt.system: does nothing with herd.prompt.messages: it has a system"
            + " message",
        "messages-column = x, on-overflow = truncate-end|herd.prompt.on-overflow: does nothing with"
            + " herd.prompt.messages-column: a complete chat can't be truncated",
        "template = x, on-overflow = truncate-end|herd.prompt.on-overflow: needs"
            + " herd.prompt.truncate-column",
      })
  void read_contradictionOfAPrompt_isSaid(String prompt, String message) {
    assertThat(file.problems(promptOf(prompt))).startsWith("1 problem").contains(message);
  }

  private static String promptOf(String keys) {
    return LEAST.replace("herd.prompt.column = \"text\"", "herd.prompt { " + keys + " }");
  }

  @Test
  void read_columnThatMayBeCut_isFine() {
    assertThat(file.problemsWith("herd.prompt.on-overflow = truncate-start"))
        .isEqualTo("no problem");
  }

  @ParameterizedTest
  @CsvSource({
    "max-new-tokens, 64",
    "min-new-tokens, 0",
    "ignore-eos, false",
    "stop, []",
    "temperature, 0",
    "top-k, 0",
    "top-p, 1",
    "min-p, 0",
    "repetition-penalty, 1",
    "presence-penalty, 0",
    "frequency-penalty, 0",
    "samples, 1",
    "logprobs, 0"
  })
  void read_choicesWithGeneration_isAContradiction(String key, String value) {
    assertThat(file.problemsWith("herd { choices = [a, b], generate." + key + " = " + value + " }"))
        .startsWith("1 problem")
        .contains(
            "run.conf:6  herd.generate."
                + key
                + ": does nothing with herd.choices: each row gets a label, and no text is"
                + " generated. Remove one");
  }

  @Test
  void read_choicesWithASeed_isFine() {
    assertThat(file.problemsWith("herd { choices = [a, b], generate.seed = 3 }"))
        .isEqualTo("no problem");
  }

  @Test
  void read_tableWithFormatAndSchema_isAContradiction() {
    String table = LEAST.replace("path = \"in.jsonl\"", "table = t, schema = \"a INT\"");
    assertThat(file.problems(table))
        .contains("run.conf:2  herd.input.format: does nothing with herd.input.table")
        .contains("run.conf:2  herd.input.schema: does nothing with herd.input.table");
  }

  @Test
  void read_localModelWithRevision_isAContradiction() {
    String local = LEAST.replace("id = \"owner/model\"", "path = m") + "herd.model.revision = v1";
    assertThat(file.problems(local))
        .contains("run.conf:6  herd.model.revision: does nothing with herd.model.path");
  }

  @ParameterizedTest
  @CsvSource({
    "output.path, in.jsonl/x, inside herd.input.path",
    "output.path, in.jsonl, the same as herd.input.path",
    "output.path, ., herd.input.path: is inside herd.output.path",
    "run.work-dir, out/work, inside herd.output.path",
    "output.path, work/results, herd.output.path: is inside herd.run.work-dir",
    "output.path, work, the same as herd.output.path",
    "output.path, 'a[1]', 'a[1] has one of [ ] { } * ?'",
    "run.work-dir, 'w{a,b}', herd.run.work-dir: ",
    "run.work-dir, in.jsonl/, the same as herd.input.path"
  })
  void read_placesInOneAnother_areAContradiction(String key, String path, String message) {
    assertThat(file.problemsWith("", "herd." + key + "=" + path)).contains(message);
  }

  @Test
  void read_sameFileUriAndPath_isAContradiction() {
    for (String spelling : List.of("file://", "file:", "file://localhost", "file:///x/../")) {
      assertThat(file.problemsWith("", "herd.output.path=" + spelling + directory + "/in.jsonl/"))
          .contains("override  herd.output.path: is the same as herd.input.path");
    }
  }

  @Test
  void read_outputBesideInput_isFine() {
    assertThat(file.problemsWith("", "herd.output.path=in.jsonl-out")).isEqualTo("no problem");
  }
}
