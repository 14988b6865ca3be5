package io.herd.udfs.quantized;

import io.herd.udfs.checkpoint.ElementType;
import io.herd.udfs.checkpoint.StoredTensor;
import io.herd.udfs.checkpoint.WeightTensor;
import java.util.List;
import java.util.Set;

/**
 * FP8 beside scales: as transformers and DeepSeek save it ({@code fp8}), with a scale for each
 * block or one for all; as AutoFP8 does, with one for all under another name; and as Meta does
 * ({@code fbgemm_fp8}), with one for each row.
 *
 * @param block rows and columns with a scale in common, as the configuration says; empty for one
 *     scale
 */
record Fp8(String words, List<Long> block) implements Format {
  private static final List<String> SCALES = List.of("weight_scale_inv", "weight_scale");

  static Fp8 ofRows() {
    return new Fp8("fbgemm FP8", List.of(1L, Long.MAX_VALUE));
  }

  static Fp8 ofBlocks(QuantizationValues config) {
    String kind = config.text("fmt");
    String scales = config.text("scale_fmt");
    if (!Set.of("", "e4m3").contains(kind) || !Set.of("", "float").contains(scales)) {
      throw config.unread("fp8 of the kind " + kind + " with scales of the kind " + scales);
    }
    List<Long> block = config.sizes("weight_block_size");
    if (block.size() != 0 && block.size() != 2) {
      throw config.unread("fp8 with a weight_block_size of " + block.size() + " sizes");
    }
    String blocks = block.isEmpty() ? "" : " in blocks of " + block.get(0) + " by " + block.get(1);
    return new Fp8("FP8" + blocks, block);
  }

  @Override
  public List<String> markers() {
    return SCALES;
  }

  @Override
  public WeightTensor weight(Parts parts) {
    Codes codes = new ByteCodes(parts.matrix("weight", List.of(ElementType.F8_E4M3)));
    String scale = parts.has(SCALES.get(0)) ? SCALES.get(0) : SCALES.get(1);
    StoredTensor scales = parts.take(scale, Parts.DENSE);
    long rowBlock = block.isEmpty() ? codes.rows() : block.get(0);
    long columnBlock = block.isEmpty() ? codes.columns() : block.get(1);
    long groups = Scaling.count(codes.columns(), columnBlock);
    parts.requireShape(scale, scales, Scaling.count(codes.rows(), rowBlock), groups);
    parts.drop("input_scale", "activation_scale", "input_scale_ub", "output_scale");
    Scaling.Groups groupOf = Scaling.neighbours(codes.columns(), columnBlock);
    Scaling scaling = Scaling.blocks(scales, null, groupOf, rowBlock);
    return new Dequantized(scaling.of(codes), scales.type());
  }
}
