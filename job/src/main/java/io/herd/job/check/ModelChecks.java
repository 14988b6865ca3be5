package io.herd.job.check;

import io.herd.job.config.Settings;
import io.herd.job.progress.ModelLines;
import io.herd.job.resolve.DriverHub;
import io.herd.job.resolve.LocatedModel;
import io.herd.job.resolve.ModelLocator;
import io.herd.job.resolve.ResolvedModel;
import io.herd.udfs.UserException;
import io.herd.udfs.hub.FoundToken;
import io.herd.udfs.hub.HubModel;
import io.herd.udfs.hub.ModelManifest;
import io.herd.udfs.hub.RepoRef;
import io.herd.udfs.hub.WhoAmI;
import io.herd.udfs.runtime.Devices;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;

/** Checks the model for {@code herd check}: token, access, files, memory. */
public final class ModelChecks {
  private final SparkSession spark;
  private final Settings settings;
  private final Checklist list;

  public ModelChecks(SparkSession spark, Settings settings, Checklist list) {
    this.spark = spark;
    this.settings = settings;
    this.list = list;
  }

  public ResolvedModel run() {
    ModelLocator locator = new ModelLocator(spark, settings, new ModelLines(list.out()));
    LocatedModel located = located(locator);
    ResolvedModel model = list.check("tokenizer", () -> locator.resolve(located), this::describe);
    if (model.remote().isEmpty()) {
      list.check("memory", () -> memory(model), text -> text);
    }
    return model;
  }

  private LocatedModel located(ModelLocator locator) {
    LocatedModel model = base(locator);
    return settings.model().adapters().isEmpty()
        ? model
        : list.check("adapters", () -> locator.withAdapters(model), ModelChecks::adapters);
  }

  private LocatedModel base(ModelLocator locator) {
    if (settings.model().id().isEmpty()) {
      return list.check("model", locator::base, this::files);
    }
    DriverHub hub = locator.hub();
    RepoRef asked = hub.model();
    list.check("token", hub::token, ModelChecks::found);
    hub.token().ifPresent(token -> note(token.notes()));
    if (hub.offline()) {
      return list.check("model", () -> locator.cached(asked, locator.kind()), this::files);
    }
    HubModel proven = list.check("access", () -> hub.prove(asked, locator.kind()), this::access);
    note(proven.notes());
    return list.check("files", () -> locator.proven(asked, locator.kind(), proven), this::files);
  }

  private static String adapters(LocatedModel model) {
    return model.manifest().adapters().stream()
        .map(each -> each.files().id() + " times " + each.weight())
        .collect(Collectors.joining(", "));
  }

  private void note(List<String> notes) {
    notes.forEach(note -> list.tick("note", note));
  }

  private static String found(Optional<FoundToken> token) {
    return token
        .map(it -> "in " + it.source())
        .orElse("none, which is right for models without a gate");
  }

  private String access(HubModel proven) {
    return String.format(
        "%s at %s (%s), %s",
        proven.id(),
        proven.revision(),
        proven.manifest().commit(),
        proven.tokenNeeded()
            ? "as " + proven.account().map(WhoAmI::name).orElse("the token's account")
            : "open to all: no token was sent");
  }

  private String files(LocatedModel located) {
    ModelManifest manifest = located.manifest();
    return String.format(
        Locale.ROOT,
        "%d files, %.2f GB, %s",
        manifest.files().size(),
        manifest.bytes() / 1e9,
        located.location().text());
  }

  private String describe(ResolvedModel model) {
    return String.format(
        Locale.ROOT,
        "%s, %s, rows up to %,d tokens, %s",
        model.manifest().id(),
        model.description(),
        model.maxLength(),
        model.chatTemplate() == null ? "no chat template" : "has a chat template");
  }

  private String memory(ResolvedModel model) {
    long weights = model.weightBytes();
    long free = Devices.hostFreeBytes();
    if (spark.sparkContext().isLocal() && weights > free) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "the weights take %.1f GB in %s, and %.1f GB are free here",
              weights / 1e9,
              model.dtype().text(),
              free / 1e9),
          "use a machine with more memory, a smaller model, or herd.model.dtype=bfloat16.");
    }
    return String.format(
        Locale.ROOT,
        "weights %.2f GB%s, %.1f kB of cache per token%s",
        weights / 1e9,
        model
            .quantization()
            .map(stored -> " (" + stored + ", read as " + model.dtype().text() + ")")
            .orElse(""),
        model.spec().kvBytesPerToken(model.dtype()) / 1e3,
        spark.sparkContext().isLocal()
            ? String.format(Locale.ROOT, "; %.1f GB are free here", free / 1e9)
            : "; --cluster asks the executors what they have");
  }
}
