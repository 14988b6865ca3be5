package io.herd.job.verb;

import static org.apache.spark.sql.functions.rand;

import io.herd.job.library.InternalRows;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.Set;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.PartitionPruningRDD;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import scala.Function1;

/**
 * A few random rows of an input, the same ones each time. They come from the beginnings of a few of
 * its partitions: a look at 20 rows of a terabyte mustn't read it.
 *
 * @param parts partitions that are looked into
 * @param rows of each that are read at most
 */
record FewRows(int parts, int rows) {
  static final FewRows STANDARD = new FewRows(8, 1000);

  /** Returns the wanted number of rows, or all if there are fewer. */
  Dataset<Row> of(SparkSession spark, Dataset<Row> source, int wanted, long seed) {
    JavaRDD<InternalRow> all = InternalRows.of(source);
    Set<Integer> chosen = chosen(all.getNumPartitions(), new Random(seed));
    RDD<InternalRow> some = PartitionPruningRDD.create(all.rdd(), in(chosen));
    Dataset<Row> few = dataset(spark, source, some);
    boolean enough = chosen.size() == all.getNumPartitions() || few.limit(wanted).count() == wanted;
    return (enough ? few : dataset(spark, source, all.rdd())).orderBy(rand(seed)).limit(wanted);
  }

  private Set<Integer> chosen(int partitions, Random random) {
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < partitions; i++) {
      all.add(i);
    }
    Collections.shuffle(all, random);
    return Set.copyOf(all.subList(0, Math.min(parts, partitions)));
  }

  @SuppressWarnings("unchecked") // an intersection of types has no cast of its own
  private static Function1<Object, Object> in(Set<Integer> chosen) {
    return (Function1<Object, Object> & Serializable) index -> chosen.contains(index);
  }

  private Dataset<Row> dataset(SparkSession spark, Dataset<Row> source, RDD<InternalRow> parts) {
    int most = rows;
    JavaRDD<InternalRow> first =
        parts.toJavaRDD().mapPartitions(each -> new First(each, most), true);
    return InternalRows.dataset(spark, first.rdd(), source.schema());
  }

  /** The first rows of a partition. */
  private static final class First implements Iterator<InternalRow> {
    private final Iterator<InternalRow> rows;
    private int left;

    First(Iterator<InternalRow> rows, int most) {
      this.rows = rows;
      this.left = most;
    }

    @Override
    public boolean hasNext() {
      return left > 0 && rows.hasNext();
    }

    @Override
    public InternalRow next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      left--;
      return rows.next();
    }
  }
}
