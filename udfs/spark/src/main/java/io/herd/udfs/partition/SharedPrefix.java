package io.herd.udfs.partition;

import java.util.Iterator;
import java.util.List;

/** The tokens that all prompts begin with: they are computed once. */
public final class SharedPrefix {
  /** A shorter prefix isn't worth handling. */
  private static final int LEAST = 8;

  private SharedPrefix() {}

  /** Of prompts; each keeps a token of its own. */
  public static List<Integer> of(Iterable<List<Integer>> prompts) {
    Iterator<List<Integer>> rest = prompts.iterator();
    if (!rest.hasNext()) {
      return List.of();
    }
    List<Integer> first = rest.next();
    int shortest = first.size();
    int common = first.size();
    while (rest.hasNext()) {
      List<Integer> prompt = rest.next();
      shortest = Math.min(shortest, prompt.size());
      common = Math.min(common, common(first, prompt));
    }
    return worthIt(first, Math.min(common, shortest - 1));
  }

  /** Of all prompts whose least and greatest in the order of lists are these. */
  public static List<Integer> between(List<Integer> least, List<Integer> greatest, int shortest) {
    return worthIt(least, Math.min(common(least, greatest), shortest - 1));
  }

  private static int common(List<Integer> a, List<Integer> b) {
    int n = 0;
    while (n < Math.min(a.size(), b.size()) && a.get(n).equals(b.get(n))) {
      n++;
    }
    return n;
  }

  private static List<Integer> worthIt(List<Integer> prompt, int length) {
    return length < LEAST ? List.of() : List.copyOf(prompt.subList(0, length));
  }
}
