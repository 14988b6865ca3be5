package io.herd.udfs.quantized;

import io.herd.udfs.checkpoint.ElementType;
import io.herd.udfs.checkpoint.StoredTensor;
import io.herd.udfs.checkpoint.WeightTensor;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * GPTQ (Frantar et al. 2022) as AutoGPTQ and GPTQModel save it.
 *
 * @param group columns with a scale in common, or -1 for all
 * @param less what zero points were reduced by before they were packed, in each field of a word
 */
record Gptq(int bits, int group, int less) implements Format {
  private static final Map<Integer, Integer> ONES = Map.of(4, 0x11111111, 8, 0x01010101);

  static Gptq of(QuantizationValues config) {
    int bits = config.integer("bits", 0);
    if (!ONES.containsKey(bits)) {
      throw config.unread("gptq of " + bits + " bits");
    }
    String layout = config.text("checkpoint_format");
    layout = layout.isEmpty() ? config.text("format") : layout;
    if (!Set.of("", "gptq", "gptq_v2").contains(layout)) {
      throw config.unread("gptq of the format " + layout);
    }
    for (String each : config.group("dynamic").json().keySet()) {
      if (!each.startsWith("-:")) { // others leave modules out
        throw config.unread("gptq with a dynamic scheme for " + each);
      }
    }
    return new Gptq(bits, config.size("group_size"), layout.equals("gptq_v2") ? 0 : ONES.get(bits));
  }

  @Override
  public String words() {
    return "GPTQ " + bits + "-bit" + (group < 0 ? "" : " in groups of " + group);
  }

  @Override
  public List<String> markers() {
    return List.of("qweight");
  }

  @Override
  public WeightTensor weight(Parts parts) {
    Codes codes = new ColumnCodes(parts.take("qweight", ElementType.I32), bits);
    StoredTensor scales = parts.take("scales", Parts.DENSE);
    StoredTensor zeros = parts.take("qzeros", ElementType.I32);
    long size = group < 0 ? codes.columns() : group;
    long groups = Scaling.count(codes.columns(), size);
    parts.requireShape("scales", scales, groups, codes.rows());
    parts.requireShape("qzeros", zeros, groups, PackedCodes.words(codes.rows(), bits));
    Scaling.Groups neighbours = Scaling.neighbours(codes.columns(), size);
    Scaling.Groups groupOf = parts.groups("g_idx", codes.columns(), groups, neighbours);
    Scaling scaling = Scaling.transposed(scales, () -> zeros(zeros, scales), groupOf);
    return new Dequantized(scaling.of(codes), scales.type());
  }

  /** Added to whole words, fields that overflow into the next included, as the tools do. */
  private float[] zeros(StoredTensor packed, StoredTensor scales) throws IOException {
    int[] words = Numbers.ints(packed);
    for (int i = 0; i < words.length; i++) {
      words[i] += less;
    }
    int[] order = IntStream.range(0, Integer.SIZE / bits).toArray();
    return PackedZeros.along(words, (int) scales.rows(), (int) scales.columns(), bits, order);
  }
}
