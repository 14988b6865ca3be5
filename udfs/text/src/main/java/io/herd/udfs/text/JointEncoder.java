package io.herd.udfs.text;

import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tokenizes prompt and text together, and returns the text's tokens: those beyond the tokens that
 * the prompt has in every case. Encoded by itself, a text has other tokens: SentencePiece gives it
 * a space of its own, and byte-level merges that cross the border are lost.
 *
 * <p>This is how lm-evaluation-harness compares labels, which moves a space at the prompt's end to
 * them. Here all tokens move that a text can change, so that no score is that of tokens which no
 * text has: {@code "a:"} and {@code ":b"} may make {@code "a", "::", "b"}.
 *
 * <p>What is added depends on the prompt's last tokens only: merges don't cross a border between
 * tokens, and two tokens that stay as they are fence off what is before them. So prompts that end
 * alike share one look. Used by one thread.
 */
public final class JointEncoder {
  /** Long enough for {@link #FENCE} and for the words that a text may change. */
  private static final int TAIL_CHARS = 128;

  /** Number of tokens that must be equal and unchanged before the first one that changes. */
  private static final int FENCE = 2;

  /**
   * Number of last tokens that are the key of a cached result: few, so that many prompts share it.
   */
  private static final int[] KEPT_UNDER = {FENCE + 2, FENCE + 14};

  private static final int MOST_KEPT = 4096;

  /**
   * A prompt's tokens and those of each text.
   *
   * @param prompt the tokens that stay as they are whichever text follows; at least one
   * @param added the tokens after these, for each text
   */
  public record Joined(int[] prompt, List<int[]> added) {}

  private record Key(IntBuffer end, List<String> texts) {}

  /**
   * The changes at a prompt's end.
   *
   * @param dropped tokens of the prompt that don't stay in every case
   */
  private record End(int dropped, List<int[]> added) {}

  private final Tokenizer tokenizer;
  private final Map<Key, End> ends = new HashMap<>();

  public JointEncoder(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /**
   * Joins texts to a prompt.
   *
   * @param ids the prompt's, from {@link Tokenizer#encode}
   * @param texts data, as it is written
   * @return empty when no token of the prompt stays, or a text adds none
   */
  public Optional<Joined> join(Prompt prompt, int[] ids, List<String> texts) {
    End end = known(ids, texts);
    if (end == null) {
      end = look(prompt, ids, texts);
      keep(ids, texts, end);
    }
    int stay = ids.length - end.dropped();
    if (stay < 1 || end.added().stream().anyMatch(tokens -> tokens.length == 0)) {
      return Optional.empty();
    }
    return Optional.of(new Joined(Arrays.copyOf(ids, stay), end.added()));
  }

  private End known(int[] ids, List<String> texts) {
    for (int last : KEPT_UNDER) {
      End end = ids.length < last ? null : ends.get(key(ids, last, texts));
      if (end != null) {
        return end;
      }
    }
    return null;
  }

  private void keep(int[] ids, List<String> texts, End end) {
    if (ends.size() >= MOST_KEPT) {
      ends.clear();
    }
    for (int last : KEPT_UNDER) {
      if (end.dropped() + FENCE <= last && last <= ids.length) {
        ends.put(key(ids, last, texts), end);
        return;
      }
    }
  }

  private static Key key(int[] ids, int last, List<String> texts) {
    return new Key(IntBuffer.wrap(Arrays.copyOfRange(ids, ids.length - last, ids.length)), texts);
  }

  private End look(Prompt prompt, int[] ids, List<String> texts) {
    Prompt tail = prompt.last(TAIL_CHARS);
    int[] plain = plain(tail);
    End end = end(tail, plain, texts);
    int same = end.dropped() + FENCE;
    boolean fenced =
        same <= Math.min(plain.length, ids.length)
            && Arrays.equals(
                plain, plain.length - same, plain.length, ids, ids.length - same, ids.length);
    return fenced ? end : whole(prompt, ids, texts);
  }

  /** Tokenizes everything: slow, and right for every tokenizer. */
  private End whole(Prompt prompt, int[] ids, List<String> texts) {
    int[] plain = plain(prompt);
    End end = end(prompt, plain, texts);
    return new End(end.dropped() + behind(ids, plain), end.added());
  }

  /**
   * Returns the number of tokens that a post-processor added after the prompt's own, such as an end
   * of text.
   */
  private static int behind(int[] ids, int[] plain) {
    for (int after = 0; after <= ids.length - plain.length; after++) {
      int end = ids.length - after;
      if (Arrays.equals(ids, end - plain.length, end, plain, 0, plain.length)) {
        return after;
      }
    }
    throw new IllegalArgumentException("the ids aren't the prompt's");
  }

  private End end(Prompt prompt, int[] plain, List<String> texts) {
    List<int[]> joint = new ArrayList<>();
    int stay = plain.length;
    for (String text : texts) {
      int[] ids = plain(prompt.followedBy(text));
      int differs = Arrays.mismatch(plain, ids);
      stay = differs < 0 ? stay : Math.min(stay, differs);
      joint.add(ids);
    }
    int from = stay;
    List<int[]> added =
        joint.stream().map(ids -> Arrays.copyOfRange(ids, from, ids.length)).toList();
    return new End(plain.length - stay, added);
  }

  private int[] plain(Prompt prompt) {
    return tokenizer.encode(prompt, true);
  }
}
