package io.herd.udfs.model;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.pytorch.engine.PtModel;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import io.herd.udfs.SystemException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Map;

/** CUDA as libtorch sees it. */
public final class TorchCuda {
  /** The operator exists only in libtorch's CUDA build (register_cuda_ops.cpp). */
  private static final String CODE =
      """
      class Cuda(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        def count(self: __torch__.Cuda) -> int:
          return ops.cuda.device_count()
      """;

  private static final String UNKNOWN_OPERATOR = "Unknown builtin op";

  private TorchCuda() {}

  /**
   * Returns the number of GPUs that libtorch can use. DJL's own count is of another source: it
   * looks for a file {@code libcudart.so}, which libtorch's folder need not have.
   */
  public static int gpus() {
    try (Model model = Model.newInstance("cuda", Device.cpu(), "PyTorch")) {
      ((PtModel) model)
          .load(new ByteArrayInputStream(TorchScriptArchive.of("Cuda", CODE)), Map.of());
      try (IValue count = IValueUtils.runMethod((PtSymbolBlock) model.getBlock(), "count")) {
        return Math.toIntExact(count.toLong());
      }
    } catch (EngineException e) {
      if (String.valueOf(e.getMessage()).contains(UNKNOWN_OPERATOR)) {
        return 0;
      }
      throw e;
    } catch (IOException | MalformedModelException e) {
      throw new SystemException("libtorch can't be asked for its GPUs", e);
    }
  }
}
