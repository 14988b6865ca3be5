package io.herd.udfs.runtime;

import io.herd.udfs.Event;
import io.herd.udfs.files.OwnFolder;
import io.herd.udfs.files.PrivateFolder;
import io.herd.udfs.model.TorchDevice;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The GPUs that this process uses, marked by locked files for other processes of its user. A
 * cluster without isolation (YARN as most have it) gives the address 0 to every executor of a node,
 * and each of them sees all GPUs: without this, all would load their model onto the first.
 *
 * <p>A process keeps what it has taken, as it keeps its context there; the system unlocks a file
 * when its process ends, however that happens.
 */
final class GpuClaims {
  private final Path folder;
  private final Map<TorchDevice, TorchDevice> taken = new HashMap<>(); // guarded by this
  private final List<FileLock> locks = new ArrayList<>(); // guarded by this; held to the end

  /** Creates claims with locks in a folder of this user. */
  GpuClaims(Path folder) {
    this.folder = folder;
  }

  /** Creates claims with locks that every process of this user on this host sees. */
  static GpuClaims ofHost() {
    return new GpuClaims(PrivateFolder.ofHost("herd-gpus"));
  }

  /**
   * Returns the GPUs to use instead of the requested ones: those themselves, unless another process
   * has them and others are free. When none is free they are shared.
   *
   * @param addresses of all GPUs that CUDA shows
   */
  synchronized List<TorchDevice> settle(List<TorchDevice> asked, GpuAddresses addresses) {
    return asked.stream()
        .map(gpu -> settle(gpu, asked, addresses))
        .sorted(Comparator.comparingInt(TorchDevice::index))
        .toList();
  }

  private TorchDevice settle(TorchDevice asked, List<TorchDevice> others, GpuAddresses addresses) {
    TorchDevice known = taken.get(asked);
    if (known != null) {
      return known;
    }
    TorchDevice settled = asked;
    if (!take(asked, addresses)) {
      settled =
          IntStream.range(0, addresses.gpus())
              .mapToObj(TorchDevice::gpu)
              .filter(gpu -> !others.contains(gpu) && take(gpu, addresses))
              .findFirst()
              .orElse(asked);
      Event.of("gpu_taken_by_another").with("asked", asked).with("uses", settled).log();
    }
    taken.put(asked, settled);
    return settled;
  }

  /** Claims a GPU; returns false if another process has it, or this one for another address. */
  private boolean take(TorchDevice gpu, GpuAddresses addresses) {
    if (taken.containsValue(gpu)) {
      return false;
    }
    try {
      PrivateFolder.make(folder);
      if (OwnFolder.foreign(folder).isPresent()) {
        return true;
      }
      String name = addresses.identity(gpu.index()).replaceAll("[^\\w.-]", "_");
      FileChannel file =
          FileChannel.open(
              folder.resolve(name + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = file.tryLock();
      if (lock == null) {
        file.close();
        return false;
      }
      locks.add(lock);
      return true;
    } catch (OverlappingFileLockException e) { // of this process, by other classes of Herd's
      return false;
    } catch (IOException e) { // a node without such a place has no locks
      return true;
    }
  }
}
