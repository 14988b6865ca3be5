package io.herd.job.resolve;

import io.herd.job.config.Settings;
import io.herd.udfs.SystemException;
import io.herd.udfs.endpoint.EndpointKey;
import io.herd.udfs.endpoint.EndpointSettings;
import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.hub.Secret;
import io.herd.udfs.partition.EndpointEngine;
import io.herd.udfs.partition.EndpointProbe;
import io.herd.udfs.sample.Sampling;
import io.herd.udfs.text.Policy;
import io.herd.udfs.text.Prompt;
import io.herd.udfs.text.Tokenizer;
import java.net.URI;
import java.util.List;
import java.util.Set;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;

/** Connects to the configured servers before any data is read. */
final class RemoteModel {
  private static final String TRIAL = "The capital of France is";
  private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

  /** What is generated of an unsafe chat, as far as it matters which fields a server has. */
  private static final GenerateSettings CATEGORIES =
      new GenerateSettings(
          1, 0, false, List.of(), 0, Sampling.GREEDY, 1, 0, Policy.format(List.of("S1")));

  private RemoteModel() {}

  static EndpointEngine of(SparkSession spark, Settings settings, Tokenizer tokenizer) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<Secret> key = EndpointKey.find().map(context::broadcast).orElse(null);
    Settings.Engine engine = settings.engine();
    EndpointProbe probe =
        new EndpointProbe(
            engine.urls(),
            engine.model().orElse(null),
            engine.slots().orElse(EndpointSettings.SLOTS),
            engine.maxLength().orElse(0),
            engine.stepTimeout().orElse(EndpointSettings.TIMEOUT),
            settings.labelling().moderation() == null ? settings.generate() : CATEGORIES,
            settings.labelling().on(),
            tokenizer.encode(Prompt.data(TRIAL), false),
            tokenizer.specialIds(settings.generate().stop()),
            key);
    boolean here =
        spark.sparkContext().isLocal() || !engine.urls().stream().allMatch(RemoteModel::own);
    try {
      EndpointSettings found =
          here ? probe.call(0) : context.parallelize(List.of(0), 1).map(probe).first();
      return new EndpointEngine(found, key);
    } catch (RuntimeException e) {
      ResolvedModel.forget(key);
      throw e;
    } catch (InterruptedException e) {
      throw SystemException.interrupted("the server was asked", e);
    }
  }

  /**
   * Returns whether an address means another server on each machine, so that each executor has its
   * own.
   */
  private static boolean own(URI url) {
    return THIS_MACHINE.contains(url.getHost());
  }
}
