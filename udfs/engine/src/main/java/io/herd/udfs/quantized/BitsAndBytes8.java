package io.herd.udfs.quantized;

import io.herd.udfs.checkpoint.ElementType;
import io.herd.udfs.checkpoint.StoredTensor;
import io.herd.udfs.checkpoint.WeightTensor;
import java.io.IOException;
import java.util.List;

/** LLM.int8() of bitsandbytes (Dettmers et al. 2022): 127 stands for the largest of each row. */
record BitsAndBytes8() implements Format {
  private static final String LARGEST = "SCB";
  private static final String LAYOUT = "weight_format";

  /** The tool multiplies by this number, which isn't quite what dividing by 127 gives. */
  private static final float PART = 0.007874016f;

  @Override
  public String words() {
    return "bitsandbytes int8";
  }

  @Override
  public List<String> markers() {
    return List.of(LARGEST);
  }

  @Override
  public WeightTensor weight(Parts parts) throws IOException {
    Codes codes = new ByteCodes(parts.matrix("weight", List.of(ElementType.I8)));
    StoredTensor largest = parts.take(LARGEST, ElementType.F32);
    parts.requireShape(LARGEST, largest, codes.rows(), 1);
    if (parts.has(LAYOUT)) {
      StoredTensor layout = parts.take(LAYOUT, ElementType.U8);
      parts.requireShape(LAYOUT, layout, 1, 1);
      parts.require(Numbers.floats(layout)[0] == 0, "%s isn't that of rows", LAYOUT);
    }
    Scaling.Groups one = Scaling.neighbours(codes.columns(), codes.columns());
    Scaling scaling = Scaling.blocks(largest, null, one, 1).times(PART);
    return new Dequantized(scaling.of(codes), ElementType.F32);
  }
}
