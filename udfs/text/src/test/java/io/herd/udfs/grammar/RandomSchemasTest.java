package io.herd.udfs.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.gson.JsonObject;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import io.herd.udfs.RealModel;
import io.herd.udfs.text.Tokenizer;
import java.nio.file.Path;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Documents that are written by chance within the masks, read by a standard validator. */
class RandomSchemasTest {
  private static final int SCHEMAS = 500;
  private static final int DOCUMENTS = 4;
  private static final ObjectMapper STRICT =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
          .build();

  private final SplittableRandom random = new SplittableRandom(2026);

  @Test
  void write_bytesAndSomePieces_isAlwaysValid() throws JsonProcessingException {
    Vocabulary vocabulary =
        Texts.vocabulary(
            false, "\"", "\":", "\",", ", ", "{\"", "\"}", "true", "12", "00", "é", "日", "\\\"",
            "\\", "name", " the", "abc", ".5", "]}", "},{", "null", " ");
    writtenDocumentsAreValid(vocabulary, Set.of(Texts.END), SCHEMAS);
  }

  @Test
  void write_realTokenizer_isAlwaysValid() throws JsonProcessingException {
    Path model = Path.of("../../data-samples/tiny-llama");
    writtenDocumentsAreValid(Tokenizer.vocabulary(model), Set.of(4089), SCHEMAS / 5);
  }

  @Test
  @Tag("real")
  void write_smolLm2sTokenizer_isAlwaysValid() throws JsonProcessingException {
    writtenDocumentsAreValid(Tokenizer.vocabulary(RealModel.folder()), Set.of(2), SCHEMAS / 5);
  }

  @Test
  @Tag("real")
  @Tag("deep")
  void write_smolLm2sTokenizerAndManySchemas_isAlwaysValid() throws JsonProcessingException {
    writtenDocumentsAreValid(Tokenizer.vocabulary(RealModel.folder()), Set.of(2), SCHEMAS);
  }

  private void writtenDocumentsAreValid(Vocabulary vocabulary, Set<Integer> ends, int schemas)
      throws JsonProcessingException {
    for (int i = 0; i < schemas; i++) {
      JsonObject schema = RandomSchemas.next(random);
      JsonSchema standard =
          JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(schema.toString());
      Grammar grammar = Grammar.of(Format.jsonSchema(schema.toString()), vocabulary, ends);
      for (int document = 0; document < DOCUMENTS; document++) {
        int budget = grammar.leastTokens() + random.nextInt(1 + 40 * document);
        Texts.Written written = Texts.write(grammar, ends, budget, random);
        assertThat(written.ids()).hasSizeLessThanOrEqualTo(budget);
        String text = written.text(vocabulary);
        JsonNode parsed = STRICT.readTree(text);
        assertThat(standard.validate(parsed)).as("%s by %s", text, schema).isEmpty();
      }
    }
  }
}
