package io.herd.job.library;

import java.util.function.Supplier;
import org.apache.spark.Dependency;
import org.apache.spark.OneToOneDependency;
import org.apache.spark.Partition;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import scala.collection.Iterator;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;

/**
 * Rows that are made when a job first asks for them. Spark asks on the caller's thread, before it
 * submits the job, so that other jobs can be run here; when they fail, the next action tries again.
 */
final class LazyRdd extends RDD<InternalRow> {
  private final transient Supplier<RDD<InternalRow>> source;
  private RDD<InternalRow> rows;

  LazyRdd(SparkContext spark, Supplier<RDD<InternalRow>> source) {
    super(spark, none(), ClassTag.apply(InternalRow.class));
    this.source = source;
  }

  private static <T> Seq<T> none() {
    return CollectionConverters.<T>asScala(java.util.List.of()).toSeq();
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
    return CollectionConverters.<Dependency<?>>asScala(
            java.util.List.of(new OneToOneDependency<>(rows())))
        .toSeq();
  }

  @Override
  public Iterator<InternalRow> compute(Partition partition, TaskContext task) {
    return rows.iterator(partition, task);
  }
}
