package io.herd.udfs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.herd.udfs.UserException;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What addresses mean, by the ways in which clusters name GPUs. */
class GpuAddressesTest {
  private static final String MIG = "MIG-5c25f2b1-66a4-5a04-b1d0-8b6c1ad0bd2e";

  /** A node of eight GPUs, of which CUDA shows so many. */
  private static GpuAddresses node(int gpus, String visible) {
    return new GpuAddresses(
        gpus,
        Optional.ofNullable(visible),
        IntStream.range(0, 8).mapToObj(GpuAddressesTest::gpu).toList());
  }

  private static NvidiaSmi.Gpu gpu(int index) {
    return new NvidiaSmi.Gpu(index, uuid(index), "NVIDIA A10G");
  }

  private static String uuid(int index) {
    return "GPU-" + index + "0000000-66a4-5a04-b1d0-8b6c1ad0bd2e";
  }

  private static int index(GpuAddresses here, String address) {
    return here.indices(List.of(address)).get(0);
  }

  @Test
  void indices_kubernetesPodWithOneGpu_isIt() {
    assertThat(index(new GpuAddresses(1, Optional.empty(), List.of(gpu(0))), "0")).isZero();
  }

  @Test
  void indices_standaloneWorkerThatShowsAll_isTheGpuOfThatNumber() {
    assertThat(index(node(8, null), "3")).isEqualTo(3);
    assertThat(index(new GpuAddresses(8, Optional.empty(), List.of()), "3")).isEqualTo(3);
  }

  @Test
  void indices_oneVisibleAndAScriptThatListsAll_isTheVisibleOne() {
    assertThat(index(node(1, "3"), "3")).isZero();
    assertThat(index(node(1, "3"), "0")).isZero();
  }

  @Test
  void indices_severalVisible_isThePlaceAmongThem() {
    assertThat(index(node(3, "5, 2,7"), "2")).isEqualTo(1);
    assertThat(index(node(2, uuid(5) + "," + uuid(2)), uuid(2))).isEqualTo(1);
    assertThat(index(node(2, uuid(5) + "," + uuid(2)), "5")).as("by nvidia-smi").isZero();
    assertThat(index(node(2, "5,2"), uuid(2))).isEqualTo(1);
    assertThat(index(node(2, "GPU-5,GPU-2"), uuid(2))).as("abbreviated").isEqualTo(1);
  }

  @Test
  void indices_uuid_isTheGpuThatNvidiaSmiListsUnderIt() {
    assertThat(index(node(8, null), uuid(6))).isEqualTo(6);
  }

  @Test
  void indices_instanceOfMig_isTheOneThatCudaShows() {
    assertThat(index(node(1, null), MIG)).isZero();
    assertThat(index(node(1, MIG), MIG)).isZero();
  }

  @Test
  void indices_severalGpusOfATask_areInOneOrder() {
    assertThat(node(8, null).indices(List.of("6", "1"))).containsExactly(1, 6);
    assertThat(node(3, "5,2,7").indices(List.of("2", "5"))).containsExactly(0, 1);
  }

  @Test
  void indices_addressThatIsNotVisible_isRefusedWithWhatIs() {
    for (String address : List.of("4", uuid(4), "")) {
      assertThatExceptionOfType(UserException.class)
          .isThrownBy(() -> node(2, "5,2").indices(List.of(address)))
          .withMessageContaining(
              "the GPU \"%s\", and libtorch knows those from 0 to 1 here (CUDA_VISIBLE_DEVICES=5,2)"
                  .formatted(address));
    }
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> node(8, null).indices(List.of(MIG)));
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> node(2, "5,2,-1,7").indices(List.of("7")));
  }

  @Test
  void indices_moreGpusThanTheContainerShows_areRefused() {
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> node(1, null).indices(List.of("0", "1")))
        .withMessageContaining("a task 2 GPUs (0, 1), and libtorch finds 1 here");
  }

  @Test
  void identity_ofAGpu_isItsUuidWhateverItsIndex() {
    assertThat(node(8, null).identity(3)).isEqualTo(uuid(3));
    assertThat(node(2, "5,3").identity(1)).isEqualTo(uuid(3));
    assertThat(node(1, "GPU-3").identity(0)).isEqualTo(uuid(3));
    assertThat(node(1, MIG).identity(0)).isEqualTo(MIG);
    assertThat(new GpuAddresses(2, Optional.empty(), List.of()).identity(1)).isEqualTo("1");
  }
}
