package io.herd.udfs.runtime;

import io.herd.udfs.UserException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Maps Spark's GPU addresses to the GPUs that CUDA shows to this process. A discovery script names
 * the node's GPUs; CUDA numbers those that it shows from 0.
 *
 * @param gpus how many CUDA shows
 * @param visible the text of CUDA_VISIBLE_DEVICES, if it is set: indices, UUIDs or begins of UUIDs
 * @param listed the node's GPUs, in the order of the PCI bus, or none where nvidia-smi isn't there
 */
record GpuAddresses(int gpus, Optional<String> visible, List<NvidiaSmi.Gpu> listed) {

  /**
   * Returns the indexes of the addressed GPUs in a fixed order, so that tasks share one engine.
   *
   * @throws UserException when CUDA doesn't show one of them
   */
  List<Integer> indices(List<String> addresses) {
    if (addresses.size() > gpus) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "Spark gave a task %d GPUs (%s), and libtorch finds %d here",
              addresses.size(),
              String.join(", ", addresses),
              gpus),
          "ask for as many as a container shows (spark.task.resource.gpu.amount); of MIG's"
              + " instances a process can use one.");
    }
    return addresses.stream().map(this::index).sorted().distinct().toList();
  }

  /** Ignores the name of a single visible GPU: containers and MIG have their own names. */
  private int index(String address) {
    return gpus == 1
        ? 0
        : place(address).filter(place -> place < gpus).orElseThrow(() -> unknown(address));
  }

  private Optional<Integer> place(String address) {
    if (visible.isPresent()) {
      List<String> entries = entries();
      return IntStream.range(0, entries.size())
          .filter(i -> means(entries.get(i), address))
          .boxed()
          .findFirst();
    }
    return known(gpu -> gpu.uuid().equals(address))
        .map(NvidiaSmi.Gpu::index)
        .or(() -> address.matches("\\d{1,3}") ? Optional.of(Integer.valueOf(address)) : none());
  }

  private static Optional<Integer> none() {
    return Optional.empty();
  }

  private List<String> entries() {
    return Arrays.stream(visible.orElseThrow().split(",", -1)).map(String::strip).toList();
  }

  /** An address may be the index where the entry is the UUID, and vice versa. */
  private boolean means(String entry, String address) {
    return names(entry, address)
        || known(gpu -> names(entry, gpu.uuid()) || names(entry, Integer.toString(gpu.index())))
            .filter(gpu -> gpu.uuid().equals(address) || address.equals("" + gpu.index()))
            .isPresent();
  }

  private static boolean names(String entry, String name) {
    return entry.equals(name) || (entry.matches("(GPU|MIG)-.+") && name.startsWith(entry));
  }

  private Optional<NvidiaSmi.Gpu> known(Predicate<NvidiaSmi.Gpu> which) {
    return listed.stream().filter(which).findFirst();
  }

  /** Returns the UUID of a GPU by CUDA's index, or another name that this node has for it. */
  String identity(int index) {
    String entry =
        visible.isPresent() && index < entries().size() ? entries().get(index) : "" + index;
    return known(gpu -> names(entry, gpu.uuid()) || entry.equals("" + gpu.index()))
        .map(NvidiaSmi.Gpu::uuid)
        .orElse(entry);
  }

  private UserException unknown(String address) {
    return new UserException(
        String.format(
            Locale.ROOT,
            "Spark gave a task the GPU \"%s\", and libtorch knows those from 0 to %d here%s",
            address,
            gpus - 1,
            visible.map(text -> " (CUDA_VISIBLE_DEVICES=" + text + ")").orElse("")),
        "let submit/gpu-discovery.sh find the addresses (spark.executor.resource.gpu"
            + ".discoveryScript), where the executor itself runs and with its environment.");
  }
}
