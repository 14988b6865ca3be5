package io.herd.udfs.endpoint;

import java.io.Serializable;
import java.util.List;

/**
 * A server's declaration about itself and its model.
 *
 * @param model the name that requests ask for
 * @param root what the server says the model was loaded from; empty when it doesn't
 * @param software such as {@code vllm}; empty when it doesn't say
 * @param version of the software; empty when it doesn't say
 * @param maxTokens of a row, prompt and answer together; 0 when it doesn't say
 */
public record Served(String model, String root, String software, String version, int maxTokens)
    implements Serializable {

  /** Software whose requests may have vLLM's additional fields. */
  private static final List<String> EXTENDED = List.of("vllm");

  /** Returns whether it accepts vLLM's additional fields. */
  boolean extended() {
    return EXTENDED.contains(software);
  }

  /**
   * Returns the part of result keys that identifies the model, as far as the server declares it.
   */
  public List<String> identity() {
    return List.of("endpoint", model, root, software, version);
  }

  @Override
  public String toString() {
    String name = software.isEmpty() ? "a server that doesn't say what it is" : software;
    String from = root.isEmpty() || root.equals(model) ? "" : " (" + root + ")";
    return model + from + " on " + (version.isEmpty() ? name : name + " " + version);
  }
}
