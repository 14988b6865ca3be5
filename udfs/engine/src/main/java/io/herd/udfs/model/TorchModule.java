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
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * A loaded TorchScript module. Its methods take plain Java values; every native value made for a
 * call is released when the call ends.
 *
 * <p>Confined to one thread. Nothing but int64, float32 and float64 crosses into Java: DJL 0.35
 * aborts the JVM on bfloat16.
 */
final class TorchModule implements AutoCloseable {
  private static final Object[] NONE = {};
  private static final Pattern CAPITAL = Pattern.compile("[A-Z]");

  // Held strongly: when DJL's Model is collected, its finalizer closes the manager under us.
  private final Model model;
  private final PtSymbolBlock block;
  private final PtNDManager manager;

  private TorchModule(Model model) {
    this.model = model;
    this.block = (PtSymbolBlock) model.getBlock();
    this.manager = (PtNDManager) model.getNDManager();
  }

  /** A tensor argument: made for one call from a shape and row-major values, or native. */
  sealed interface Tensor extends AutoCloseable permits Ints, Floats, Bytes, Value {
    /** Releases native memory. */
    @Override
    default void close() {}
  }

  /** An int64 tensor. */
  record Ints(long[] values, long... shape) implements Tensor {}

  /** A float32 tensor. */
  record Floats(float[] values, long... shape) implements Tensor {}

  /** The whole content of a direct buffer, not copied. */
  record Bytes(ByteBuffer memory) implements Tensor {}

  /** A native result, to use as an argument of other calls or to read. */
  final class Value implements Tensor {
    private final IValue value;

    private Value(IValue value) {
      this.value = value;
    }

    /** Returns the elements of an int64 tensor in row-major order, and closes it. */
    long[] longs() {
      return read(NDArray::toLongArray);
    }

    /** Returns the elements of a float64 tensor in row-major order, and closes it. */
    double[] doubles() {
      return read(NDArray::toDoubleArray);
    }

    /** Returns the elements of a float32 tensor in row-major order, and closes it. */
    float[] floats() {
      return read(NDArray::toFloatArray);
    }

    /** Returns the memory of a byte tensor on the host, valid until it is closed. */
    ByteBuffer memory() {
      try (PtNDManager scope = (PtNDManager) manager.newSubManager();
          NDArray tensor = value.toTensor(scope)) {
        return tensor.toByteBuffer(true);
      }
    }

    private <T> T read(Function<NDArray, T> read) {
      try (PtNDManager scope = (PtNDManager) manager.newSubManager();
          IValue result = value;
          NDArray tensor = result.toTensor(scope);
          NDArray here = tensor.toDevice(Device.cpu(), false)) {
        return read.apply(here);
      } catch (EngineException e) { // a GPU reports a failed pass when its result is asked for
        throw known(e);
      }
    }

    @Override
    public void close() {
      value.close();
    }
  }

  /** Loads a stage's module without weights. */
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

  /**
   * The module as an interface, whose methods return nothing or a {@link Value} and call those of
   * the module that have their names in Python's spelling. Its {@code close} closes the module.
   */
  <T extends AutoCloseable> T as(Class<T> type) {
    InvocationHandler handler =
        (proxy, method, arguments) -> {
          if (method.getDeclaringClass() == Object.class) {
            return method.invoke(this, arguments);
          }
          if (method.getName().equals("close")) {
            close();
            return null;
          }
          Value result = call(pythonName(method), arguments == null ? NONE : arguments);
          if (method.getReturnType() == void.class) {
            result.close();
            return null;
          }
          return result;
        };
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  static String pythonName(Method method) {
    return CAPITAL.matcher(method.getName()).replaceAll("_$0").toLowerCase(Locale.ROOT);
  }

  private Value call(String method, Object[] arguments) {
    IValue[] values = new IValue[arguments.length];
    List<IValue> made = new ArrayList<>();
    try (PtNDManager scope = (PtNDManager) manager.newSubManager()) {
      for (int i = 0; i < arguments.length; i++) {
        if (arguments[i] instanceof Value result) {
          values[i] = result.value;
        } else {
          values[i] = value(scope, arguments[i]);
          made.add(values[i]);
        }
      }
      return new Value(IValueUtils.runMethod(block, method, values));
    } catch (EngineException e) {
      throw known(e);
    } finally {
      made.forEach(IValue::close);
    }
  }

  /** Translates an exception of libtorch, if its meaning is known. */
  static RuntimeException known(EngineException e) {
    if (OutOfDeviceMemory.isMeant(e)) {
      return new OutOfDeviceMemory(e);
    }
    if (UnfitDevice.isMeant(e)) {
      return UnfitDevice.failed(e);
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
    if (argument instanceof Enum<?> name) {
      return IValue.from(name.name().toLowerCase(Locale.ROOT));
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
    if (argument instanceof Floats floats) {
      return scope.create(floats.values(), new Shape(floats.shape()));
    }
    ByteBuffer memory = ((Bytes) argument).memory();
    PtNDManager host = scope.newSubManager(Device.cpu());
    return host.create(memory.duplicate().clear(), new Shape(memory.capacity()), DataType.UINT8);
  }

  @Override
  public void close() {
    model.close();
  }
}
