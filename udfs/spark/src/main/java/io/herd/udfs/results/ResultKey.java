package io.herd.udfs.results;

import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.engine.LabelTask;
import io.herd.udfs.files.Digests;
import io.herd.udfs.hub.ModelManifest;
import io.herd.udfs.model.Dtype;
import io.herd.udfs.sample.Choice;
import io.herd.udfs.sample.CounterRandom;
import io.herd.udfs.sample.LabelTokens;
import io.herd.udfs.sample.Labelling;
import io.herd.udfs.sample.Sampling;
import java.io.Serializable;
import java.util.List;
import java.util.Set;

/**
 * The key of a result: a digest of everything that it depends on, and of nothing else. Equal
 * prompts have equal keys and are generated once, also over several runs.
 *
 * @param common digest of what all rows of a run share
 * @param drawn true when random draws make results of equal prompts differ
 */
public record ResultKey(String common, boolean drawn) implements Serializable {
  /** Changed when equal inputs give different numbers than before. */
  private static final String NUMERICS = "2";

  /** Creates the keys for settings whose stop strings are no special tokens. */
  public static ResultKey of(
      ModelManifest manifest,
      Dtype dtype,
      boolean deterministic,
      GenerateSettings settings,
      LabelTask labels) {
    return of(
        manifest,
        List.of(dtype.text(), Boolean.toString(deterministic)),
        settings,
        Set.of(),
        labels);
  }

  /**
   * Creates the keys of a run. Token ids stand for the prompt: the tokenizer is part of the
   * manifest.
   *
   * @param engine what computes, as far as it decides results: for Herd's own engine the type and
   *     whether it is deterministic, for a server what it declares
   * @param endIds tokens that end a text only because a stop string names them
   */
  public static ResultKey of(
      ModelManifest manifest,
      List<String> engine,
      GenerateSettings settings,
      Set<Integer> endIds,
      LabelTask labels) {
    Digests.Builder digest = new Digests.Builder();
    digest.text(NUMERICS).text(manifest.digest());
    engine.forEach(digest::text);
    if (labels.how().on()) {
      addLabels(digest.text("choices"), labels);
    } else {
      digest.text("generate").ints(new int[] {settings.maxNewTokens(), settings.minNewTokens()});
      digest.text(Boolean.toString(settings.ignoreEos()));
      list(digest, settings.stop());
      addEnds(digest, settings, endIds);
      sampling(digest, settings);
      if (settings.format() != null) {
        list(digest.text(settings.format().kind().key()), settings.format().sources());
      }
    }
    boolean drawn = !labels.how().on() && settings.sampling().draws();
    if (drawn) {
      digest.text(Long.toString(settings.seed()));
    }
    return new ResultKey(digest.hex(), drawn);
  }

  /**
   * Adds the changes to stop strings: earlier versions searched for them from the first token, and
   * not for special tokens.
   */
  private static void addEnds(
      Digests.Builder digest, GenerateSettings settings, Set<Integer> endIds) {
    if (settings.minNewTokens() > 0 && !settings.stop().isEmpty()) {
      digest.text("stop after min-new-tokens");
    }
    if (!endIds.isEmpty()) {
      digest.text("end ids").ints(endIds.stream().mapToInt(id -> id).sorted().toArray());
    }
  }

  /** Omits defaults, so that keys don't change when a setting is added. */
  private static void sampling(Digests.Builder digest, GenerateSettings settings) {
    Sampling sampling = settings.sampling();
    digest.text(Double.toString(sampling.temperature()));
    if (!sampling.equals(Sampling.at(sampling.temperature()))) {
      digest.text("sampling").text(text(sampling));
    }
    if (settings.samples() > 1 || settings.logprobs() > 0) {
      digest.text("told").ints(new int[] {settings.samples(), settings.logprobs()});
    }
  }

  /** Formats the settings like the first version, which named the results in old logs. */
  private static String text(Sampling sampling) {
    return ("Sampling[temperature=" + sampling.temperature())
        + (", topK=" + sampling.topK())
        + (", topP=" + sampling.topP())
        + (", minP=" + sampling.minP())
        + (", repetitionPenalty=" + sampling.repetitionPenalty())
        + (", presencePenalty=" + sampling.presencePenalty())
        + (", frequencyPenalty=" + sampling.frequencyPenalty())
        + "]";
  }

  /**
   * Omits defaults, so that keys don't change when a setting is added, and settings that are
   * applied when the output is written.
   */
  private static void addLabels(Digests.Builder digest, LabelTask labels) {
    Labelling how = labels.how();
    addChoices(digest, how.choices());
    if (how.normalize() == Labelling.Normalize.LENGTH) {
      digest.text("normalize").text("LENGTH");
    }
    if (labels.calibrated()) {
      digest.text("calibrate");
      digest.ints(labels.contentFreeIds());
    }
    if (how.multi()) {
      Labelling.Questions questions = how.questions();
      list(digest.text("multi"), List.of(questions.template(), questions.yes(), questions.no()));
    }
    if (how.moderation() != null) { // the categories are in the prompt
      digest.text("moderation").text(Double.toString(how.moderation().threshold()));
    }
  }

  private static void addChoices(Digests.Builder digest, List<Choice> choices) {
    list(digest, choices.stream().map(Choice::text).toList());
    if (!choices.stream().allMatch(choice -> choice.equals(Choice.of(choice.text())))) {
      list(digest.text("values"), choices.stream().map(Choice::value).toList());
    }
  }

  private static void list(Digests.Builder digest, List<String> values) {
    digest.ints(new int[] {values.size()});
    values.forEach(digest::text);
  }

  /**
   * Returns the key of a prompt to complete.
   *
   * @param ids its tokens
   * @param rowId names the row where draws make equal prompts differ
   * @param newTokens the row's own most; null when it has the run's
   */
  public String of(int[] ids, String rowId, Integer newTokens) {
    Digests.Builder digest = new Digests.Builder().text(common).ints(ids);
    if (newTokens != null) {
      digest.text("new tokens").ints(new int[] {newTokens});
    }
    return drawn ? digest.text(rowId).hex() : digest.hex();
  }

  /**
   * The key of one prompt to complete by settings of its own.
   *
   * @param own these settings, as far as they aren't the run's
   * @param draws what random draws are named after; null where there are none
   */
  public String of(int[] ids, Integer newTokens, String own, String draws) {
    Digests.Builder digest = new Digests.Builder().text(common).ints(ids);
    if (newTokens != null) {
      digest.text("new tokens").ints(new int[] {newTokens});
    }
    digest.text("own settings").text(own);
    return draws == null ? digest.hex() : digest.text(draws).hex();
  }

  /**
   * The key of one prompt to label. Labels are named by their tokens only where these aren't the
   * ones that each has by itself, which earlier versions scored.
   *
   * @param ids its tokens
   * @param choices the row's own; empty when all rows have the same
   * @param joint tokens of the labels after the prompt, or null
   * @param prior the same after the content-free prompt, or null
   */
  public String of(int[] ids, List<Choice> choices, LabelTokens joint, LabelTokens prior) {
    Digests.Builder digest = new Digests.Builder().text(common).ints(ids);
    if (!choices.isEmpty()) {
      addChoices(digest, choices);
    }
    addTokens(digest, "joint labels", joint);
    addTokens(digest, "joint labels of the prior", prior);
    return digest.hex();
  }

  private static void addTokens(Digests.Builder digest, String name, LabelTokens labels) {
    if (labels != null) {
      digest.text(name).ints(new int[] {labels.count()});
      labels.ids().forEach(digest::ints);
    }
  }

  /**
   * Returns the seed of a key's random draws.
   *
   * @param sample of the prompt's completions, from 0
   */
  public static long drawKey(String key, int sample) {
    long first = Long.parseUnsignedLong(key.substring(0, 16), 16);
    return sample == 0 ? first : CounterRandom.derived(first, sample);
  }
}
