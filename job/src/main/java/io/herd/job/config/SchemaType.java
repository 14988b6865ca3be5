package io.herd.job.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;

/** A JSON schema: written in place as a group or as JSON text, or the path of a file with it. */
record SchemaType() implements ValueType<String> {

  /** Returns JSON text, which begins with a brace, or a path. */
  @Override
  public String read(ConfigValue value) {
    if (value instanceof ConfigObject) {
      return HoconJson.of(value).toString();
    }
    String text = ValueType.textOf(value).strip();
    if (text.isEmpty()) {
      throw new IllegalArgumentException("is blank; omit the key for no format");
    }
    return text;
  }

  static boolean isJson(String text) {
    return text.startsWith("{");
  }

  @Override
  public String allowed() {
    return "a JSON schema as a group in braces or as text, or the path of a file that holds it";
  }

  @Override
  public boolean hasTypedMembers() {
    return true;
  }
}
