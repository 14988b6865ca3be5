package io.herd.udfs.quantized;

import io.herd.udfs.checkpoint.WeightTensor;
import io.herd.udfs.grammar.NameExpressions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The format of llm-compressor: groups of modules, each with a scheme. Schemes for activations and
 * for the cache are left out, since both stay in the engine's type.
 */
final class CompressedTensors implements Format {
  private static final String EXPRESSION = "re:";
  private static final int MOST_GROUPS = 1_000;

  private final List<CompressedScheme> schemes;
  private final NameExpressions expressions;

  private CompressedTensors(List<CompressedScheme> schemes, NameExpressions expressions) {
    this.schemes = schemes;
    this.expressions = expressions;
  }

  static CompressedTensors of(QuantizationValues config) {
    String sparsity = config.group("sparsity_config").text("format");
    if (!sparsity.isEmpty() && !sparsity.equals("dense")) {
      throw config.unread("compressed-tensors of the sparsity format " + sparsity);
    }
    if (config.filled("transform_config")) {
      throw config.unread("compressed-tensors with a transform_config");
    }
    QuantizationValues groups = config.group("config_groups");
    if (groups.json().size() == 0 || groups.json().size() > MOST_GROUPS) {
      throw config.unread("compressed-tensors with " + groups.json().size() + " config_groups");
    }
    List<CompressedScheme> schemes = new ArrayList<>();
    for (String name : groups.json().keySet()) {
      schemes.add(CompressedScheme.of(groups.group(name), config.text("format")));
    }
    return new CompressedTensors(schemes, new NameExpressions(config.file().toString()));
  }

  @Override
  public String words() {
    return schemes.stream()
        .map(CompressedScheme::words)
        .distinct()
        .collect(Collectors.joining(" and ", "compressed-tensors ", ""));
  }

  @Override
  public List<String> markers() {
    return List.of(CompressedScheme.PACKED, CompressedScheme.SCALE);
  }

  @Override
  public WeightTensor weight(Parts parts) throws IOException {
    return schemes.stream()
        .filter(scheme -> rank(scheme, parts.module()) > 0)
        .max(Comparator.comparingInt(scheme -> rank(scheme, parts.module())))
        .orElseThrow(() -> parts.refused("none of config_groups has it as a target"))
        .weight(parts);
  }

  /** Ranks names before expressions, and both before classes; 0 for no match. */
  private int rank(CompressedScheme scheme, String module) {
    return scheme.targets().stream().mapToInt(target -> rank(target, module)).max().orElse(0);
  }

  private int rank(String target, String module) {
    if (target.startsWith(EXPRESSION)) {
      String expression = target.substring(EXPRESSION.length());
      return expressions.match("(" + expression + ").*", module) ? 2 : 0;
    }
    if (target.equals(module)) {
      return 3;
    }
    return target.equals(module.endsWith("embed_tokens") ? "Embedding" : "Linear") ? 1 : 0;
  }
}
