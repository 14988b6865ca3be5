package io.herd.job;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.herd.udfs.UserException;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class SessionsTest {
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
}
