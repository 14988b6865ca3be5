package io.herd.udfs.quantized;

/** The format that a configuration names. */
final class Formats {
  private Formats() {}

  static Format of(QuantizationValues config) {
    String method = config.text("quant_method");
    boolean bytes = method.equals("bitsandbytes");
    if (bytes || method.isEmpty()) { // old ones of bitsandbytes name no method
      return bitsAndBytes(config);
    }
    return switch (method) {
      case "compressed-tensors" -> CompressedTensors.of(config);
      case "fp8" -> Fp8.ofBlocks(config);
      case "fbgemm_fp8" -> Fp8.ofRows();
      case "gptq" -> Gptq.of(config);
      case "awq" -> Awq.of(config);
      default -> throw config.unread(method);
    };
  }

  private static Format bitsAndBytes(QuantizationValues config) {
    if (config.flag("load_in_4bit")) {
      return BitsAndBytes4.of(config);
    }
    if (config.flag("load_in_8bit")) {
      return new BitsAndBytes8();
    }
    throw config.unread("neither load_in_8bit nor load_in_4bit, and no other quant_method");
  }
}
