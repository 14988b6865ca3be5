package io.herd.job.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.herd.job.SharedSpark;
import io.herd.job.exit.ExitCode;
import io.herd.udfs.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionsTest {
  private static final String INITIAL_PARTITIONS =
      "spark.sql.adaptive.coalescePartitions.initialPartitionNum";
  private static final String TOKEN = "hf_abcdefghijklmnopqrstuvwxyz";

  @Test
  void refuseTokens_oneInASetting_isNamedAndNotShown() {
    SparkConf conf = new SparkConf(false).set("spark.executorEnv.HF_TOKEN", TOKEN);
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> Sessions.refuseTokens(conf))
        .withMessageContaining("spark.executorEnv.HF_TOKEN")
        .withMessageNotContaining(TOKEN);
  }

  @Test
  void refuseTokens_ordinarySettings_pass() {
    SparkConf conf = new SparkConf(false).set("spark.app.name", "hf_herd");
    assertThatCode(() -> Sessions.refuseTokens(conf)).doesNotThrowAnyException();
  }

  @Test
  void isNameless_nameThatAUserGave_stays() {
    SparkConf conf = new SparkConf(false);
    assertThat(Sessions.isNameless(conf)).isTrue();
    assertThat(Sessions.isNameless(conf.set("spark.app.name", "io.herd.job.Main"))).isTrue();
    assertThat(Sessions.isNameless(conf.set("spark.app.name", "nightly"))).isFalse();
  }

  @Test
  void missing_cluster_hasShufflesForManyExecutors() {
    SparkConf conf = new SparkConf(false).set("spark.master", "yarn");
    assertThat(Sessions.missing(conf)).containsEntry(INITIAL_PARTITIONS, "2000");
    conf.set("spark.sql.shuffle.partitions", "400");
    assertThat(Sessions.missing(conf)).doesNotContainKey(INITIAL_PARTITIONS);
  }

  @Test
  void missing_local_hasFewPartitions() {
    SparkConf conf = new SparkConf(false).set("spark.master", "local[2]");
    assertThat(Sessions.missing(conf)).containsEntry(INITIAL_PARTITIONS, "8");
    conf.set("spark.sql.shuffle.partitions", "400");
    assertThat(Sessions.missing(conf)).doesNotContainKey(INITIAL_PARTITIONS);
  }

  @Test
  void missing_local_hasAFolderForTemporaryFilesThatOthersCantEnter() throws IOException {
    SparkConf conf = new SparkConf(false).set("spark.master", "local[2]");
    Path folder = Path.of(Sessions.missing(conf).get("spark.local.dir"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwx------");
    conf.set("spark.local.dir", "/data/tmp");
    assertThat(Sessions.missing(conf)).doesNotContainKey("spark.local.dir");
    conf.remove("spark.local.dir").set("spark.master", "yarn");
    assertThat(Sessions.missing(conf)).doesNotContainKey("spark.local.dir");
  }

  @Test
  void missingWithoutUi_ui_isOffUnlessItIsSet() {
    SparkConf conf = new SparkConf(false);
    assertThat(Sessions.missing(conf)).doesNotContainKey("spark.ui.enabled");
    assertThat(Sessions.missingWithoutUi(conf)).containsEntry("spark.ui.enabled", "false");
    conf.set("spark.ui.enabled", "true");
    assertThat(Sessions.missingWithoutUi(conf)).doesNotContainKey("spark.ui.enabled");
  }

  @ParameterizedTest
  @CsvSource({"local, true", "local[2], true", "'local-cluster[2,1,1024]', false", "yarn, false"})
  void isOneProcess_master_isWhereExecutorsAreTheDriver(String master, boolean one) {
    assertThat(Sessions.isOneProcess(new SparkConf(false).set("spark.master", master)))
        .isEqualTo(one);
  }

  @Test
  void missing_whatIsSet_stays() {
    SparkConf conf = new SparkConf(false).set("spark.master", "local[2]");
    assertThat(Sessions.missing(conf)).containsKeys("spark.redaction.regex", "spark.plugins");
    conf.set("spark.plugins", "mine");
    assertThat(Sessions.missing(conf)).doesNotContainKey("spark.plugins");
  }

  @Test
  @ExtendWith(SharedSpark.class)
  void with_aSessionThatOthersBegan_leavesItRunning(SparkSession others) {
    assertThat(Sessions.with("herd", spark -> ExitCode.DONE)).isEqualTo(ExitCode.DONE);

    assertThat(others.sparkContext().isStopped()).isFalse();
  }
}
