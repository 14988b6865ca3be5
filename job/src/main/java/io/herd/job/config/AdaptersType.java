package io.herd.job.config;

import static io.herd.job.config.ValueType.quote;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A model's adapters: one text, or a list of texts and of groups with a weight. */
record AdaptersType() implements ValueType<List<AdapterSource>> {
  private static final double MOST_WEIGHT = 100;
  private static final ValueType<Double> WEIGHT = NumberTypes.number(-MOST_WEIGHT, MOST_WEIGHT);

  @Override
  public List<AdapterSource> read(ConfigValue value) {
    List<ConfigValue> elements = value instanceof ConfigList list ? list : List.of(value);
    List<AdapterSource> sources = new ArrayList<>();
    for (ConfigValue element : elements) {
      AdapterSource source =
          element instanceof ConfigObject group ? weighed(group) : source(element, 1);
      if (sources.stream().anyMatch(other -> other.from().equals(source.from()))) {
        throw new IllegalArgumentException("holds " + quote(source.from()) + " twice");
      }
      sources.add(source);
    }
    return List.copyOf(sources);
  }

  private static AdapterSource weighed(ConfigObject group) {
    if (!group.keySet().equals(Set.of("from", "weight"))) {
      throw new IllegalArgumentException(
          "holds a group with the keys " + group.keySet() + ", not from and weight");
    }
    try {
      return source(group.get("from"), WEIGHT.read(group.get("weight")));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("holds a group that " + e.getMessage(), e);
    }
  }

  private static AdapterSource source(ConfigValue value, double weight) {
    String from = TextTypes.text().read(value);
    AdapterSource source = new AdapterSource(from, weight);
    if (from.startsWith(AdapterSource.HUB)) {
      if (source.repository().isEmpty()) {
        throw new IllegalArgumentException(
            quote(from)
                + " is not a repository's address; write hf://owner/name or"
                + " hf://owner/name@revision");
      }
      return source;
    }
    return new AdapterSource(TextTypes.localPath().read(value), weight);
  }

  @Override
  public List<AdapterSource> resolved(List<AdapterSource> sources, CallerPaths paths) {
    return sources.stream()
        .map(
            each ->
                each.repository().isPresent()
                    ? each
                    : new AdapterSource(paths.local(each.from()).toString(), each.weight()))
        .toList();
  }

  @Override
  public String allowed() {
    return "a folder or hf://owner/name, or a list of them and of { from = ..., weight = ... } with"
        + " weights from -100 to 100";
  }
}
