package io.herd.udfs.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.herd.udfs.UserException;
import io.herd.udfs.model.Placement.Room;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Which layers go where. */
class PlacementTest {
  private static final long GB = 1_000_000_000L;

  private static ModelSpec llama(int layers, int hidden, int intermediate, boolean tied) {
    return new ModelSpec(
        layers,
        hidden / 128,
        8,
        128,
        hidden,
        intermediate,
        128_256,
        1e-5,
        null,
        8192,
        tied,
        Set.of(1),
        0,
        null);
  }

  private static final ModelSpec SEVENTY_BILLION = llama(80, 8192, 28_672, false);

  private static Placement split(ModelSpec spec, double... gigabytes) {
    List<Room> rooms =
        IntStream.range(0, gigabytes.length)
            .mapToObj(i -> new Room(TorchDevice.gpu(i), (long) (gigabytes[i] * GB)))
            .toList();
    return Placement.split(spec, Dtype.BFLOAT16, rooms);
  }

  private static List<Integer> layers(Placement placement) {
    return placement.stages().stream().map(Stage::layers).toList();
  }

  @Test
  void split_70bOverLikeGpus_isEven() {
    assertThat(layers(split(SEVENTY_BILLION, 140, 140))).containsExactly(40, 40);
    assertThat(layers(split(SEVENTY_BILLION, 79, 79, 79, 79))).containsExactly(20, 20, 20, 20);
  }

  @Test
  void split_unlikeMemory_givesLayersByWhatIsFree() {
    assertThat(layers(split(SEVENTY_BILLION, 140, 70))).containsExactly(54, 26);
  }

  @Test
  void split_oneDevice_isTheWholeModelWhateverIsFree() {
    Stage only = split(SEVENTY_BILLION, 1).stages().get(0);
    assertThat(only).isEqualTo(new Stage(TorchDevice.gpu(0), 0, 80, 80, Kernels.FLASH));
    assertThat(only.first() && only.last()).isTrue();
  }

  @Test
  void split_tooLittleMemory_saysWhatIsFreeAndWhatToDo() {
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> split(SEVENTY_BILLION, 79, 40.5))
        .withMessageContaining("80 layers, 141.1 GB of weights")
        .withMessageContaining("cuda:0 has 79.0 GB, cuda:1 has 40.5 GB free")
        .withMessageContaining("spark.task.resource.gpu.amount");
    assertThatExceptionOfType(UserException.class)
        .as("more devices than layers")
        .isThrownBy(() -> split(llama(2, 1024, 4096, true), 10, 10, 10));
  }

  /** No layer lost, none twice, and every stage's weights fit. */
  @Property
  void split_anyRooms_coversEveryLayerOnceOrRefuses(
      @ForAll @Size(min = 2, max = 8) List<@IntRange(min = 1, max = 160) Integer> gigabytes,
      @ForAll @IntRange(min = 1, max = 80) int layers) {
    ModelSpec spec = llama(layers, 8192, 28_672, false);
    double[] rooms = gigabytes.stream().mapToDouble(Integer::intValue).toArray();
    List<Stage> stages;
    try {
      stages = split(spec, rooms).stages();
    } catch (UserException e) {
      return;
    }
    int next = 0;
    for (int i = 0; i < stages.size(); i++) {
      Stage stage = stages.get(i);
      assertThat(stage.firstLayer()).isEqualTo(next);
      assertThat(stage.layers()).isPositive();
      assertThat(stage.first()).isEqualTo(i == 0);
      assertThat(stage.last()).isEqualTo(i == stages.size() - 1);
      long weights = stage.layers() * spec.layerBytes(Dtype.BFLOAT16);
      assertThat(weights).isLessThanOrEqualTo((long) (rooms[i] * GB));
      next += stage.layers();
    }
    assertThat(next).isEqualTo(layers);
    long kv = stages.stream().mapToLong(s -> s.kvBytesPerToken(spec, Dtype.BFLOAT16)).sum();
    assertThat(kv).isEqualTo(spec.kvBytesPerToken(Dtype.BFLOAT16));
  }

  @Test
  void weightBytes_parts_areTheWhole() {
    for (Dtype dtype : Dtype.values()) {
      long parts =
          LongStream.of(
                  SEVENTY_BILLION.embeddingBytes(dtype),
                  80 * SEVENTY_BILLION.layerBytes(dtype),
                  SEVENTY_BILLION.headBytes(dtype))
              .sum();
      assertThat(parts).isEqualTo(SEVENTY_BILLION.weightBytes(dtype));
    }
    assertThat(SEVENTY_BILLION.weightBytes(Dtype.FLOAT32))
        .isEqualTo(4 * SEVENTY_BILLION.parameters());
  }
}
