package io.herd.udfs.model;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import io.herd.udfs.SystemException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A loaded TorchScript module whose methods take and return plain Java values. Every native value
 * made for a call is released when the call ends.
 *
 * <p>Confined to one thread. Nothing but int64, float32 and float64 crosses into Java: DJL 0.35
 * aborts the JVM on bfloat16.
 */
final class TorchModule implements AutoCloseable {
  // Held strongly: when DJL's Model is collected, its finalizer closes the manager under us.
  private final Model model;
  private final PtSymbolBlock block;
  private final PtNDManager manager;

  private TorchModule(Model model) {
    this.model = model;
    this.block = (PtSymbolBlock) model.getBlock();
    this.manager = (PtNDManager) model.getNDManager();
  }

  /** A tensor made for one call: shape and row-major values. */
  record Ints(long[] values, long... shape) {}

  /** As {@link Ints}, of float64. */
  record Doubles(double[] values, long... shape) {}

  /** As {@link Ints}, of float32. */
  record Floats(float[] values, long... shape) {}

  /** As {@link Ints}, of booleans. */
  record Flags(boolean[] values, long... shape) {}

  /** As {@link Ints}, of uint8. */
  record Bits(byte[] values, long... shape) {}

  /** Memory on the host, not copied: it must stay mapped during the call. */
  record Bytes(ByteBuffer memory) {}

  /** A result that stays native, to be an argument of other calls. */
  record Opaque(IValue value) implements AutoCloseable {
    @Override
    public void close() {
      value.close();
    }
  }

  /** A stage's module without weights. */
  static TorchModule load(ModelSpec spec, Stage stage) {
    Path folder = null;
    try {
      folder = Files.createTempDirectory("herd-module");
      TorchScriptArchive.write(folder.resolve("llama.pt"), spec, stage);
      Model model = Model.newInstance("llama", stage.device().djl(), "PyTorch");
      // Of this thread: the profiling executor would specialise every method for several calls.
      JniUtils.setGraphExecutorOptimize(false);
      model.load(folder, "llama.pt");
      return new TorchModule(model);
    } catch (IOException | MalformedModelException e) {
      throw new SystemException("can't load the TorchScript module through " + folder, e);
    } finally {
      delete(folder);
    }
  }

  private static void delete(Path folder) {
    try {
      if (folder != null) {
        Files.deleteIfExists(folder.resolve("llama.pt"));
        Files.deleteIfExists(folder);
      }
    } catch (IOException e) {
      folder.toFile().deleteOnExit();
    }
  }

  /** Calls a method for its effect. */
  void run(String method, Object... arguments) {
    try (PtNDManager scope = (PtNDManager) manager.newSubManager()) {
      invoke(scope, method, arguments).close();
    } catch (EngineException e) {
      throw known(e);
    }
  }

  /** Calls a method and leaves its result native; it is to be closed. */
  Opaque opaque(String method, Object... arguments) {
    try (PtNDManager scope = (PtNDManager) manager.newSubManager()) {
      return new Opaque(invoke(scope, method, arguments));
    } catch (EngineException e) {
      throw known(e);
    }
  }

  /** Calls a method that returns an int64 tensor; its values in row-major order. */
  long[] longs(String method, Object... arguments) {
    return values(NDArray::toLongArray, method, arguments);
  }

  /** Calls a method that returns a float64 tensor; its values in row-major order. */
  double[] doubles(String method, Object... arguments) {
    return values(NDArray::toDoubleArray, method, arguments);
  }

  /** Calls a method that returns a float32 tensor; its values in row-major order. */
  float[] floats(String method, Object... arguments) {
    return values(NDArray::toFloatArray, method, arguments);
  }

  private <T> T values(Function<NDArray, T> read, String method, Object[] arguments) {
    try (PtNDManager scope = (PtNDManager) manager.newSubManager();
        IValue result = invoke(scope, method, arguments);
        NDArray tensor = result.toTensor(scope);
        NDArray here = tensor.toDevice(Device.cpu(), false)) {
      return read.apply(here);
    } catch (EngineException e) { // a GPU tells of a failed pass when its result is asked for
      throw known(e);
    }
  }

  private IValue invoke(PtNDManager scope, String method, Object[] arguments) {
    IValue[] values = new IValue[arguments.length];
    List<IValue> made = new ArrayList<>();
    try {
      for (int i = 0; i < arguments.length; i++) {
        if (arguments[i] instanceof Opaque opaque) {
          values[i] = opaque.value();
        } else {
          values[i] = value(scope, arguments[i]);
          made.add(values[i]);
        }
      }
      return IValueUtils.runMethod(block, method, values);
    } finally {
      made.forEach(IValue::close);
    }
  }

  private static RuntimeException known(EngineException e) {
    if (OutOfDeviceMemory.isMeant(e)) {
      return new OutOfDeviceMemory(e);
    }
    return DeviceLost.isMeant(e) ? DeviceLost.failed(e) : e;
  }

  private static IValue value(PtNDManager scope, Object argument) {
    if (argument instanceof Number number) {
      boolean real = argument instanceof Double;
      return real ? IValue.from(number.doubleValue()) : IValue.from(number.longValue());
    }
    if (argument instanceof String text) {
      return IValue.from(text);
    }
    if (argument instanceof long[] list) {
      return IValue.listFrom(list);
    }
    if (argument instanceof Boolean flag) {
      return IValue.from(flag);
    }
    return IValue.from((PtNDArray) tensor(scope, argument));
  }

  private static NDArray tensor(PtNDManager scope, Object argument) {
    if (argument instanceof Ints ints) {
      return scope.create(ints.values(), new Shape(ints.shape()));
    }
    if (argument instanceof Doubles doubles) {
      return scope.create(doubles.values(), new Shape(doubles.shape()));
    }
    if (argument instanceof Floats floats) {
      return scope.create(floats.values(), new Shape(floats.shape()));
    }
    if (argument instanceof Flags flags) {
      return scope.create(flags.values(), new Shape(flags.shape()));
    }
    if (argument instanceof Bits bits) {
      return scope.create(ByteBuffer.wrap(bits.values()), new Shape(bits.shape()), DataType.UINT8);
    }
    ByteBuffer memory = ((Bytes) argument).memory();
    PtNDManager host = scope.newSubManager(Device.cpu());
    return host.create(memory, new Shape(memory.remaining()), DataType.UINT8);
  }

  @Override
  public void close() {
    model.close();
  }
}
