package io.herd.udfs.quantized;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.herd.udfs.checkpoint.ElementType;
import io.herd.udfs.checkpoint.StoredTensor;
import io.herd.udfs.checkpoint.WeightTensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * NF4 and FP4 of bitsandbytes (QLoRA, Dettmers et al. 2023): each number is one of 16, times the
 * largest of its block; with double quantization those are numbers of a byte in blocks of their
 * own.
 *
 * @param kind {@code nf4} or {@code fp4}
 */
record BitsAndBytes4(String kind) implements Format {
  private static final String LARGEST = "weight.absmax";
  private static final String NESTED = "weight.nested_absmax";
  private static final int LONGEST_STATE = 4096;
  private static final Map<String, ElementType> TYPES =
      Map.of("bfloat16", ElementType.BF16, "float16", ElementType.F16, "float32", ElementType.F32);

  static BitsAndBytes4 of(QuantizationValues config) {
    String kind = config.text("bnb_4bit_quant_type");
    kind = kind.isEmpty() ? "fp4" : kind;
    if (!Set.of("nf4", "fp4").contains(kind)) {
      throw config.unread("bitsandbytes of the kind " + kind);
    }
    return new BitsAndBytes4(kind);
  }

  @Override
  public String words() {
    return "bitsandbytes " + kind;
  }

  @Override
  public List<String> markers() {
    return List.of(LARGEST);
  }

  @Override
  public WeightTensor weight(Parts parts) throws IOException {
    QuantizationValues state = state(parts);
    List<Long> shape = state.sizes("shape");
    parts.require(shape.size() == 2, "its shape has %d sizes", shape.size());
    long numbers = shape.get(0) * shape.get(1);
    long block = state.integer("blocksize", 64);
    StoredTensor packed = parts.matrix("weight", List.of(ElementType.U8));
    parts.requireShape("weight", packed, Scaling.count(numbers, 2), 1);
    StoredTensor map = parts.take("weight.quant_map", ElementType.F32);
    parts.requireShape("weight.quant_map", map, 16, 1);
    ElementType type = TYPES.get(state.text("dtype"));
    parts.require(type != null, "its type is %s", state.text("dtype"));
    Largest largest = largest(parts, state, Scaling.count(numbers, block));
    return new Dequantized(
        new NibbleCodes(packed, map, largest, shape.get(0), shape.get(1), block), type);
  }

  private QuantizationValues state(Parts parts) throws IOException {
    String name = "weight.quant_state.bitsandbytes__" + kind;
    StoredTensor state = parts.take(name, ElementType.U8);
    parts.require(state.bytes() <= LONGEST_STATE, "%s has %d bytes", name, state.bytes());
    String text = StandardCharsets.UTF_8.decode(state.content()).toString();
    try {
      JsonObject json = JsonParser.parseString(text).getAsJsonObject();
      return new QuantizationValues(state.file(), json);
    } catch (RuntimeException e) {
      throw parts.refused(name + " is not a JSON object");
    }
  }

  /** The largest number of each block. */
  interface Largest {
    float[] read() throws IOException;
  }

  private static Largest largest(Parts parts, QuantizationValues state, long blocks) {
    if (!parts.has(NESTED)) {
      StoredTensor largest = parts.take(LARGEST, ElementType.F32);
      parts.requireShape(LARGEST, largest, blocks, 1);
      return () -> Numbers.floats(largest);
    }
    StoredTensor codes = parts.take(LARGEST, ElementType.U8);
    StoredTensor map = parts.take("weight.nested_quant_map", ElementType.F32);
    StoredTensor outer = parts.take(NESTED, ElementType.F32);
    int block = state.integer("nested_blocksize", 256);
    float offset = (float) state.number("nested_offset");
    parts.requireShape(LARGEST, codes, blocks, 1);
    parts.requireShape("weight.nested_quant_map", map, 256, 1);
    parts.requireShape(NESTED, outer, Scaling.count(blocks, block), 1);
    return () ->
        nested(Numbers.floats(codes), Numbers.floats(map), Numbers.floats(outer), block, offset);
  }

  private static float[] nested(
      float[] codes, float[] map, float[] outer, int block, float offset) {
    float[] largest = new float[codes.length];
    for (int i = 0; i < largest.length; i++) {
      largest[i] = map[(int) codes[i]] * outer[i / block] + offset;
    }
    return largest;
  }
}
