package io.herd.job.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReferenceConfTest {
  private final Map<String, ConfigValue> documented = new LinkedHashMap<>();

  ReferenceConfTest() {
    collect("", Values.defaults().root());
  }

  @Test
  void keys_ofReferenceConf_areTheKeysOfTheCode() {
    assertThat(documented.keySet())
        .containsExactlyInAnyOrderElementsOf(Keys.ALL.stream().map(Key::path).toList());
  }

  @Test
  void keys_ofReferenceConf_haveAComment() {
    documented.forEach(
        (path, value) ->
            assertThat(value.origin().comments()).as("comment above %s", path).isNotEmpty());
  }

  @Test
  void keys_ofTheCode_areInTheOrderOfReferenceConf() {
    List<ConfigValue> values = new ArrayList<>();
    Keys.ALL.forEach(key -> values.add(documented.get(key.path())));
    assertThat(values).extracting(value -> value.origin().lineNumber()).isSorted();
  }

  @Test
  void examples_ofTheCode_areReadable() {
    Keys.ALL.forEach(
        key ->
            assertThat(
                    key.type()
                        .read(
                            com.typesafe.config.ConfigFactory.parseString("v = " + key.example())
                                .getValue("v")))
                .as(key.path())
                .isNotNull());
  }

  private void collect(String prefix, ConfigObject group) {
    group.forEach(
        (name, value) -> {
          String path = prefix + name;
          boolean isGroup = value instanceof ConfigObject && Keys.groups().contains(path);
          if (isGroup) {
            collect(path + ".", (ConfigObject) value);
          } else {
            documented.put(path, value);
          }
        });
  }
}
