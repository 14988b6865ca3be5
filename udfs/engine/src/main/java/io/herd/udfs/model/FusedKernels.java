package io.herd.udfs.model;

import ai.djl.engine.Engine;
import ai.djl.util.Utils;
import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Herd's own operators for processors, {@code torch.ops.herd}: a small library that registers them
 * with this process's libtorch. Where it can't be, plain operators do the same, more slowly.
 */
final class FusedKernels {
  private static final Logger LOG = LoggerFactory.getLogger(FusedKernels.class);
  private static final String LIBRARY_FILE = "linux-x86_64/libherd.so";

  /** Sizes that the kernels' registers and buffers are made for, see {@code kernels.cpp}. */
  private static final int LANES = 16;

  private static final int MOST_HEAD_DIM = 256;
  private static final int MOST_GROUP = 16;

  /** The instruction sets that the kernels are compiled for, oldest first. */
  static final List<String> INSTRUCTIONS = List.of("avx2", "avx512", "avx512_bf16", "amx");

  private FusedKernels() {}

  /**
   * Returns the kernels for a model on this machine's processor.
   *
   * @return fused ones, or plain operators of libtorch where there are none for it
   */
  static Kernels of(ModelSpec spec, Dtype dtype) {
    if (dtype == Dtype.FLOAT16 || !fit(spec) || instructions() == null) {
      return Kernels.PLAIN;
    }
    boolean attends = attends(instructions());
    return switch (dtype) {
      case INT8 ->
          attends
              ? Kernels.FUSED_ATTENTION_INT8
              : vnni() ? Kernels.FUSED_INT8 : Kernels.FUSED_INT16;
      case BFLOAT16 -> attends ? Kernels.FUSED_ATTENTION : Kernels.FUSED;
      default -> Kernels.FUSED;
    };
  }

  /** Returns whether this processor multiplies 8 by 8 bits without overflow. */
  static boolean vnni() {
    return instructions() != null
        && Loaded.LIBRARY.getFunction("herd_vnni").invokeInt(new Object[0]) != 0;
  }

  /**
   * Returns whether the kernels include attention over several tokens: where bfloat16 is multiplied
   * in hardware.
   */
  static boolean attends(String instructions) {
    return INSTRUCTIONS.indexOf(instructions) >= INSTRUCTIONS.indexOf("avx512_bf16");
  }

  /**
   * Selects the kernels of one instruction set, for tests; null selects the best.
   *
   * @return whether this processor has it
   */
  static boolean use(String instructions) {
    return instructions() != null && called("herd_use", instructions) != null;
  }

  private static String called(String function, Object... arguments) {
    return Loaded.LIBRARY.getFunction(function).invokeString(arguments, false);
  }

  /** Returns the instruction set of the kernels in use; null without any. */
  static String instructions() {
    Engine.getEngine("PyTorch"); // loads libtorch, if nothing has yet, or says why it can't
    return Loaded.BEST;
  }

  private static boolean fit(ModelSpec spec) {
    return spec.headDim() % (2 * LANES) == 0
        && spec.headDim() <= MOST_HEAD_DIM
        && spec.heads() / spec.kvHeads() <= MOST_GROUP
        && spec.hidden() % LANES == 0
        && spec.intermediate() % LANES == 0;
  }

  /** Loaded on first use, in a process that has libtorch. */
  private static final class Loaded {
    /** Null if the kernels can't be used. */
    static final NativeLibrary LIBRARY;

    /** The best of {@link #INSTRUCTIONS} that the processor has. */
    static final String BEST;

    static {
      LIBRARY = load();
      BEST = LIBRARY == null ? null : called("herd_register");
    }

    private static NativeLibrary load() {
      String platform = System.getProperty("os.name") + "-" + System.getProperty("os.arch");
      if (!platform.equals("Linux-amd64")) {
        return null;
      }
      try {
        return unpacked();
      } catch (IOException | LinkageError e) { // a folder without execution, another C library
        LOG.warn("kernels can't be loaded: plain operators of libtorch compute", e);
        return null;
      }
    }

    /** Unpacks to DJL's folder, where code may run; a loaded file needs no name. */
    private static NativeLibrary unpacked() throws IOException {
      Path folder = Files.createDirectories(Utils.getEngineCacheDir("pytorch"));
      Path file = Files.createTempFile(folder, "herd", ".so");
      try (InputStream library = FusedKernels.class.getResourceAsStream(LIBRARY_FILE)) {
        Files.copy(library, file, StandardCopyOption.REPLACE_EXISTING);
        return NativeLibrary.getInstance(file.toString());
      } finally {
        Files.delete(file);
      }
    }
  }
}
