package io.herd.udfs.partition;

import io.herd.udfs.HerdException;
import io.herd.udfs.files.FreeSpace;
import io.herd.udfs.hub.ModelLocation;
import io.herd.udfs.runtime.Devices;
import io.herd.udfs.runtime.EngineSettings.DeviceChoice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.Function;

/** Inspects an executor; downloads and loads nothing. */
public record NodeProbe(ExecutorFiles files, DeviceChoice device)
    implements Function<Integer, NodeReport> {
  /** Long enough for the other executors to get their share of the tasks. */
  private static final long MILLIS = 300;

  @Override
  public NodeReport call(Integer task) throws InterruptedException {
    Thread.sleep(MILLIS);
    Path cache = folder();
    String problem = null;
    String engine = "none";
    long disk = 0;
    List<String> addresses = TaskGpu.addresses(TaskContext.get());
    List<String> notes = new ArrayList<>();
    try {
      engine = Devices.describe(device, addresses);
      notes.addAll(Devices.notes(device, addresses));
      Rapids.note(SparkEnv.get().conf()).filter(note -> !addresses.isEmpty()).ifPresent(notes::add);
      disk = FreeSpace.at(cache);
    } catch (HerdException e) {
      problem = e.getMessage();
    } catch (IOException e) {
      problem = "can't write to " + cache + ": " + e;
    }
    return new NodeReport(
        SparkEnv.get().blockManager().blockManagerId().host(),
        files.token() == null || files.token().value() != null,
        cache.toString(),
        disk,
        Devices.hostFreeBytes(),
        engine,
        Devices.driverVersion(),
        notes,
        problem);
  }

  private Path folder() {
    return files.location() instanceof ModelLocation.Folder folder
        ? Path.of(folder.path())
        : files.cache().folder();
  }
}
