package io.herd.udfs.model;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes the TorchScript module of a stage of a Llama without weights: a zip of {@code llama.py}
 * and a pickle of the module's attributes. DJL loads TorchScript only, and this way needs no Python
 * and no second copy of the weights on disk.
 *
 * <p>Format: PyTorch's {@code torch/csrc/jit/docs/serialization.md}.
 */
final class TorchScriptArchive {
  /** A declared attribute that begins as an empty list or dictionary: its name, type and kind. */
  private static final Pattern CONTAINER =
      Pattern.compile("^    (\\w+): ((List|Dict)\\[[^#\n]*\\])", Pattern.MULTILINE);

  /**
   * The reader of archives knows no names of types but libtorch's numbers (c10/core/ScalarType).
   */
  private static final Map<String, Integer> TYPES =
      Map.of(
          "uint8",
          0,
          "int8",
          1,
          "int32",
          3,
          "int64",
          4,
          "float16",
          5,
          "float32",
          6,
          "float64",
          7,
          "bool",
          11,
          "bfloat16",
          15);

  /** A method up to the next line that isn't indented deeper. */
  private static final Pattern METHOD =
      Pattern.compile("^    def (\\w+)\\(.*\n(?:     .*\n|    \\) .*\n|\n)*", Pattern.MULTILINE);

  private TorchScriptArchive() {}

  static void write(Path file, ModelSpec spec, Stage stage) throws IOException {
    boolean oneDnn = stage.kernels() != Kernels.FLASH && stage.device().hasOneDnn();
    write(file, spec, stage, oneDnn);
  }

  static void write(Path file, ModelSpec spec, Stage stage, boolean oneDnn) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      String code = translated(source("llama.py"));
      if (stage.kernels().fused()) {
        code = overridden(code, translated(source("fused.py")));
      }
      if (spec.isLlama4()) {
        code = overridden(code, translated(source("llama4.py")));
      }
      write(out, code, attributes(code, spec, stage, oneDnn));
    }
  }

  private static String source(String name) throws IOException {
    try (InputStream source = TorchScriptArchive.class.getResourceAsStream(name)) {
      return new String(source.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** A class with a subclass's methods, since TorchScript knows no inheritance. */
  private static String overridden(String code, String subclass) {
    String methods = subclass.substring(subclass.indexOf("\n    ") + 1);
    String merged = code;
    for (MatchResult method : METHOD.matcher(methods).results().toList()) {
      Pattern namesake =
          Pattern.compile(METHOD.pattern().replace("\\w+", method.group(1)), METHOD.flags());
      merged = namesake.matcher(merged).replaceFirst("");
    }
    return merged + methods;
  }

  /** The archive of a module that has methods and no attributes. */
  static byte[] of(String name, String code) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Pickle module = new Pickle().op(0x80, 2).global("__torch__", name).op(')', 0x81, '}', '(');
    write(out, code, module.text("training").flag(false).op('u', 'b', '.').bytes());
    return out.toByteArray();
  }

  private static void write(OutputStream out, String code, byte[] attributes) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      store(zip, "data.pkl", attributes);
      store(zip, "code/__torch__.py", code.getBytes(StandardCharsets.UTF_8));
      store(zip, "constants.pkl", new Pickle().op(0x80, 2, ')', '.').bytes());
      store(zip, "version", "10\n".getBytes(StandardCharsets.UTF_8));
    }
  }

  /** What only editors and readers need goes, and what the reader of archives calls otherwise. */
  private static String translated(String source) {
    String code = source.substring(source.indexOf("\nclass ") + 1);
    for (Map.Entry<String, Integer> type : TYPES.entrySet()) {
      code = code.replaceAll("\\btorch\\." + type.getKey() + "\\b", type.getValue().toString());
    }
    return code.replace("torch.classes.", "__torch__.torch.classes.");
  }

  private static byte[] attributes(String code, ModelSpec spec, Stage stage, boolean oneDnn) {
    Kernels kernels = stage.kernels();
    Pickle pickle = new Pickle().op(0x80, 2).global("__torch__", "Llama").op(')', 0x81, '}', '(');
    pickle.text("training").flag(false).text("onednn").flag(oneDnn);
    pickle.text("flash").flag(kernels == Kernels.FLASH);
    pickle.text("int8_bits").integer(kernels.activationBits());
    pickle.text("sees_cache").flag(kernels.seesCache());
    pickle.text("n_layers").integer(stage.layers()).text("n_heads").integer(spec.heads());
    pickle.text("n_kv_heads").integer(spec.kvHeads()).text("head_dim").integer(spec.headDim());
    pickle.text("norm_eps").real(spec.epsilon());
    if (spec.isLlama4()) {
      addLlama4(pickle, spec.llama4(), stage);
    }
    Matcher container = CONTAINER.matcher(code);
    while (container.find()) {
      int empty = container.group(3).equals("List") ? ']' : '}';
      pickle.text(container.group(1)).empty(empty, container.group(2));
    }
    return pickle.op('u', 'b', '.').bytes();
  }

  private static void addLlama4(Pickle pickle, Llama4 llama4, Stage stage) {
    pickle.text("rotated").text(llama4.rotated(stage.firstLayer(), stage.layers()));
    pickle.text("chunk").integer(llama4.chunk()).text("equal_lengths").flag(llama4.equalLengths());
    pickle.text("floor_scale").integer(llama4.floorScale());
    pickle.text("attn_scale").real(llama4.attnScale());
  }

  /** libtorch reads stored entries only, all below one folder. */
  private static void store(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    ZipEntry entry = new ZipEntry("llama/" + name);
    CRC32 crc = new CRC32();
    crc.update(bytes);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(bytes);
    zip.closeEntry();
  }

  /** The few opcodes (protocol 2) that a module object needs. */
  private static final class Pickle {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    byte[] bytes() {
      return out.toByteArray();
    }

    Pickle op(int... codes) {
      for (int code : codes) {
        out.write(code);
      }
      return this;
    }

    Pickle global(String module, String name) {
      out.writeBytes(("c" + module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
      return this;
    }

    Pickle text(String value) {
      byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
      op('X');
      out.writeBytes(little(utf8.length));
      out.writeBytes(utf8);
      return this;
    }

    Pickle integer(int value) {
      op('J');
      out.writeBytes(little(value));
      return this;
    }

    Pickle flag(boolean value) {
      return op(value ? 0x88 : 0x89);
    }

    Pickle real(double value) {
      op('G');
      out.writeBytes(ByteBuffer.allocate(8).putDouble(value).array());
      return this;
    }

    /** The element type of an empty list or dictionary, which libtorch can't infer. */
    Pickle empty(int container, String type) {
      return global("torch.jit._pickle", "restore_type_tag").op(container).text(type).op(0x86, 'R');
    }

    private static byte[] little(int value) {
      return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
    }
  }
}
