package io.herd.udfs.quantized;

import io.herd.udfs.checkpoint.ElementType;
import io.herd.udfs.checkpoint.StoredTensor;
import io.herd.udfs.checkpoint.WeightTensor;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * How some modules are stored.
 *
 * @param targets their names, expressions or classes
 * @param packed whether integers lie in words of 32 bits
 * @param floats whether numbers are FP8, else integers
 * @param strategy what has a scale in common
 * @param group columns with a scale in common, or 0
 * @param block rows and columns with a scale in common, or nothing
 * @param words such as {@code W4A16}
 */
record CompressedScheme(
    List<String> targets,
    boolean packed,
    boolean floats,
    int bits,
    String strategy,
    int group,
    List<Long> block,
    boolean symmetric,
    String words) {
  static final String PACKED = "weight_packed";
  static final String SCALE = "weight_scale";

  private static final String SHAPE = "weight_shape";
  private static final String ZERO = "weight_zero_point";
  private static final long MOST_COLUMNS = 1L << 24;
  private static final Set<String> PLAIN =
      Set.of("int-quantized", "float-quantized", "naive-quantized");

  static CompressedScheme of(QuantizationValues group, String formatOfAll) {
    String format = group.text("format").isEmpty() ? formatOfAll : group.text("format");
    boolean packed = format.equals("pack-quantized");
    if (!packed && !PLAIN.contains(format)) {
      throw group.unread("compressed-tensors of the format " + format);
    }
    QuantizationValues weights = group.group("weights");
    int bits = weights.integer("num_bits", 8);
    boolean floats = weights.text("type").equals("float");
    String strategy = weights.text("strategy");
    boolean bytes = bits == 8 && !(floats && packed);
    boolean nibbles = bits == 4 && packed && !floats;
    if (!(bytes || nibbles) || !group.filled("weights")) {
      throw group.unread(
          "compressed-tensors with " + bits + " bits of type " + weights.text("type"));
    }
    if (!Set.of("tensor", "channel", "group", "block").contains(strategy)) {
      throw group.unread("compressed-tensors with scales by " + strategy);
    }
    int activations = group.group("input_activations").integer("num_bits", 16);
    return new CompressedScheme(
        group.texts("targets"),
        packed,
        floats,
        bits,
        strategy,
        strategy.equals("group") ? weights.integer("group_size", 128) : 0,
        strategy.equals("block") ? weights.sizes("block_structure") : List.of(),
        !weights.json().has("symmetric") || weights.flag("symmetric"),
        floats && activations == 8 ? "FP8" : "W" + bits + "A" + activations);
  }

  WeightTensor weight(Parts parts) throws IOException {
    Codes codes = codes(parts);
    StoredTensor scales = parts.take(SCALE, Parts.DENSE);
    Scaling scaling = scaling(parts, codes, scales);
    parts.drop("input_scale", "input_zero_point", "output_scale", "output_zero_point");
    return new Dequantized(scaling.of(codes), scales.type());
  }

  private Codes codes(Parts parts) throws IOException {
    if (!packed) {
      List<ElementType> types = floats ? List.of(ElementType.F8_E4M3) : List.of(ElementType.I8);
      return new ByteCodes(parts.matrix("weight", types));
    }
    StoredTensor words = parts.matrix(PACKED, List.of(ElementType.I32));
    StoredTensor stored = parts.take(SHAPE, List.of(ElementType.I64, ElementType.I32));
    parts.requireShape(SHAPE, stored, 2, 1);
    long columns = (long) Numbers.floats(stored)[1];
    parts.require(columns > 0 && columns < MOST_COLUMNS, "%s has %d columns", SHAPE, columns);
    parts.requireShape(PACKED, words, words.rows(), PackedCodes.words(columns, bits));
    return new PackedCodes(words, columns, bits, offset());
  }

  /** Returns the offset that makes the integers positive before packing. */
  private int offset() {
    return 1 << (bits - 1);
  }

  private Scaling scaling(Parts parts, Codes codes, StoredTensor scales) {
    long rows = codes.rows();
    long columns = codes.columns();
    long rowBlock = 1;
    long columnBlock = columns;
    switch (strategy) {
      case "tensor" -> rowBlock = rows;
      case "group" -> columnBlock = group;
      case "block" -> {
        parts.require(block.size() == 2, "block_structure isn't two sizes");
        rowBlock = block.get(0);
        columnBlock = block.get(1);
      }
      default -> {} // a scale for each row
    }
    parts.require(
        !strategy.equals("group") || columns % group == 0,
        "%d columns aren't whole groups of %d",
        columns,
        group);
    long blocks = Scaling.count(rows, rowBlock);
    long groups = Scaling.count(columns, columnBlock);
    parts.requireShape(SCALE, scales, blocks, groups);
    Scaling.Groups neighbours = Scaling.neighbours(columns, columnBlock);
    Scaling.Groups groupOf = parts.groups("weight_g_idx", columns, groups, neighbours);
    return Scaling.blocks(scales, zeros(parts, blocks, groups), groupOf, rowBlock);
  }

  private Scaling.Zeros zeros(Parts parts, long rows, long columns) {
    if (!parts.has(ZERO)) {
      parts.require(symmetric, "there is no " + ZERO);
      return null;
    }
    if (!packed || symmetric) {
      StoredTensor zeros =
          parts.take(
              ZERO, List.of(ElementType.I8, ElementType.F8_E4M3, ElementType.I32, ElementType.I64));
      parts.requireShape(ZERO, zeros, rows, columns);
      return () -> Numbers.floats(zeros);
    }
    StoredTensor zeros = parts.take(ZERO, ElementType.I32);
    parts.requireShape(ZERO, zeros, PackedCodes.words(rows, bits), columns);
    return () -> PackedZeros.down(zeros, rows, bits, offset());
  }
}
