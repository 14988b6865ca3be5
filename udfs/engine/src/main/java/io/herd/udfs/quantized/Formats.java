package io.herd.udfs.quantized;

/** The format that a configuration names. */
final class Formats {
  private Formats() {}

  static Format of(QuantizationValues config) {
    String method = config.text("quant_method");
    return switch (method) {
      case "compressed-tensors" -> CompressedTensors.of(config);
      default -> throw config.unread(method.isEmpty() ? "no quant_method" : method);
    };
  }
}
