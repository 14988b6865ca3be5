package io.herd.job.library;

import java.util.function.Supplier;
import org.apache.spark.Dependency;
import org.apache.spark.OneToOneDependency;
import org.apache.spark.Partition;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import scala.collection.Iterator;
import scala.collection.immutable.Nil$;
import scala.collection.immutable.Seq;
import scala.reflect.ClassTag;

/**
 * Rows that are generated when a job first asks for them. Spark asks on the caller's thread, before
 * it submits the job, so that other jobs can be run here; when they fail, the next action tries
 * again.
 *
 * <p>Runs with Scala 2.12, too: {@link Parents} has that version's method, and no method of Spark's
 * is given a sequence.
 */
final class LazyRdd extends RDD<InternalRow> implements Parents {
  private final transient Supplier<RDD<InternalRow>> source;
  private RDD<InternalRow> rows;

  LazyRdd(SparkContext spark, Supplier<RDD<InternalRow>> source) {
    super(
        JavaSparkContext.fromSparkContext(spark).emptyRDD().rdd(),
        ClassTag.apply(InternalRow.class));
    this.source = source;
  }

  private RDD<InternalRow> rows() {
    if (rows == null) {
      rows = source.get();
    }
    return rows;
  }

  @Override
  public Partition[] getPartitions() {
    return rows().partitions();
  }

  @Override
  public Seq<Dependency<?>> getDependencies() {
    return Nil$.MODULE$.$colon$colon(new OneToOneDependency<>(rows()));
  }

  @Override
  public Iterator<InternalRow> compute(Partition partition, TaskContext task) {
    return rows.iterator(partition, task);
  }
}
