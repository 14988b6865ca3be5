package io.herd.job;

import static com.tngtech.archunit.core.domain.JavaModifier.FINAL;
import static com.tngtech.archunit.core.domain.JavaModifier.STATIC;
import static com.tngtech.archunit.core.domain.JavaModifier.SYNCHRONIZED;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.herd.job.config.ShownText;
import io.herd.job.report.RunTrace;
import io.herd.udfs.HerdException;
import io.herd.udfs.endpoint.EndpointKey;
import io.herd.udfs.hub.HubEnvironment;
import io.herd.udfs.model.TorchDevice;
import io.herd.udfs.runtime.Devices;
import io.herd.udfs.runtime.Engines;
import io.herd.udfs.text.Natives;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.Lock;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The arrows between packages, as their docs describe them. Those between modules the compiler
 * holds.
 */
class ArchitectureTest {
  private static final JavaClasses HERD =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.herd.api", "io.herd.job", "io.herd.udfs");

  @Test
  void api_noOtherRoom_dependsOnIt() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.herd.api")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.herd.api")
        .check(HERD);
  }

  @Test
  void spark_filesAndResults_useHadoopAlone() {
    noClasses()
        .that()
        .resideInAnyPackage("io.herd.udfs.results", "io.herd.udfs.storage", "io.herd.udfs.djl")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.spark..")
        .check(HERD);
  }

  @Test
  void pureRooms_scheduleAndSample_knowOnlyJavaAndThemselves() {
    for (String room : List.of("io.herd.udfs.schedule", "io.herd.udfs.sample")) {
      classes()
          .that()
          .resideInAPackage(room)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("java..", room)
          .check(HERD);
    }
  }

  @Test
  void grammar_regularLanguages_knowNothingOfModelsAndEngines() {
    classes()
        .that()
        .resideInAPackage("io.herd.udfs.grammar")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..",
            "com.google.gson..",
            "org.apache.lucene.util..",
            "io.herd.udfs",
            "io.herd.udfs.grammar")
        .check(HERD);
    noClasses()
        .that()
        .resideOutsideOfPackage("io.herd.udfs.grammar")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.lucene..")
        .check(HERD);
  }

  @Test
  void templates_reachNothing_butTheirValues() {
    noClasses()
        .that()
        .resideInAPackage("io.herd.udfs.template..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "java.lang.reflect..", "java.lang.invoke..", "java.net..", "java.nio.file..", "javax..")
        .check(HERD);
  }

  @Test
  void djl_fourRoomsOnly_seeIt() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "io.herd.udfs.model", "io.herd.udfs.text", "io.herd.udfs.runtime", "io.herd.udfs.djl")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.djl..")
        .check(HERD);
  }

  @Test
  void packages_none_isInACycle() {
    slices().matching("io.herd.udfs.(*)..").should().beFreeOfCycles().check(HERD);
    slices().matching("io.herd.job.(*)..").should().beFreeOfCycles().check(HERD);
    noClasses()
        .that()
        .resideInAPackage("io.herd.job.*..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.herd.job")
        .because("the root package puts the rooms together")
        .check(HERD);
  }

  @Test
  void packages_all_haveADocAndATellingName() throws IOException {
    for (String module :
        List.of("job", "udfs/base", "udfs/hub", "udfs/text", "udfs/engine", "udfs/spark")) {
      try (Stream<Path> files = Files.walk(Path.of("..", module, "src/main/java"))) {
        List<Path> sources = files.filter(file -> file.toString().endsWith(".java")).toList();
        assertThat(sources)
            .isNotEmpty()
            .allSatisfy(file -> assertThat(file.resolveSibling("package-info.java")).exists());
      }
    }
    noClasses()
        .should()
        .resideInAnyPackage("..util..", "..utils..", "..common..", "..manager..", "..helper..")
        .check(HERD);
  }

  @Test
  void exit_never_isCalled() {
    noClasses()
        .should()
        .callMethod(System.class, "exit", int.class)
        .because("YARN would start the application again")
        .check(HERD);
  }

  @Test
  void environment_onlySevenClasses_readIt() {
    noClasses()
        // Natives leaves what is set for DJL alone; many tools know the variables of the Hub and of
        // OpenTelemetry; CUDA reads which GPUs it is to show; ShownText masks the secrets that
        // stand
        // there
        .that(
            are(
                not(
                    Main.class,
                    Natives.class,
                    HubEnvironment.class,
                    EndpointKey.class,
                    RunTrace.class,
                    Devices.class,
                    ShownText.class)))
        .should()
        .callMethod(System.class, "getenv", String.class)
        .orShould()
        .callMethod(System.class, "getenv")
        .check(HERD);
  }

  @Test
  void threadsAndLocks_runtime_hasThemAlone() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.herd.udfs.runtime")
        .and()
        .doNotHaveFullyQualifiedName("io.herd.udfs.hub.cache.Workers") // several streams at once
        .and()
        .doNotHaveFullyQualifiedName("io.herd.udfs.model.WeightStream") // reads ahead of copies
        .and()
        .haveNameNotMatching("io\\.herd\\.udfs\\.model\\.TorchThreads.*") // loads matrices at once
        .should()
        .callConstructor(Thread.class, Runnable.class)
        .orShould()
        .callConstructor(Thread.class, Runnable.class, String.class)
        .orShould()
        .beAssignableTo(Thread.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(ExecutorService.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Lock.class)
        .check(HERD);
    methods()
        .that()
        .areDeclaredInClassesThat()
        .resideOutsideOfPackage("io.herd.udfs.runtime")
        .and()
        .areDeclaredInClassesThat()
        .doNotHaveFullyQualifiedName("io.herd.job.progress.ConsoleLine") // printed to by many
        .and()
        .areDeclaredInClassesThat()
        .doNotHaveFullyQualifiedName("io.herd.job.progress.LiveProgress") // of events and the step
        .and()
        .areDeclaredInClassesThat()
        .doNotHaveFullyQualifiedName("io.herd.job.progress.ProgressNotes") // of a run and a timer
        .and()
        .areDeclaredInClassesThat()
        .doNotHaveFullyQualifiedName("io.herd.job.output.ProfileAccumulator") // heartbeats read it
        .and()
        .areDeclaredInClassesThat()
        .doNotHaveFullyQualifiedName("io.herd.udfs.hub.cache.HostLock") // pieces arrive at once
        .and()
        .areDeclaredInClassesThat()
        .doNotHaveFullyQualifiedName("io.herd.udfs.endpoint.Gate") // answers come at once
        .should()
        .notHaveModifier(SYNCHRONIZED)
        .check(HERD);
    noClasses()
        .that()
        .resideOutsideOfPackage("io.herd.udfs.runtime")
        .and(are(not(StopSignal.class))) // the JVM's shutdown thread waits for the run
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.util.concurrent.CountDownLatch")
        .check(HERD);
  }

  @Test
  void devices_oneClass_decidesByTheirKind() {
    noClasses()
        .that(are(not(TorchDevice.class, Devices.class))) // the latter measures their memory
        .should()
        .callMethod(TorchDevice.class, "isGpu")
        .orShould()
        .callMethod(Device.class, "isGpu")
        .check(HERD);
  }

  @Test
  void modelFiles_none_isDeserializedOrUnpacked() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveNameMatching(
            "java\\.io\\.ObjectInputStream|java\\.beans\\.XMLDecoder"
                + "|java\\.util\\.zip\\.(Zip(File|InputStream)|GZIPInputStream|Inflater.*)"
                + "|java\\.util\\.jar\\..*|net\\.razorvine\\..*|org\\.yaml\\.snakeyaml\\..*")
        .because("strangers write them; the one archive with a pickle is written, and never read")
        .check(HERD);
  }

  @Test
  void stackTraces_none_isPrinted() {
    noClasses()
        .should()
        .callMethod(Throwable.class, "printStackTrace")
        .orShould()
        .callMethod(Exception.class, "printStackTrace")
        .check(HERD);
  }

  @Test
  void exceptions_ownOnes_haveOneBase() {
    classes()
        .that()
        .areAssignableTo(Throwable.class)
        .and()
        .haveSimpleNameNotEndingWith("Problem") // of a template, which tells JinjaTemplate
        .should()
        .beAssignableTo(HerdException.class)
        .check(HERD);
  }

  @Test
  void staticState_onlyEngines_isMutable() throws IllegalAccessException {
    fields().that().haveModifier(STATIC).should().haveModifier(FINAL).check(HERD);
    for (JavaClass each : HERD) {
      boolean excused =
          each.isEquivalentTo(Engines.class)
              || each.getSimpleName().equals("Keys"); // filled by its initialiser, then only read
      for (var field : each.getFields()) {
        if (!excused && field.getModifiers().contains(STATIC)) {
          var reflected = field.reflect();
          reflected.setAccessible(true);
          Object value = reflected.get(null);
          if (value instanceof Collection || value instanceof Map) {
            assertThat(value.getClass().getName())
                .as(field.getFullName())
                .matches(".*(Immutable|Unmodifiable).*");
          }
        }
      }
    }
  }

  private static com.tngtech.archunit.base.DescribedPredicate<JavaClass> not(Class<?>... excused) {
    List<String> names = Stream.of(excused).map(Class::getName).toList();
    return com.tngtech.archunit.base.DescribedPredicate.describe(
        "not " + names,
        javaClass ->
            names.stream()
                .noneMatch(
                    name ->
                        javaClass.getName().equals(name)
                            || javaClass.getName().startsWith(name + "$")));
  }
}
