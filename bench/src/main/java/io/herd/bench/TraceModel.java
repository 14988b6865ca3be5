package io.herd.bench;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.herd.udfs.model.ArenaSizes;
import io.herd.udfs.model.CausalModel;
import io.herd.udfs.model.ModelSpec;
import io.herd.udfs.model.Rope;
import io.herd.udfs.model.SampledTokens;
import io.herd.udfs.model.SamplingBatch;
import io.herd.udfs.sample.LabelTokens;
import io.herd.udfs.schedule.Move;
import io.herd.udfs.schedule.Start;
import java.io.PrintWriter;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.ToIntFunction;

/**
 * A model that computes nothing and writes down what it is asked for, a line of JSON each:
 *
 * <pre>
 * {"arena":[capacity,kept,rows,tensors]}         an arena is resized to rows; the first kept ones keep their content
 * {"share":tokens}                               the prefix that following prompts have in common
 * {"prefill":[capacity,row],"requests":[...]}    prompts enter rows from this one on
 * {"decode":{"capacity":rows,...},"positions":[...]}
 * {"move":[capacity,row,capacity,row]}           a row is copied over another
 * </pre>
 */
final class TraceModel implements CausalModel {
  private static final ModelSpec NOTHING =
      new ModelSpec(
          1,
          1,
          1,
          2,
          2,
          1,
          1,
          1e-5,
          new Rope(1e4, new Rope.None()),
          1 << 20,
          true,
          Set.of(),
          0,
          null);

  private final PrintWriter out;
  private final ToIntFunction<int[]> number;
  private final Gson json =
      new GsonBuilder()
          .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
          .create();
  private final ArenaSizes cache;

  /**
   * @param number of a request, by its prompt
   */
  TraceModel(PrintWriter out, ToIntFunction<int[]> number) {
    this.out = out;
    this.number = number;
    this.cache =
        new ArenaSizes(
            (capacity, kept, rows, tensors) ->
                line(new Arena(new int[] {capacity, kept, rows, tensors})));
  }

  private record Arena(int[] arena) {}

  private record Share(int share) {}

  private record Prefill(int[] prefill, List<Integer> requests) {}

  private record Decode(SortedMap<Integer, Integer> decode, int[] positions) {}

  private record Moved(int[] move) {}

  void line(Record content) {
    out.println(json.toJson(content));
  }

  @Override
  public ModelSpec spec() {
    return NOTHING;
  }

  @Override
  public void share(int number, int[] prefix, Start base) {
    line(new Share(prefix.length));
  }

  @Override
  public void drop(List<Integer> prefixes) {
    throw new UnsupportedOperationException("all prompts have one prefix here");
  }

  @Override
  public void reserve(SortedMap<Integer, Integer> live, int capacity, int rows, long kvTokens) {
    cache.reserve(live, capacity, rows, kvTokens);
  }

  @Override
  public SampledTokens prefill(
      int capacity, int firstRow, List<int[]> prompts, Start start, SamplingBatch sampling) {
    List<Integer> requests = prompts.stream().map(number::applyAsInt).toList();
    line(new Prefill(new int[] {capacity, firstRow}, requests));
    return sampled(sampling);
  }

  @Override
  public SampledTokens decode(
      SortedMap<Integer, Integer> rows,
      int[] lengths,
      int[] ids,
      int[] positions,
      SamplingBatch sampling) {
    line(new Decode(rows, positions));
    return sampled(sampling);
  }

  private static SampledTokens sampled(SamplingBatch sampling) {
    return SampledTokens.of(new int[sampling.rows().size()]);
  }

  @Override
  public void move(Move move) {
    line(
        new Moved(
            new int[] {move.fromCapacity(), move.fromRow(), move.toCapacity(), move.toRow()}));
  }

  @Override
  public void forget() {
    throw new UnsupportedOperationException("nothing runs out of memory here");
  }

  @Override
  public double[][] score(
      int capacity, int firstRow, List<int[]> prompts, Start start, LabelTokens labels) {
    throw new UnsupportedOperationException("no labels are scored here");
  }

  @Override
  public void close() {
    out.close();
  }
}
