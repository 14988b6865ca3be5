package io.herd.bench;

import io.herd.udfs.model.LlamaModel;
import io.herd.udfs.model.ModelSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Writes the TorchScript archive that the engine loads for a model, without weights.
 *
 * <p>Usage: {@code ModuleWriter MODEL_FOLDER OUT.pt [--flash]}; of the folder, config.json alone is
 * read. With {@code --flash}, attention is as on GPUs.
 */
public final class ModuleWriter {
  private ModuleWriter() {}

  public static void main(String[] args) throws IOException {
    List<String> given = Arrays.asList(args);
    boolean flash = given.contains("--flash");
    ModelSpec spec = LlamaModel.spec(Path.of(args[0]));
    LlamaModel.writeModule(Path.of(args[1]), spec, spec.layers(), flash);
  }
}
