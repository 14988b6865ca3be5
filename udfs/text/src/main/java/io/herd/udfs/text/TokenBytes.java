package io.herd.udfs.text;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.herd.udfs.UserException;
import io.herd.udfs.grammar.Vocabulary;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The bytes of each token, as the tokenizers library decodes them: in GPT-2's byte alphabet (Llama
 * 3, SmolLM2), or as SentencePiece text with bytes as {@code <0x0A>} (Llama 2).
 */
final class TokenBytes {
  private static final Pattern BYTE = Pattern.compile("<0x([0-9A-Fa-f]{2})>");
  private static final String SPACE = "\u2581";
  private static final byte[] NOTHING = {};
  private static final String REMEDY =
      "leave herd.format out, or use a model with the tokenizer of Llama 2, Llama 3 or SmolLM2.";

  private TokenBytes() {}

  static Vocabulary of(TokenizerFile file) {
    try {
      return vocabulary(file);
    } catch (NullPointerException
        | ClassCastException
        | IllegalStateException
        | UnsupportedOperationException
        | NumberFormatException e) {
      throw new UserException(
          "herd.format: the tokenizer.json has a decoder that can't be read.", REMEDY, e);
    }
  }

  /** How tokens become text. */
  private enum Decoder {
    BYTE_LEVEL,
    SENTENCE_PIECE,
    /** Drops a space at the text's beginning. */
    STRIPPING_SENTENCE_PIECE,
    OTHER
  }

  /** Returns whether decoding only joins the bytes of tokens, apart from a dropped first space. */
  static boolean known(TokenizerFile file) {
    try {
      return decoder(steps(file.decoder())) != Decoder.OTHER;
    } catch (NullPointerException
        | ClassCastException
        | IllegalStateException
        | UnsupportedOperationException
        | NumberFormatException e) {
      return false;
    }
  }

  private static Vocabulary vocabulary(TokenizerFile file) {
    List<JsonObject> steps = steps(file.decoder());
    return switch (decoder(steps)) {
      case BYTE_LEVEL -> vocabulary(file, byteLevel(), false);
      case SENTENCE_PIECE -> vocabulary(file, TokenBytes::sentencePiece, false);
      case STRIPPING_SENTENCE_PIECE -> vocabulary(file, TokenBytes::sentencePiece, true);
      case OTHER ->
          throw new UserException(
              "herd.format: the tokenizer's decoder is "
                  + new TreeSet<>(types(steps))
                  + ", which Herd can't follow.",
              REMEDY);
    };
  }

  private static Decoder decoder(List<JsonObject> steps) {
    List<String> types = types(steps);
    if (types.equals(List.of("ByteLevel"))) {
      return Decoder.BYTE_LEVEL;
    }
    boolean strips = types.equals(List.of("Replace", "ByteFallback", "Fuse", "Strip"));
    if ((strips || types.equals(List.of("Replace", "ByteFallback", "Fuse")))
        && replacesSpaces(steps.get(0))
        && (!strips || stripsOneSpace(steps.get(3)))) {
      return strips ? Decoder.STRIPPING_SENTENCE_PIECE : Decoder.SENTENCE_PIECE;
    }
    return Decoder.OTHER;
  }

  private static List<String> types(List<JsonObject> steps) {
    return steps.stream().map(step -> step.get("type").getAsString()).toList();
  }

  private static Vocabulary vocabulary(
      TokenizerFile file, Function<String, byte[]> decoder, boolean dropsFirstSpace) {
    byte[][] tokens = new byte[file.vocabularySize()][];
    Arrays.fill(tokens, NOTHING);
    Set<String> specials = Set.copyOf(file.flagged());
    file.ids()
        .forEach(
            (token, id) -> tokens[id] = specials.contains(token) ? NOTHING : decoder.apply(token));
    return new Vocabulary(List.of(tokens), dropsFirstSpace);
  }

  private static List<JsonObject> steps(JsonElement decoder) {
    if (!(decoder instanceof JsonObject step)) {
      return List.of();
    }
    return step.get("decoders") instanceof JsonArray several
        ? several.asList().stream().map(JsonElement::getAsJsonObject).toList()
        : List.of(step);
  }

  private static boolean replacesSpaces(JsonObject replace) {
    return replace.get("pattern") instanceof JsonObject pattern
        && pattern.has("String")
        && pattern.get("String").getAsString().equals(SPACE)
        && replace.get("content").getAsString().equals(" ");
  }

  private static boolean stripsOneSpace(JsonObject strip) {
    return strip.get("content").getAsString().equals(" ")
        && strip.get("start").getAsInt() == 1
        && strip.get("stop").getAsInt() == 0;
  }

  private static byte[] sentencePiece(String token) {
    Matcher single = BYTE.matcher(token);
    return single.matches()
        ? new byte[] {(byte) Integer.parseInt(single.group(1), 16)}
        : token.replace(SPACE, " ").getBytes(StandardCharsets.UTF_8);
  }

  /** A token with a character outside the alphabet is plain text. */
  private static Function<String, byte[]> byteLevel() {
    Map<Integer, Integer> alphabet = alphabet();
    return token -> {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      if (!token.codePoints().allMatch(alphabet::containsKey)) {
        return token.getBytes(StandardCharsets.UTF_8);
      }
      token.codePoints().map(alphabet::get).forEach(bytes::write);
      return bytes.toByteArray();
    };
  }

  /**
   * Returns GPT-2's alphabet: printable Latin-1 characters stand for themselves, the other bytes
   * start at U+0100.
   */
  private static Map<Integer, Integer> alphabet() {
    Map<Integer, Integer> bytes = new HashMap<>();
    int next = 0x100;
    for (int b = 0; b < 0x100; b++) {
      boolean printable = (b > ' ' && b < 0x7f) || (b > 0xa0 && b != 0xad);
      bytes.put(printable ? b : next++, b);
    }
    return bytes;
  }
}
