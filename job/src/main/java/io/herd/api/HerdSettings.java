package io.herd.api;

import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import io.herd.job.config.Settings;
import io.herd.job.config.SettingsReader;
import io.herd.job.library.ModelUrl;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Settings of a call, by the keys of {@code conf/reference.conf} without their first word: {@code
 * model.path}, {@code prompt.template}, {@code choices}. Immutable: each change makes a new one.
 * What isn't set has the default that the reference gives. The keys of {@code input} and {@code
 * output} aren't used, because rows come from a Dataset and go to one; only {@code input.id-column}
 * is.
 *
 * <pre>{@code
 * HerdSettings settings = HerdSettings.model("hf://meta-llama/Llama-3.2-1B-Instruct")
 *     .set("prompt.template", "Review: {{ text }}\nSentiment:")
 *     .set("choices", List.of(" positive", " negative"));
 * }</pre>
 */
public final class HerdSettings {
  private final List<String> assignments;

  private HerdSettings(List<String> assignments) {
    this.assignments = List.copyOf(assignments);
  }

  /**
   * Creates settings for a model.
   *
   * @param url {@code hf://owner/name} or {@code hf://owner/name@revision} for a model of the
   *     Hugging Face Hub; a {@code file:} URL or a path for a folder that is at the same place on
   *     every node
   */
  public static HerdSettings model(String url) {
    return new HerdSettings(ModelUrl.of(url).assignments());
  }

  /**
   * Sets a key.
   *
   * @param key such as {@code generate.max-new-tokens}, with or without {@code herd.} before it
   * @param value a string, a number, a boolean or a list of them
   */
  public HerdSettings set(String key, Object value) {
    String json = ConfigValueFactory.fromAnyRef(value).render(ConfigRenderOptions.concise());
    return with((key.startsWith("herd.") ? key : "herd." + key) + "=" + json);
  }

  /**
   * Sets keys as the command line does.
   *
   * @param more such as {@code herd.generate.max-new-tokens=64}; the last of equal keys wins
   */
  public HerdSettings with(String... more) {
    List<String> all = new ArrayList<>(assignments);
    all.addAll(Arrays.asList(more));
    return new HerdSettings(all);
  }

  /** Reads and checks all settings; relative paths start at the process's directory. */
  Settings read() {
    return SettingsReader.readCall(assignments, Path.of(""));
  }
}
