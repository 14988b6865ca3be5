package io.herd.udfs.quantized;

import io.herd.udfs.checkpoint.ElementType;
import io.herd.udfs.checkpoint.StoredTensor;
import io.herd.udfs.checkpoint.WeightTensor;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * AWQ of 4 bits (Lin et al. 2023) in the layout GEMM: a word holds those of eight rows of the
 * matrix in one column, in an order that suits a GPU's instructions. All are read at once.
 *
 * @param group columns with a scale in common, or -1 for all
 */
record Awq(int group) implements Format {
  private static final int BITS = 4;
  private static final int EACH = 8;

  /** Place in a word of each of its rows. */
  private static final int[] ORDER = {0, 4, 1, 5, 2, 6, 3, 7};

  static Awq of(QuantizationValues config) {
    int bits = config.integer("bits", BITS);
    String layout = config.text("version");
    layout = layout.isEmpty() ? config.text("format") : layout;
    if (bits != BITS || !Set.of("", "gemm").contains(layout)) {
      throw config.unread("awq of " + bits + " bits in the layout " + layout);
    }
    return new Awq(config.size("group_size"));
  }

  @Override
  public String words() {
    return "AWQ 4-bit" + (group < 0 ? "" : " in groups of " + group);
  }

  @Override
  public List<String> markers() {
    return List.of("qweight");
  }

  @Override
  public WeightTensor weight(Parts parts) {
    Codes codes = new Interleaved(parts.take("qweight", ElementType.I32));
    StoredTensor scales = parts.take("scales", Parts.DENSE);
    StoredTensor zeros = parts.take("qzeros", ElementType.I32);
    long size = group < 0 ? codes.columns() : group;
    long groups = Scaling.count(codes.columns(), size);
    parts.requireShape("scales", scales, groups, codes.rows());
    parts.requireShape("qzeros", zeros, groups, codes.rows() / EACH);
    Scaling.Groups groupOf = Scaling.neighbours(codes.columns(), size);
    Scaling scaling = Scaling.transposed(scales, () -> zeros(zeros, scales), groupOf);
    return new Dequantized(scaling.of(codes), scales.type());
  }

  private static float[] zeros(StoredTensor packed, StoredTensor scales) throws IOException {
    int[] words = Numbers.ints(packed);
    return PackedZeros.along(words, (int) scales.rows(), (int) scales.columns(), BITS, ORDER);
  }

  /**
   * @param words {@code [columns, rows / 8]}
   */
  private record Interleaved(StoredTensor words) implements Codes {
    @Override
    public long rows() {
      return words.columns() * EACH;
    }

    @Override
    public long columns() {
      return words.rows();
    }

    @Override
    public Reader open() throws IOException {
      return new Reading(Words.transposed(words));
    }
  }

  private record Reading(int[] words) implements Codes.Reader {
    @Override
    public void read(long row, float[] into) {
      int from = (int) (row / EACH) * into.length;
      int shift = ORDER[(int) (row % EACH)] * BITS;
      for (int i = 0; i < into.length; i++) {
        into[i] = words[from + i] >>> shift & (1 << BITS) - 1;
      }
    }

    @Override
    public void close() {}
  }
}
