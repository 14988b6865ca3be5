package io.herd.job.config;

import java.util.function.Predicate;

/** Checks {@code herd.cascade}, and derives its large model's settings. */
final class CascadeRules {
  private static final Predicate<Key<?>> OWN = key -> key.path().startsWith("herd.cascade.");

  private final Values values;
  private final Problems problems;

  CascadeRules(Values values, Problems problems) {
    this.values = values;
    this.problems = problems;
  }

  static boolean on(Values values) {
    return values.find(Keys.CASCADE_PATH).isPresent() || values.find(Keys.CASCADE_ID).isPresent();
  }

  void find(Contradictions others) {
    if (!on(values)) {
      Keys.ALL.stream()
          .filter(OWN.and(values::isSet))
          .filter(key -> values.find(key).isPresent())
          .forEach(key -> problem(key, "does nothing without herd.cascade.model"));
      return;
    }
    others.exactlyOne(Keys.CASCADE_PATH, Keys.CASCADE_ID);
    others.exactlyOne(Keys.CASCADE_AGREEMENT, Keys.CASCADE_ACCURACY);
    others.useless(Keys.CASCADE_PATH, "a local model has no revisions", Keys.CASCADE_REVISION);
    labels();
    if (values.get(Keys.CASCADE_ACCURACY) != null && values.find(Keys.GOLD_COLUMN).isEmpty()) {
      problem(Keys.CASCADE_ACCURACY, "needs herd.gold-column, which says what is right");
    }
    others.endpoint(Keys.CASCADE_KIND, Keys.CASCADE_URL, Keys.CASCADE_SERVED, Keys.CASCADE_DTYPE);
    if (isRemote(values, Keys.ENGINE_KIND) && !isRemote(values, Keys.CASCADE_KIND)) {
      problem(
          Keys.ENGINE_KIND,
          "a server has one model, and herd.cascade needs two. Set herd.cascade.engine, too, or"
              + " kind = local");
    }
    if (values.get(Keys.PUBLISH_PARTIAL)) {
      problem(
          Keys.PUBLISH_PARTIAL,
          "which model answers a row of herd.cascade isn't known before all are labelled. Remove"
              + " one");
    }
    if (values.get(Keys.CASCADE_DTYPE) == Settings.DtypeChoice.INT8
        && values.get(Keys.MODEL_DEVICE) == Settings.Device.CUDA) {
      problem(Keys.CASCADE_DTYPE, "int8 is for processors, and herd.model.device is cuda");
    }
  }

  private void labels() {
    boolean oneLabel =
        values.find(Keys.TASK).isEmpty()
            && !values.get(Keys.MULTI)
            && new LabellingRules(values, problems).labelled();
    if (!oneLabel) {
      problem(
          values.isSet(Keys.CASCADE_PATH) ? Keys.CASCADE_PATH : Keys.CASCADE_ID,
          "a cascade goes by the probability of each row's one label: it needs herd.choices or"
              + " herd.choices-column, without labelling.multi and task");
    }
  }

  private static boolean isRemote(Values values, Key<Settings.EngineKind> kind) {
    return values.get(kind) == Settings.EngineKind.ENDPOINT;
  }

  private void problem(Key<?> key, String what) {
    problems.add(values.place(key), key.path() + ": " + what);
  }

  /** Without a cascade, removes the defaults of its keys. */
  static void dropIdle(Values values) {
    if (!on(values)) {
      Keys.ALL.stream().filter(OWN).forEach(key -> values.replace(key, null));
    }
  }

  /** Returns the values for the small model alone. */
  static Values alone(Values values) {
    Values alone = values.copy();
    Keys.ALL.stream().filter(OWN).forEach(key -> alone.replace(key, null));
    return alone;
  }

  /** Returns the values for the large model alone. */
  static Values large(Values values) {
    Values large = alone(values);
    large.replace(Keys.MODEL_PATH, values.get(Keys.CASCADE_PATH));
    large.replace(Keys.MODEL_ID, values.get(Keys.CASCADE_ID));
    large.replace(Keys.MODEL_REVISION, values.get(Keys.CASCADE_REVISION));
    large.replace(Keys.MODEL_DTYPE, values.get(Keys.CASCADE_DTYPE));
    large.replace(Keys.MODEL_ADAPTER, null);
    large.replace(Keys.ENGINE_KIND, values.get(Keys.CASCADE_KIND));
    large.replace(Keys.ENGINE_URL, values.get(Keys.CASCADE_URL));
    large.replace(Keys.ENGINE_MODEL, values.get(Keys.CASCADE_SERVED));
    if (isRemote(values, Keys.CASCADE_KIND)) { // of which tasks need the tokenizer alone
      large.replace(Keys.MODEL_DISTRIBUTION, Settings.Distribution.AUTO);
      large.replace(Keys.MODEL_STAGING, null);
    }
    return large;
  }
}
