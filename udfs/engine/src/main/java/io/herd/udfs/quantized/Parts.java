package io.herd.udfs.quantized;

import io.herd.udfs.UserException;
import io.herd.udfs.checkpoint.ElementType;
import io.herd.udfs.checkpoint.Safetensors;
import io.herd.udfs.checkpoint.StoredTensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The tensors of one module, which are taken out of those of the checkpoint.
 *
 * @param folder of the checkpoint
 * @param format what the configuration says that it is
 * @param module its name
 * @param left all that nobody has taken yet
 */
record Parts(Path folder, String format, String module, Map<String, StoredTensor> left) {
  static final List<ElementType> DENSE =
      List.of(ElementType.BF16, ElementType.F16, ElementType.F32);

  /** A tensor that is read by its rows. */
  StoredTensor matrix(String suffix, List<ElementType> types) {
    return optional(suffix, types).orElseThrow(() -> refused("there is no " + suffix));
  }

  /** A tensor that is read as a whole. */
  StoredTensor take(String suffix, List<ElementType> types) {
    StoredTensor tensor = matrix(suffix, types);
    require(tensor.bytes() <= Integer.MAX_VALUE, "%s has %d bytes", suffix, tensor.bytes());
    return tensor;
  }

  StoredTensor take(String suffix, ElementType type) {
    return take(suffix, List.of(type));
  }

  boolean has(String suffix) {
    return left.containsKey(name(suffix));
  }

  private Optional<StoredTensor> optional(String suffix, List<ElementType> types) {
    StoredTensor tensor = left.remove(name(suffix));
    if (tensor != null) {
      require(
          types.contains(tensor.type()),
          "%s is stored as %s, and not as one of %s",
          suffix,
          tensor.type(),
          types);
      boolean sane = Arrays.stream(tensor.shape()).allMatch(size -> size > 0 && size < 1L << 31);
      require(sane, "%s has shape %s", suffix, Arrays.toString(tensor.shape()));
    }
    return Optional.ofNullable(tensor);
  }

  private String name(String suffix) {
    return module + "." + suffix;
  }

  /** Leaves out what weights don't depend on: what belongs to activations. */
  void drop(String... suffixes) {
    Arrays.stream(suffixes).forEach(suffix -> left.remove(name(suffix)));
  }

  void requireShape(String suffix, StoredTensor tensor, long rows, long columns) {
    require(
        tensor.rows() == rows && tensor.columns() == columns,
        "%s has shape %s, where [%d, %d] belongs",
        suffix,
        Arrays.toString(tensor.shape()),
        rows,
        columns);
  }

  void require(boolean right, String problem, Object... values) {
    if (!right) {
      throw refused(String.format(Locale.ROOT, problem, values));
    }
  }

  UserException refused(String problem) {
    return new UserException(
        String.format(
            Locale.ROOT,
            "the weights in %s: %s isn't %s as it is known: %s",
            folder,
            Safetensors.shown(module),
            format,
            problem),
        "fetch the model again; if it was published so, take its weights in bf16, f16 or f32.");
  }

  /**
   * The group of each column as a tensor names it, checked when it is read.
   *
   * @param count of the groups
   * @param otherwise without such a tensor, or where all of it is -1
   */
  Scaling.Groups groups(String suffix, long columns, long count, Scaling.Groups otherwise) {
    if (!has(suffix)) {
      return otherwise;
    }
    StoredTensor named = take(suffix, ElementType.I32);
    requireShape(suffix, named, columns, 1);
    return () -> {
      int[] groups = Numbers.ints(named);
      if (Arrays.stream(groups).allMatch(group -> group == -1)) {
        return otherwise.read();
      }
      for (int group : groups) {
        require(
            group >= 0 && group < count,
            "%s names group %d, and there are %d groups",
            suffix,
            group,
            count);
      }
      return groups;
    };
  }
}
