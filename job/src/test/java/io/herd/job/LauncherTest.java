package io.herd.job;

import static io.herd.job.Launcher.SCRIPT;
import static io.herd.job.Launcher.executable;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import io.herd.job.Launcher.Outcome;
import io.herd.job.cli.Commands;
import io.herd.job.config.CallerPaths;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What submit/herd makes of its words and its environment. */
class LauncherTest {
  @TempDir Path temporary;
  private Launcher launcher;
  private Path caller;
  private Path spark;
  private Path jar;

  @BeforeEach
  void makeASparkAndAJar() throws IOException {
    launcher = Launcher.in(temporary);
    caller = launcher.caller();
    spark = launcher.spark();
    jar = launcher.jar();
  }

  @Test
  void herd_verbAndOverrides_reachSparkSubmitWordByWord() throws Exception {
    Outcome outcome =
        herd(
            "run", "my run.conf", "herd.prompt.template=Review: {{ text }} $x", "herd.choices=[a]");

    assertThat(outcome.code()).isZero();
    assertThat(outcome.out())
        .containsSequence(
            "--class",
            "io.herd.job.Main",
            jar.toString(),
            "run",
            "my run.conf",
            "herd.prompt.template=Review: {{ text }} $x",
            "herd.choices=[a]");
    assertThat(outcome.err()).isEmpty();
  }

  /** None of them may become two words, a command, an option of Spark's or another file's name. */
  @Test
  void herd_wordsThatShellsRead_reachSparkSubmitAsTheyAre() throws Exception {
    String[] words = {
      "run",
      "$(touch pwned).conf",
      "herd.prompt.template=`touch pwned`; touch pwned",
      "herd.prompt.system='\"$HOME\" *",
      "herd.output.path=a\tb  c",
      "--conf=spark.driver.extraJavaOptions=-Dx",
      "-e",
      "",
      "~/x",
      "{a,b}"
    };

    Outcome outcome = herd(Map.of("HERD_DRIVER_MEMORY", "1g --conf a=b"), words);

    assertThat(outcome.out()).containsSequence(words);
    assertThat(outcome.out()).containsSequence("--driver-memory", "1g --conf a=b");
    assertThat(caller).isEmptyDirectory();
  }

  @Test
  void herd_optionsThatShellsRead_reachSparkSubmitAsTheyAre() throws Exception {
    String setting = "spark.a=$(touch pwned) `touch pwned` \"'; touch pwned";

    Outcome outcome = herd("--conf", setting, "--name=-x $(touch pwned)", "run", "x.conf");

    assertThat(outcome.out())
        .containsSubsequence("--conf", setting, "--name", "-x $(touch pwned)", jar.toString());
    assertThat(caller).isEmptyDirectory();
  }

  @Test
  void herd_nameInAPropertiesFileThatShellsRead_isOnlyText() throws Exception {
    Path file = caller.resolve("p.conf");
    Files.writeString(file, "spark.master $(touch pwned)\nspark.submit.deployMode `touch pwned`\n");

    assertThat(herd("--properties-file", "p.conf", "run", "x.conf").code()).isZero();

    assertThat(caller).isDirectoryNotContaining("glob:**/pwned");
  }

  /** A core file has the token, and everyone may read those of some systems. */
  @Test
  void herd_anyVerb_leavesNoCoreFile() throws Exception {
    executable(spark.resolve("bin/spark-submit"), "ulimit -S -c");
    Outcome outcome =
        start(
            Map.of(),
            "bash",
            "-c",
            "ulimit -S -c \"$(ulimit -H -c)\" && exec \"$0\" \"$@\"",
            SCRIPT.toString(),
            "run",
            "x.conf");
    assertThat(outcome.out()).containsExactly("0");
  }

  @Test
  void herd_clean_passesItsOptionsOn() throws Exception {
    assertThat(herd("clean", "x.conf", "--older-than", "30d", "--yes").out())
        .containsSequence("clean", "x.conf", "--older-than", "30d", "--yes");
  }

  @Test
  void herd_anyCaller_staysInItsDirectory() throws Exception {
    assertThat(herd("run", "x.conf").out().get(0)).isEqualTo(caller.toRealPath().toString());
  }

  @Test
  void herd_sparkOptions_comeBeforeTheJarAsTheyAre() throws Exception {
    Outcome outcome =
        herd("--master", "local[2]", "--conf", "spark.a=b c", "--name=n", "plan", "x.conf");

    assertThat(outcome.out())
        .containsSubsequence(
            "--master", "local[2]", "--conf", "spark.a=b c", "--name", "n", jar.toString(), "plan");
  }

  @Test
  void herd_application_isNamedByVerbAndConfigurationUnlessItHasAName() throws Exception {
    Files.writeString(caller.resolve("p.conf"), "spark.app.name nightly\n");

    assertThat(herd("run", "conf/my reviews.conf").out())
        .containsSequence("--name", "herd run my reviews");
    assertThat(herd("--conf", "spark.app.name=mine", "run", "x.conf").out())
        .doesNotContain("--name");
    assertThat(herd("--name", "mine", "run", "x.conf").out()).containsOnlyOnce("--name");
    assertThat(herd("--properties-file", "p.conf", "run", "x.conf").out()).doesNotContain("--name");
  }

  @Test
  void herd_givenSpark_keepsItsOwnMasterAndMemory() throws Exception {
    assertThat(herd("run", "x.conf").out()).doesNotContain("--master", "--driver-memory");
  }

  @Test
  void herd_clusterMode_leavesLoggingToTheCluster() throws Exception {
    assertThat(herd("--deploy-mode", "cluster", "run", "/x.conf").out())
        .contains("cluster")
        .noneMatch(line -> line.contains("log4j2"));
    assertThat(herd("run", "x.conf").out()).anyMatch(line -> line.contains("log4j2"));
  }

  @Test
  void herd_driverThatNoWorkerTakes_asksTheMasterWhyAfterAMinute() throws Exception {
    Path asked = caller.resolve("asked");
    executable(temporary.resolve("bin/sleep"), "exit 0"); // a minute in no time
    executable(
        spark.resolve("bin/spark-submit"),
        "if [[ $* == *WaitingDriver* ]]; then printf '%s\\n"
            + "' \"$@\" > asked.new; mv asked.new asked\n"
            + "else until [[ -e asked ]]; do read -r -t 0.1 <> <(:) || :; done; fi");
    Map<String, String> path =
        Map.of("PATH", temporary.resolve("bin") + ":" + System.getenv("PATH"));

    herd(path, "--master", "spark://h:1", "--deploy-mode", "cluster", "run", "/x.conf");

    assertThat(Files.readAllLines(asked))
        .containsSubsequence("--deploy-mode", "cluster", "--deploy-mode", "client")
        .containsSequence("io.herd.job.WaitingDriver", jar.toString(), "run", "/x.conf");
  }

  @Test
  void herd_endedAndNotYetReaped_asksTheMasterNothing() throws Exception {
    executable(
        temporary.resolve("bin/sleep"), "read -r -t 0.03 <> <(:) || :"); // a minute in two seconds
    executable(spark.resolve("bin/spark-submit"), "[[ $* != *WaitingDriver* ]] || touch asked");
    Map<String, String> path =
        Map.of("PATH", temporary.resolve("bin") + ":" + System.getenv("PATH"));
    String[] cluster = {"--master", "spark://h:1", "--deploy-mode", "cluster", "run", "/x.conf"};
    List<String> command =
        new ArrayList<>(List.of("bash", "-c", "\"$@\" & exec /bin/sleep 4", "x"));
    command.add(SCRIPT.toString());
    command.addAll(List.of(cluster)); // as Python's subprocess reads to the end of its output first

    start(path, command.toArray(String[]::new));

    assertThat(caller.resolve("asked")).doesNotExist();
  }

  @Test
  void herd_exitCodeOfSpark_isItsOwn() throws Exception {
    assertThat(herd(Map.of("SPARK_EXIT", "4"), "run", "x.conf").code()).isEqualTo(4);
  }

  @Test
  void herd_calledThroughLinks_findsItsProject() throws Exception {
    Path first = Files.createSymbolicLink(temporary.resolve("a link"), SCRIPT);
    Path second = Files.createSymbolicLink(caller.resolve("herd"), Path.of("../a link"));

    Outcome outcome = start(Map.of(), second.toString(), "--help");

    assertThat(first).exists();
    assertThat(outcome.code()).isZero();
    assertThat(outcome.out().get(0)).startsWith("Herd runs a Llama model");
  }

  @Test
  void herd_help_needsNeitherJavaNorABuild() throws Exception {
    Map<String, String> nothing = Map.of("JAVA_HOME", "/nowhere", "HERD_JAR", "/nowhere");

    assertThat(herd(nothing, "--help").out()).isEqualTo(made("--help"));
    assertThat(herd(nothing, "help").out()).isEqualTo(made("--help"));
    assertThat(herd(nothing, "help", "../help/run").err()).startsWith("There is no verb");
  }

  /** What picocli makes of the grammar, of which submit/help has copies. */
  private List<String> made(String... words) {
    ByteArrayOutputStream made = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(made, true, UTF_8);
    new Commands(Map.of(), Map.of(), CallerPaths.here(caller), out, out).execute(words);
    return made.toString(UTF_8).lines().toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "init",
        "check",
        "fetch",
        "plan",
        "sample",
        "variants",
        "run",
        "status",
        "review",
        "compare",
        "clean",
        "completion"
      })
  void herd_helpOfAVerb_isPicoclis(String verb) throws Exception {
    assertThat(herd(verb, "x.conf", "--help").out())
        .as("submit/help/%s.txt; what is expected here belongs into it", verb)
        .isEqualTo(made(verb, "--help"))
        .isEqualTo(herd("help", verb).out());
  }

  /** What shells complete is made by picocli: {@code submit/herd completion} prints a copy. */
  @Test
  void herd_completion_isPicoclisAndNeedsNeitherJavaNorABuild() throws Exception {
    Map<String, String> nothing = Map.of("JAVA_HOME", "/nowhere", "HERD_JAR", "/nowhere");

    assertThat(herd(nothing, "completion").out())
        .as("submit/completion.bash; what is expected here belongs into it")
        .isEqualTo(made("completion"));
  }

  /** They stand in the grammar alone; Main says what those do that read a configuration. */
  @Test
  void herd_verbs_areThoseOfTheGrammarAndOfMain() throws Exception {
    List<String> ofTheGrammar = verbs(String.join("\n", made("walk")));
    Set<String> withoutSettings = Set.of("init", "status", "review", "compare", "completion");

    assertThat(verbs(herd("walk").err())).containsExactlyInAnyOrderElementsOf(ofTheGrammar);
    assertThat(ofTheGrammar.stream().filter(verb -> !withoutSettings.contains(verb)))
        .containsExactlyInAnyOrderElementsOf(
            Main.VERBS.keySet().stream().map(verb -> verb.split(" ", 2)[0]).distinct().toList());
  }

  private static List<String> verbs(String refusal) {
    return List.of(refusal.replaceAll("(?s).*use one of |; submit/herd.*", "").split(", ", -1));
  }

  @Test
  void herd_unknownOrMissingVerb_isTheUsers() throws Exception {
    assertThat(herd("walk", "x.conf").code()).isEqualTo(2);
    assertThat(herd("walk", "x.conf").err())
        .isEqualTo(
            """
            There is no verb "walk".
              What to do: use one of check, clean, compare, completion, fetch, init, plan, review, run, sample, status, variants; submit/herd --help explains them.
            """);
    assertThat(herd().err()).startsWith("There is no verb.\n");
    assertThat(herd("--master").err()).startsWith("The option --master needs a value.\n");
  }

  @Test
  void herd_missingParts_areNamed() throws Exception {
    assertThat(herd(Map.of("HERD_JAR", "/no.jar"), "run", "x.conf").err())
        .startsWith("HERD_JAR is /no.jar, and there is no such file.\n");
    assertThat(herd(Map.of("SPARK_HOME", "/no spark"), "run", "x.conf").err())
        .startsWith("SPARK_HOME is /no spark, where there is no bin/spark-submit.\n");
    assertThat(herd(Map.of("JAVA_HOME", "/no java"), "run", "x.conf").err())
        .startsWith("There is no Java at /no java/bin/java.\n");
  }

  @Test
  void herd_oldJava_isRefusedInPlainWords() throws Exception {
    Path old = temporary.resolve("old java");
    executable(old.resolve("bin/java"), "echo 'openjdk version \"11.0.2\" 2019-01-15' >&2");

    Outcome outcome = herd(Map.of("JAVA_HOME", old.toString()), "run", "x.conf");

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err())
        .contains("is too old: openjdk version \"11.0.2\"")
        .contains("install a JDK of version 17 or 21 and set JAVA_HOME to it.");
  }

  @Test
  void herd_armWithAJarForIt_isNotRefusedForItsMachine() throws Exception {
    executable(temporary.resolve("bin/uname"), "[[ $1 == -s ]] && echo Linux || echo aarch64");
    Path jar = Files.writeString(temporary.resolve("arm.jar"), "pytorch/cpu/linux-aarch64/x.so");
    Path other = Files.writeString(temporary.resolve("x86.jar"), "pytorch/cpu/linux-x86_64/x.so");
    String path = temporary.resolve("bin") + ":" + System.getenv("PATH");

    assertThat(herd(Map.of("PATH", path, "HERD_JAR", jar.toString()), "run", "x.conf").err())
        .doesNotContain("engine is built for");
    assertThat(herd(Map.of("PATH", path, "HERD_JAR", other.toString()), "run", "x.conf").err())
        .contains("engine is built for Linux on x86-64, and this is Linux aarch64");
  }

  @ParameterizedTest
  @CsvSource({
    "uname, 'echo Darwin', and this is Darwin Darwin.",
    "ldd, 'echo musl libc (x86_64) >&2; exit 1', 'this Linux has musl, as Alpine does.'",
  })
  void herd_machineWithoutNatives_isRefusedUnlessTheDriverIsElsewhere(
      String program, String script, String refusal) throws Exception {
    executable(temporary.resolve("bin").resolve(program), script);
    Map<String, String> path =
        Map.of("PATH", temporary.resolve("bin") + ":" + System.getenv("PATH"));

    Outcome refused = herd(path, "run", "x.conf");

    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains(refusal, "What to do: ");
    assertThat(herd(path, "--deploy-mode", "cluster", "run", "/x.conf").code()).isZero();
  }

  @Test
  void fetchLibtorch_wheels_becomeOneFolderOrNothing() throws Exception {
    String script = SCRIPT.resolveSibling("fetch-libtorch").toString();
    Path bin = temporary.resolve("bin");
    Map<String, String> path = Map.of("PATH", bin + ":" + System.getenv("PATH"));
    String target =
        "while [ \"$1\" != --target ]; do shift; done; mkdir -p \"$2\"/torch/lib"
            + " \"$2\"/nvidia/x/lib; ";
    executable(bin.resolve("python3"), target + "touch \"$2\"/torch/lib/libtorch_cpu.so");

    Outcome processors = start(path, script, "libtorch");
    assertThat(processors.code()).isEqualTo(2);
    assertThat(processors.err()).contains("isn't a build with CUDA");
    assertThat(caller.resolve("libtorch")).isEmptyDirectory();

    executable(
        bin.resolve("python3"),
        target
            + "cd \"$2\" && touch torch/lib/libtorch_cuda.so"
            + " nvidia/x/lib/lib{cudart.so.12,cufile_rdma.so.1}");
    Outcome cuda = start(path, script, "libtorch");
    assertThat(cuda.code()).isZero();
    assertThat(cuda.out().get(0))
        .contains("PYTORCH_LIBRARY_PATH=" + caller.toRealPath() + "/libtorch/lib");
    assertThat(caller.resolve("libtorch/lib"))
        .isDirectoryContaining("glob:**/libtorch_cuda.so")
        .isDirectoryContaining("glob:**/libcudart.so.12")
        .isDirectoryNotContaining("glob:**/libcufile_rdma*");
    assertThat(Files.readSymbolicLink(caller.resolve("libtorch/lib/libcudart.so")))
        .as("by which DJL looks for it, relative, so that the folder can move")
        .hasToString("libcudart.so.12");
  }

  @Test
  void gpuDiscovery_nvidiaSmi_isToldAsSparkWantsIt() throws Exception {
    Path script = SCRIPT.resolveSibling("gpu-discovery.sh");
    Path bin = temporary.resolve("bin");
    Map<String, String> path = Map.of("PATH", bin + ":" + System.getenv("PATH"));
    executable(bin.resolve("nvidia-smi"), "printf '0\\n1\\n'");

    assertThat(start(path, script.toString()).out())
        .containsExactly("{\"name\": \"gpu\", \"addresses\": [\"0\",\"1\"]}");

    assertThat(discovered(bin, "3, 5")).containsExactly("3", "5");
    assertThat(discovered(bin, "GPU-8f6b-11,MIG-5c25-22")).contains("GPU-8f6b-11", "MIG-5c25-22");
    assertThat(discovered(bin, "2,-1,3")).as("as CUDA reads it").containsExactly("2");
    Map<String, String> hidden = Map.of("PATH", path.get("PATH"), "CUDA_VISIBLE_DEVICES", "");
    assertThat(start(hidden, script.toString()).err()).contains("hides every GPU of ");

    executable(bin.resolve("nvidia-smi"), "echo No devices were found");
    Outcome none = start(path, script.toString());
    assertThat(none.code()).isEqualTo(1);
    assertThat(none.err()).contains("it says: No devices were found");
  }

  /** The addresses that the script finds where CUDA shows these. */
  private List<String> discovered(Path bin, String visible) throws Exception {
    Map<String, String> environment =
        Map.of("PATH", bin + ":" + System.getenv("PATH"), "CUDA_VISIBLE_DEVICES", visible);
    String line =
        start(environment, SCRIPT.resolveSibling("gpu-discovery.sh").toString()).out().get(0);
    List<String> addresses = new ArrayList<>();
    JsonParser.parseString(line)
        .getAsJsonObject()
        .getAsJsonArray("addresses")
        .forEach(address -> addresses.add(address.getAsString()));
    return addresses;
  }

  private Outcome herd(String... arguments) throws Exception {
    return herd(Map.of(), arguments);
  }

  private Outcome herd(Map<String, String> environment, String... arguments) throws Exception {
    return launcher.herd(environment, arguments);
  }

  private Outcome start(Map<String, String> environment, String... command) throws Exception {
    return launcher.start(environment, command);
  }
}
