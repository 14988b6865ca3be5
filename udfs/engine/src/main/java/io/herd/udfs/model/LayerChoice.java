package io.herd.udfs.model;

import io.herd.udfs.grammar.NameExpressions;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The layers that an adapter is limited to.
 *
 * @param layers their numbers; empty for all of the model
 * @param names of the list that layers are in; empty for any
 */
record LayerChoice(List<Integer> layers, List<String> names, NameExpressions expressions) {
  private static final Pattern NUMBERED =
      Pattern.compile("(?<list>[A-Za-z_.]+)\\.(?<layer>\\d{1,9})\\..*");

  boolean has(String module) {
    if (layers.isEmpty()) {
      return true;
    }
    Matcher numbered = NUMBERED.matcher(module);
    return numbered.matches()
        && layers.contains(Integer.parseInt(numbered.group("layer")))
        && (names.isEmpty() || named(numbered.group("list")));
  }

  private boolean named(String list) {
    return names.stream().anyMatch(name -> expressions.match("(.*\\.)?(" + name + ")", list));
  }
}
