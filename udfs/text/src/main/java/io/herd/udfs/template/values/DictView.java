package io.herd.udfs.template.values;

import java.util.List;

/** The result of a dict's {@code keys()}, {@code values()} and {@code items()}. */
public record DictView(Dict dict, Kind kind) {
  /** The part of the dict. */
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
