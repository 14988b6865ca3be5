package io.herd.job;

import static io.herd.job.Launcher.UNSET;
import static io.herd.job.Launcher.executable;
import static org.assertj.core.api.Assertions.assertThat;

import io.herd.job.Launcher.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Machines and environments that Java or Spark would end on with a trace. */
class MachineTest {
  @TempDir Path temporary;
  private Launcher launcher;

  @BeforeEach
  void makeALauncher() throws IOException {
    launcher = Launcher.in(temporary);
  }

  /** Spark that says what its environment has. */
  private void sparkSays(String... names) throws IOException {
    executable(
        launcher.spark().resolve("bin/spark-submit"),
        "for name in " + String.join(" ", names) + "; do echo \"$name=${!name:-}\"; done");
  }

  private Map<String, String> nameless() throws IOException {
    Map<String, String> nameless = new HashMap<>(launcher.with("getent", "exit 2"));
    nameless.putAll(Map.of("SPARK_LOCAL_IP", UNSET, "SPARK_LOCAL_HOSTNAME", UNSET));
    return nameless;
  }

  private static void refused(Outcome outcome, String problem, String remedy) {
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err()).startsWith(problem).contains("\n  What to do: ").contains(remedy);
    assertThat(outcome.err()).as("one message").hasLineCount(2);
    assertThat(outcome.out()).isEmpty();
  }

  @Test
  void herd_localeWithoutUtf8_startsJavaWithOne() throws Exception {
    sparkSays("LC_ALL", "LC_CTYPE");

    Outcome all = launcher.herd(Map.of("LC_ALL", "C", "LC_CTYPE", UNSET), "run", "x.conf");
    Outcome none =
        launcher.herd(Map.of("LC_ALL", UNSET, "LC_CTYPE", UNSET, "LANG", UNSET), "run", "x.conf");
    Outcome utf8 = launcher.herd(Map.of("LC_ALL", "C.UTF-8", "LC_CTYPE", UNSET), "run", "x.conf");

    assertThat(all.out().get(0)).matches("LC_ALL=C\\.(?i)utf-?8");
    assertThat(none.out().get(0)).isEqualTo("LC_ALL=");
    assertThat(none.out().get(1)).matches("LC_CTYPE=C\\.(?i)utf-?8");
    assertThat(utf8.out()).containsExactly("LC_ALL=C.UTF-8", "LC_CTYPE=");
  }

  @Test
  void herd_userWithoutAName_isToldHowToGiveOne() throws Exception {
    Map<String, String> nobody =
        launcher.with("id", "[[ $1 == -u ]] && echo 54321 || { echo 54321; exit 1; }");

    refused(
        launcher.herd(nobody, "run", "x.conf"),
        "User 54321 has no entry in passwd, and Spark needs the user's name.",
        "herd:x:54321:0::");
  }

  @ParameterizedTest
  @CsvSource({"local[2], 127.0.0.1, localhost", "local-cluster[2;1;1024], 127.0.0.1, localhost"})
  void herd_hostNameWithoutAnAddress_runsLocally(String master, String ip, String name)
      throws Exception {
    sparkSays("SPARK_LOCAL_IP", "SPARK_LOCAL_HOSTNAME");
    Map<String, String> nameless = nameless();

    Outcome outcome =
        launcher.herd(nameless, "--master", master.replace(';', ','), "run", "x.conf");

    assertThat(outcome.out())
        .containsExactly("SPARK_LOCAL_IP=" + ip, "SPARK_LOCAL_HOSTNAME=" + name);
  }

  @Test
  void herd_hostNameWithoutAnAddressOnACluster_isToldToNameOne() throws Exception {
    sparkSays("SPARK_LOCAL_IP");
    Map<String, String> nameless = nameless();
    Map<String, String> named = new HashMap<>(nameless);
    named.put("SPARK_LOCAL_IP", "192.0.2.7");

    refused(
        launcher.herd(nameless, "--master", "spark://host:7077", "run", "x.conf"),
        "This machine's name, ",
        "SPARK_LOCAL_IP.");
    assertThat(launcher.herd(named, "--master", "spark://host:7077", "run", "x.conf").out())
        .containsExactly("SPARK_LOCAL_IP=192.0.2.7");
  }

  @ParameterizedTest
  @CsvSource({
    "25.0.3, hadoop-client-api-3.4.1.jar, 2",
    "23, hadoop-client-api-3.3.6.jar, 2",
    "25.0.3, hadoop-client-api-3.4.2.jar, 0",
    "25.0.3, hadoop-client-api-3.5.0.jar, 0",
    "21.0.8, hadoop-client-api-3.4.1.jar, 0",
    "17.0.12, hadoop-client-api-3.4.1.jar, 0"
  })
  void herd_javaThatHadoopCannotRunOn_isRefused(String version, String hadoop, int code)
      throws Exception {
    Path java = temporary.resolve("java");
    executable(
        java.resolve("bin/java"), "echo 'openjdk version \"" + version + "\" 2026-01-01' >&2");
    Files.createDirectories(launcher.spark().resolve("jars"));
    Files.createFile(launcher.spark().resolve("jars").resolve(hadoop));

    Outcome outcome = launcher.herd(Map.of("JAVA_HOME", java.toString()), "run", "x.conf");

    assertThat(outcome.code()).isEqualTo(code);
    if (code == 2) {
      refused(outcome, "Java at " + java + "/bin/java is too new for the Spark in ", "17 or 21.");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"yarn", "k8s://https://127.0.0.1:6443"})
  void herd_clusterWithoutItsSpark_isToldToSetSparkHome(String master) throws Exception {
    refused(
        launcher.herd(Map.of("SPARK_HOME", UNSET), "--master", master, "run", "x.conf"),
        "The master is " + master + ", and SPARK_HOME isn't set: ",
        "set SPARK_HOME to the cluster's Spark");
  }

  @Test
  void herd_yarnWithoutItsConfiguration_isToldToNameIt() throws Exception {
    Map<String, String> none = Map.of("HADOOP_CONF_DIR", UNSET, "YARN_CONF_DIR", UNSET);

    refused(
        launcher.herd(none, "--master=yarn", "run", "x.conf"),
        "The master is yarn, and neither HADOOP_CONF_DIR nor YARN_CONF_DIR says where it is.",
        "core-site.xml");
    assertThat(
            launcher
                .herd(Map.of("HADOOP_CONF_DIR", "/etc/hadoop"), "--master=yarn", "run", "x")
                .code())
        .isZero();
  }
}
