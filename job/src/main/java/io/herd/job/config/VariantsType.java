package io.herd.job.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import java.util.Map;
import java.util.TreeMap;

/** Groups of keys under names of the user's choice. */
record VariantsType() implements ValueType<Variants> {
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9_-]{0,39}";

  @Override
  public Variants read(ConfigValue value) {
    if (!(value instanceof ConfigObject variants)) {
      throw new IllegalArgumentException("is not a group of variants");
    }
    Map<String, String> all = new TreeMap<>();
    variants.forEach((name, keys) -> all.put(name(name), json(name, keys)));
    return new Variants(all);
  }

  private static String name(String name) {
    if (!name.matches(NAME)) {
      throw new IllegalArgumentException(
          "has the name " + ValueType.quote(name) + ", and names have letters, digits, - and _");
    }
    return name;
  }

  private static String json(String name, ConfigValue keys) {
    if (!(keys instanceof ConfigObject)) {
      throw new IllegalArgumentException("has no keys in " + name);
    }
    return keys.render(ConfigRenderOptions.concise());
  }

  @Override
  public String allowed() {
    return "a group of keys for each variant, by its name";
  }

  @Override
  public boolean hasTypedMembers() {
    return true;
  }
}
