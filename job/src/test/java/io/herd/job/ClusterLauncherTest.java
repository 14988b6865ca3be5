package io.herd.job;

import static io.herd.job.Launcher.executable;
import static org.assertj.core.api.Assertions.assertThat;

import io.herd.job.Launcher.Outcome;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What submit/herd does where the driver, the jar or the settings are a cluster's. */
class ClusterLauncherTest {
  private static final String K8S = "k8s://https://h:6443";
  private static final String STANDALONE = "spark://h:7077";
  private static final String WAIT = "spark.standalone.submit.waitAppCompletion=true";

  @TempDir Path temporary;
  private Launcher launcher;
  private Path caller;

  @BeforeEach
  void makeASparkAndAJar() throws IOException {
    launcher = Launcher.in(temporary);
    caller = launcher.caller();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "local:///opt/herd/herd.jar",
        "s3a://bucket/herd.jar",
        "hdfs://namenode/herd.jar",
        "https://repository/herd.jar"
      })
  void herdJar_anyUriOfSparks_isSubmittedAsItIs(String uri) throws Exception {
    Outcome outcome = cluster(K8S, Map.of("HERD_JAR", uri), "run", "/etc/herd/x.conf");

    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.out())
        .containsSequence("--class", "io.herd.job.Main", uri, "run", "/etc/herd/x.conf");
  }

  @Test
  void herdJar_localUriInClientMode_mustBeHere() throws Exception {
    String here = "local://" + launcher.jar();

    assertThat(launcher.herd(Map.of("HERD_JAR", here), "run", "x.conf").out()).contains(here);
    assertThat(launcher.herd(Map.of("HERD_JAR", "local:///no.jar"), "run", "x.conf").err())
        .startsWith("HERD_JAR is local:///no.jar, and there is no such file.\n");
  }

  @Test
  void propertiesFiles_several_areOneWhoseLastValuesWin() throws Exception {
    Files.writeString(caller.resolve("a.conf"), "spark.a 1\nspark.b 1\nspark.submit.deployMode x");
    Files.writeString(caller.resolve("b.conf"), "spark.b 2\nspark.master local[7]\n");
    executable(
        launcher.spark().resolve("bin/spark-submit"),
        "while [[ $1 != --properties-file ]]; do shift; done; cat \"$2\"; cat \"$2\" >again");

    Outcome outcome =
        launcher.herd(
            Map.of(), "--properties-file", "a.conf", "--properties-file=b.conf", "run", "x.conf");

    Properties joined = new Properties();
    joined.load(new StringReader(String.join("\n", outcome.out())));
    assertThat(joined)
        .containsEntry("spark.a", "1")
        .containsEntry("spark.b", "2")
        .containsEntry("spark.submit.deployMode", "x")
        .containsEntry("spark.master", "local[7]");
    assertThat(caller.resolve("again")).as("Spark reads it twice").isNotEmptyFile();
  }

  @Test
  void propertiesFiles_several_leaveNoCopyBehind() throws Exception {
    Files.writeString(caller.resolve("a.conf"), "spark.authenticate.secret x\n");
    Path folder = Files.createDirectory(temporary.resolve("tmp"));

    launcher.herd(
        Map.of("TMPDIR", folder.toString()),
        "--properties-file=a.conf",
        "--properties-file=a.conf",
        "run",
        "x.conf");

    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void propertiesFile_thatIsMissing_isTheUsers() throws Exception {
    Outcome outcome = launcher.herd(Map.of(), "--properties-file", "no.conf", "run", "x.conf");

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err()).startsWith("The properties file no.conf can't be read.\n");
  }

  @ParameterizedTest
  @CsvSource({
    "k8s://h, conf/x.conf, 'add --files conf/x.conf before run, and write x.conf, the name'",
    "yarn, x.conf, 'add --files x.conf before run'",
    "spark://h:1, x.conf, 'put it at the same path on every worker, and write the whole path.'",
  })
  void configuration_relativeAndNotShipped_isRefusedBeforeSubmitting(
      String master, String conf, String remedy) throws Exception {
    Outcome outcome = cluster(master, Map.of(), "run", conf);

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err())
        .startsWith("The configuration " + conf + " is a relative path, and in deploy mode cluster")
        .contains("What to do: " + remedy);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--files=a/x.conf,b", "--files=hdfs://h/x.conf", "--files=y.conf#x.conf"})
  void configuration_shipped_isSubmitted(String files) throws Exception {
    assertThat(cluster(K8S, Map.of(), files, "run", "x.conf").code()).isZero();
    assertThat(cluster(STANDALONE, Map.of(), files, "run", "x.conf").code())
        .as("a standalone cluster's driver starts without them")
        .isEqualTo(2);
  }

  @Test
  void values_relativePaths_areRefusedWithTheirLinesBeforeSubmitting() throws Exception {
    Files.writeString(
        caller.resolve("x.conf"),
        """
        herd {
          model.path = model
          input.path = "s3a://bucket/in"
          output.path = out
          run.work-dir = /work
        }
        """);

    Outcome outcome =
        clusterWithClasses("--files", "x.conf", "--archives", "m.zip#model", "run", "x.conf");

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err())
        .startsWith("1 problem in the configuration x.conf:\n")
        .contains(
            "x.conf:4  herd.output.path: \"out\" is relative, and in deploy mode cluster the");
    assertThat(
            clusterWithClasses(
                    "--files=x.conf",
                    "--archives=m.zip#model",
                    "run",
                    "x.conf",
                    "herd.output.path=s3a://b/out")
                .code())
        .isZero();
  }

  @Test
  void values_thatNameTheDriversVariables_areLeftToTheDriver() throws Exception {
    Files.writeString(caller.resolve("x.conf"), "herd.output.path = ${ONLY_THERE}/out\n");

    assertThat(clusterWithClasses("--files", "x.conf", "run", "x.conf").code()).isZero();
  }

  @Test
  void standalone_isToldToWaitUnlessTheUserSays() throws Exception {
    Files.writeString(caller.resolve("p"), "spark.standalone.submit.waitAppCompletion false\n");

    assertThat(cluster(STANDALONE, Map.of(), "run", "/x.conf").out()).contains(WAIT);
    assertThat(cluster(STANDALONE, Map.of(), "--properties-file=p", "run", "/x.conf").out())
        .doesNotContain(WAIT);
    String no = "spark.standalone.submit.waitAppCompletion=false";
    assertThat(cluster(STANDALONE, Map.of(), "--conf", no, "run", "/x.conf").out())
        .contains(no)
        .doesNotContain(WAIT);
    assertThat(cluster(K8S, Map.of(), "run", "/x.conf").out()).doesNotContain(WAIT);
  }

  @Test
  void standalone_driverThatFails_isExitCodeOneOrThatOfItsRun() throws Exception {
    Path work = Files.createDirectory(caller.resolve("work"));
    Path conf = caller.resolve("x.conf");
    Files.writeString(
        conf, "herd { run.work-dir = \"%s\", model.path = /m }".formatted(work.toRealPath()));
    Path report = work.resolve("run.json");
    Files.writeString(report, "{\n  \"exit_code\": 4\n}\n");
    Files.setLastModifiedTime(report, FileTime.fromMillis(0));

    Outcome unknown = afterDriver("FAILED", "", conf);
    assertThat(unknown.code()).as("an older run's report says nothing").isEqualTo(1);
    assertThat(unknown.err())
        .contains("State of driver", "The driver failed, and a standalone cluster doesn't");

    String writing = "printf '{\\n  \"exit_code\": 2,\\n}\\n' >work/run.json; ";
    assertThat(afterDriver("FAILED", writing, conf).code()).isEqualTo(2);
    assertThat(afterDriver("FINISHED", "", conf).code()).isZero();
  }

  private Outcome afterDriver(String state, String before, Path conf) throws Exception {
    String line = "INFO ClientEndpoint: State of driver driver-1 is %s, exiting spark-submit JVM.";
    executable(
        launcher.spark().resolve("bin/spark-submit"),
        before + "echo '" + line.formatted(state) + "' >&2");
    return cluster(STANDALONE, withClasses(), "run", conf.toRealPath().toString());
  }

  private Outcome clusterWithClasses(String... arguments) throws Exception {
    return cluster(K8S, withClasses(), arguments);
  }

  /** A java that has the classes of this build, as a built herd.jar would. */
  private Map<String, String> withClasses() throws IOException {
    Path home = temporary.resolve("java");
    String real = Path.of(System.getProperty("java.home"), "bin/java").toString();
    executable(
        home.resolve("bin/java"),
        "export CLASSPATH='%s'\n".formatted(System.getProperty("java.class.path"))
            + "[[ $* == *' -cp '* ]] || exec '%s' \"$@\"\n".formatted(real)
            + "while [[ $1 != -cp ]]; do shift; done; exec '%s' \"${@:3}\"".formatted(real));
    return Map.of("JAVA_HOME", home.toString());
  }

  private Outcome cluster(String master, Map<String, String> environment, String... arguments)
      throws Exception {
    List<String> words = new ArrayList<>(List.of("--master", master));
    words.addAll(List.of("--deploy-mode", "cluster"));
    words.addAll(List.of(arguments));
    Map<String, String> all = new HashMap<>(Map.of("HADOOP_CONF_DIR", "/conf"));
    all.putAll(environment);
    return launcher.herd(all, words.toArray(String[]::new));
  }
}
