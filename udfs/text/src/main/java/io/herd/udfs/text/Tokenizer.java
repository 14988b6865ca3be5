package io.herd.udfs.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import io.herd.udfs.RowException;
import io.herd.udfs.SystemException;
import io.herd.udfs.UserException;
import io.herd.udfs.grammar.Vocabulary;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Converts text to token ids and back, with the same ids as transformers.
 *
 * <p>It holds one native tokenizer, in which special tokens go by private codes (see {@link
 * Specials}): special-token text in data can't become a special token, and each prompt is still
 * encoded by one call, so merges are those of the whole text. Safe for use by many threads until
 * closed.
 */
public final class Tokenizer implements AutoCloseable {
  private static final Map<String, String> AS_THE_FILE_SAYS =
      Map.of("truncation", "do_not_truncate", "padding", "do_not_pad", "addSpecialTokens", "false");

  /**
   * Maximum length: several million spaces in a row make the native regex panic, which aborts the
   * JVM; no model accepts such a prompt.
   */
  private static final int MOST_CHARS = 2_000_000;

  private final HuggingFaceTokenizer tokenizer;
  private final Specials specials;
  private final Set<String> flagged;
  private final int vocabularySize;
  private final int longestTokenChars;
  private final boolean joinsTokens;
  private final int[] before; // what the post-processor writes before a text, such as a BOS

  private Tokenizer(
      HuggingFaceTokenizer tokenizer, Specials specials, Set<String> flagged, TokenizerFile file) {
    this.tokenizer = tokenizer;
    this.specials = specials;
    this.flagged = flagged;
    this.vocabularySize = file.vocabularySize();
    this.longestTokenChars = file.longestTokenChars();
    this.joinsTokens = TokenBytes.known(file);
    this.before = before();
  }

  private int[] before() {
    int[] plain = ids("a", false);
    int[] processed = ids("a", true);
    for (int from = 0; from + plain.length <= processed.length; from++) {
      if (Arrays.equals(plain, 0, plain.length, processed, from, from + plain.length)) {
        return Arrays.copyOf(processed, from);
      }
    }
    return new int[0];
  }

  /**
   * Loads the {@code tokenizer.json} of a model's folder.
   *
   * @throws UserException when it is missing or isn't a BPE tokenizer
   * @throws SystemException when it can't be read
   */
  public static Tokenizer load(Path modelFolder) {
    Natives.prepare();
    TokenizerFile file = TokenizerFile.read(modelFolder);
    Specials specials = new Specials(file.specials());
    Set<String> flagged = Set.copyOf(file.flagged()); // before the file is coded
    byte[] json = file.coded(specials).getBytes(StandardCharsets.UTF_8);
    try {
      HuggingFaceTokenizer tokenizer =
          HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), AS_THE_FILE_SAYS);
      return new Tokenizer(tokenizer, specials, flagged, file);
    } catch (IOException e) {
      throw new SystemException("Can't load the tokenizer of " + modelFolder, e);
    } catch (RuntimeException e) {
      throw new UserException(
          "The tokenizer library refuses " + modelFolder.resolve("tokenizer.json") + ".",
          "Download the model again, or see whether transformers loads it.",
          e);
    }
  }

  /**
   * Returns the special tokens of a model's folder, for {@link PromptRenderer}; needs no native
   * library.
   *
   * @throws UserException when tokenizer.json is missing or isn't a BPE tokenizer
   */
  public static List<String> specialTokens(Path modelFolder) {
    return TokenizerFile.read(modelFolder).specials();
  }

  /** Returns the special tokens, in the order of the file. */
  public List<String> specialTokens() {
    return specials.strings();
  }

  /** Returns the ids of those texts that are special tokens and omitted by decoding. */
  public Set<Integer> specialIds(Collection<String> texts) {
    Set<Integer> ids = new HashSet<>();
    for (String text : texts) {
      if (flagged.contains(text)) {
        ids.add(ids(specials.code(text), false)[0]);
      }
    }
    return ids;
  }

  /**
   * Returns the text that each token adds to a completion; needs no native library.
   *
   * @throws UserException when tokenizer.json is missing, isn't a BPE tokenizer, or decodes tokens
   *     in a way that Herd doesn't know
   */
  public static Vocabulary vocabulary(Path modelFolder) {
    return TokenBytes.of(TokenizerFile.read(modelFolder));
  }

  /**
   * Returns the ids of a prompt.
   *
   * @param chat whether a chat template wrote the prompt: then its ids are only what the template
   *     wrote; else tokenizer.json's post-processor adds what it adds, such as a BOS, unless the
   *     prompt begins with that special token already
   * @throws RowException when the text is longer than two million characters or holds the private
   *     codes of special tokens
   */
  public int[] encode(Prompt prompt, boolean chat) {
    int chars = prompt.text().length();
    if (chars > MOST_CHARS) {
      throw tooLong(chars + " characters, more than " + MOST_CHARS);
    }
    int[] ids = ids(specials.code(prompt), !chat);
    return chat || !beginsTwice(prompt, ids)
        ? ids
        : Arrays.copyOfRange(ids, before.length, ids.length);
  }

  /**
   * Detects a second BOS: prompts that were rendered elsewhere begin with their BOS, and with two a
   * model answers differently (6 points of MMLU in princeton-pli/retaining-by-doing#5).
   */
  private boolean beginsTwice(Prompt prompt, int[] ids) {
    int own = before.length;
    return own > 0
        && !prompt.specials().isEmpty()
        && prompt.specials().get(0) == 0
        && ids.length >= 2 * own
        && Arrays.equals(ids, 0, own, ids, own, 2 * own);
  }

  /**
   * Encodes a prompt for a model with a limit of {@code maxTokens}. A text that can't fit, however
   * it is cut into tokens, is refused without being encoded.
   *
   * @throws RowException also when the prompt has more tokens than that
   */
  public int[] encode(Prompt prompt, boolean chat, int maxTokens) {
    int chars = prompt.text().length();
    if (chars > (long) maxTokens * longestTokenChars) {
      throw tooLong(chars + " characters don't fit " + limit(maxTokens));
    }
    int[] ids = encode(prompt, chat);
    if (ids.length > maxTokens) {
      throw tooLong(ids.length + " tokens, more than " + limit(maxTokens));
    }
    return ids;
  }

  /** Returns the ids of a label alone, as written: no special tokens are added or parsed. */
  public int[] encodeLabel(String label) {
    return encode(Prompt.data(label), true);
  }

  /** Decodes ids without special tokens; partial characters become U+FFFD. */
  public String decode(int[] ids) {
    String text = tokenizer.decode(wide(ids), true);
    boolean whole = flagged.size() == specials.strings().size(); // else codes are to be spelled
    return whole ? text : specials.expand(text).text();
  }

  /** Returns whether decoding concatenates the texts of tokens, apart from a leading space. */
  boolean joinsTokens() {
    return joinsTokens;
  }

  private static long[] wide(int[] ids) {
    return Arrays.stream(ids).asLongStream().toArray();
  }

  /** Decodes ids with special tokens spelled out, for people. */
  public String show(int[] ids) {
    return specials.expand(tokenizer.decode(wide(ids), false)).text();
  }

  /**
   * Returns where the tokens of a separately encoded text start, as ascending char offsets. Tokens
   * that are parts of one character start where it does.
   */
  int[] tokenStarts(String text) {
    TokenizersLibrary library = TokenizersLibrary.LIB;
    String data = specials.code(Prompt.data(text));
    long encoding = library.encode(tokenizer.getHandle(), data, false);
    try {
      CharSpan[] spans = library.getTokenCharSpans(encoding); // in code points
      int[] starts = new int[spans.length];
      int point = 0;
      int place = 0;
      for (int i = 0; i < spans.length; i++) {
        int start = spans[i] == null ? point : Math.max(point, spans[i].getStart());
        place = text.offsetByCodePoints(place, start - point);
        point = start;
        starts[i] = place;
      }
      return starts;
    } finally {
      library.deleteEncoding(encoding);
    }
  }

  /**
   * Returns the maximum number of chars for {@code tokens}, and at most half of what can be
   * encoded.
   */
  int mostChars(int tokens) {
    return (int) Math.min(MOST_CHARS / 20 * 9, (long) tokens * longestTokenChars);
  }

  /** Returns the largest id that {@link #encode} can give plus one. */
  public int vocabularySize() {
    return vocabularySize;
  }

  @Override
  public void close() {
    tokenizer.close();
  }

  private static String limit(int maxTokens) {
    return "the " + maxTokens + " tokens that it may have";
  }

  private static RowException tooLong(String problem) {
    return new RowException("the prompt is too long: " + problem);
  }

  /**
   * Avoids HuggingFaceTokenizer.encode, which also computes the tokens' strings, spans and masks.
   */
  private int[] ids(String text, boolean postProcess) {
    TokenizersLibrary library = TokenizersLibrary.LIB;
    long encoding = library.encode(tokenizer.getHandle(), text, postProcess);
    try {
      long[] wide = library.getTokenIds(encoding);
      int[] ids = new int[wide.length];
      for (int i = 0; i < wide.length; i++) {
        ids[i] = (int) wide[i];
      }
      return ids;
    } finally {
      library.deleteEncoding(encoding);
    }
  }
}
