package io.herd.udfs.runtime;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import io.herd.udfs.HerdException;
import io.herd.udfs.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The CUDA runtime that libtorch has loaded, for what no operator of libtorch tells. It is found
 * among this process's mappings, so that it is libtorch's own wherever that lies, and numbers GPUs
 * as libtorch does. A search by name finds another toolkit's runtime, or none: NVIDIA's packages
 * have a {@code libcudart.so.12} and no {@code libcudart.so}.
 */
final class CudaRuntime {
  private static final Pattern FILE =
      Pattern.compile("^[^/]*(/.*/libcudart[^/]*\\.so[^/]*)$", Pattern.MULTILINE);

  /** {@code cudaDeviceAttr}: the two halves of the compute capability. */
  private static final int MAJOR = 75;

  private static final int MINOR = 76;

  private final NativeLibrary library;

  private CudaRuntime(NativeLibrary library) {
    this.library = library;
  }

  /**
   * Returns the runtime of this process.
   *
   * @throws UserException when none is loaded or it can't be called
   */
  static CudaRuntime here() {
    Path file =
        find(mappings())
            .orElseThrow(() -> unusable("no library of its runtime (libcudart) is loaded", null));
    try {
      return new CudaRuntime(NativeLibrary.getInstance(file.toString()));
    } catch (LinkageError e) { // of JNA's own native part, or of another version of its classes
      throw unusable("JNA can't open " + file + ": " + e, e);
    }
  }

  /** The runtime's file in the text of {@code /proc/self/maps}. */
  static Optional<Path> find(String mappings) {
    Matcher file = FILE.matcher(mappings);
    return file.find() ? Optional.of(Path.of(file.group(1))) : Optional.empty();
  }

  private static String mappings() {
    try {
      return Files.readString(Path.of("/proc/self/maps"));
    } catch (IOException e) {
      return "";
    }
  }

  /**
   * Bytes of a GPU's memory that nobody uses. Asking makes a context there, of some 0.5 GB, and
   * only there: it is done by a thread that has no current device yet and ends with its answer.
   */
  long freeBytes(int gpu) {
    return onThreadOfItsOwn(
        () -> {
          call(gpu, "cudaSetDevice", gpu);
          long[] free = new long[1];
          call(gpu, "cudaMemGetInfo", free, new long[1]);
          return free[0];
        });
  }

  /** A GPU's compute capability, 90 for 9.0; without a context. */
  int capability(int gpu) {
    return 10 * attribute(MAJOR, gpu) + attribute(MINOR, gpu);
  }

  private int attribute(int which, int gpu) {
    int[] value = new int[1];
    call(gpu, "cudaDeviceGetAttribute", value, which, gpu);
    return value[0];
  }

  private static long onThreadOfItsOwn(Supplier<Long> question) {
    try {
      return CompletableFuture.supplyAsync(question, task -> new Thread(task, "herd-cuda").start())
          .join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof HerdException known ? known : e;
    }
  }

  private void call(int gpu, String name, Object... arguments) {
    int error;
    String words = "";
    try {
      error = library.getFunction(name).invokeInt(arguments);
      if (error != 0) {
        Function text = library.getFunction("cudaGetErrorString");
        words = text.invokeString(new Object[] {error}, false);
      }
    } catch (LinkageError e) {
      throw unusable(library.getFile() + " has no " + name, e);
    }
    if (error != 0) {
      throw new UserException(
          String.format(
              Locale.ROOT, "cuda:%d can't be used: %s says \"%s\" (%d)", gpu, name, words, error),
          "see what else uses it (nvidia-smi): other executors, or Spark's plugin for RAPIDS"
              + " (spark.plugins), which takes a GPU's whole memory.");
    }
  }

  private static UserException unusable(String why, Throwable cause) {
    return new UserException(
        "libtorch finds a GPU here, and CUDA can't be asked for its memory: " + why,
        "use libtorch's folder as submit/fetch-libtorch lays it out, where the runtime is a library"
            + " of its own, and no other version of JNA before herd.jar.",
        cause);
  }
}
