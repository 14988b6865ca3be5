package io.herd.udfs.template.values;

import java.util.List;

/** What a dict's {@code keys()}, {@code values()} and {@code items()} give. */
public record DictView(Dict dict, Kind kind) {
  /** Of which part. */
  public enum Kind {
    KEYS,
    VALUES,
    ITEMS
  }

  public List<Object> items() {
    return switch (kind) {
      case KEYS -> dict.keys();
      case VALUES -> dict.values();
      case ITEMS -> dict.items();
    };
  }
}
