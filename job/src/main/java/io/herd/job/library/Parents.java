package io.herd.job.library;

import org.apache.spark.Dependency;
import scala.collection.Seq;

/**
 * Declares {@code RDD.getDependencies} for Scala 2.12, where sequences have another type. A class
 * that implements this beside the method of Scala 2.13 has both.
 */
interface Parents {
  Seq<Dependency<?>> getDependencies();
}
