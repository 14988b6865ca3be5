package io.herd.job.verb;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.job.SharedSpark;
import java.util.List;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedSpark.class)
class FewRowsTest {
  private static final FewRows FEW = new FewRows(3, 10);

  private static List<Long> ids(Dataset<Row> rows) {
    return rows.select("id").as(Encoders.LONG()).collectAsList();
  }

  @Test
  void of_largeInput_readsLittleOfIt(SparkSession spark) {
    LongAccumulator read = spark.sparkContext().longAccumulator();
    Dataset<Row> source =
        spark
            .range(0, 100_000, 1, 50)
            .toDF("id")
            .filter(
                (FilterFunction<Row>)
                    row -> {
                      read.add(1);
                      return true;
                    });

    List<Long> ids = ids(FEW.of(spark, source, 20, 7));

    assertThat(ids).hasSize(20).doesNotHaveDuplicates();
    assertThat(ids).allMatch(id -> id % 2000 < 10);
    assertThat(read.value()).isLessThan(1000);
  }

  @Test
  void of_sameSeed_givesTheSameRows(SparkSession spark) {
    Dataset<Row> source = spark.range(0, 1000, 1, 20).toDF("id");

    assertThat(ids(FEW.of(spark, source, 5, 1))).isEqualTo(ids(FEW.of(spark, source, 5, 1)));
    assertThat(ids(FEW.of(spark, source, 5, 2))).isNotEqualTo(ids(FEW.of(spark, source, 5, 1)));
  }

  @Test
  void of_partitionsWithFewRows_takesThemFromAll(SparkSession spark) {
    Dataset<Row> source = spark.range(0, 40, 1, 20).toDF("id");

    assertThat(ids(FEW.of(spark, source, 20, 1))).hasSize(20).doesNotHaveDuplicates();
    assertThat(ids(FEW.of(spark, source, 100, 1))).hasSize(40);
  }
}
