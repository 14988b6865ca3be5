package io.herd.udfs.hub;

import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tensors of Llama 3.2 with vision, of which text needs only those of the text model:
 * cross-attention layers do nothing without an image.
 */
public final class VisionTensors {
  private static final Pattern IMAGE =
      Pattern.compile("(?:model\\.)?(?:vision_model|multi_modal_projector)\\..*");
  private static final Pattern TEXT =
      Pattern.compile("(?:language_model\\.model|model\\.language_model)\\.(.+)");
  private static final Pattern LAYER = Pattern.compile("layers\\.(0|[1-9]\\d{0,8})\\.(.+)");
  private static final String HEAD = "lm_head.weight";

  private final int[] cross; // layers, ascending
  private final boolean vision;

  private VisionTensors(Collection<String> names) {
    this.vision = names.stream().anyMatch(name -> TEXT.matcher(name).matches());
    Set<Integer> layers = new TreeSet<>();
    for (String name : names) {
      Matcher text = TEXT.matcher(name);
      Matcher layer = LAYER.matcher(text.matches() ? text.group(1) : "");
      if (layer.matches() && layer.group(2).startsWith("cross_attn.")) {
        layers.add(Integer.valueOf(layer.group(1)));
      }
    }
    this.cross = layers.stream().mapToInt(Integer::intValue).toArray();
  }

  /**
   * Creates the mapping for a model whose tensors have these names; the names of other models don't
   * change.
   */
  public static VisionTensors of(Collection<String> names) {
    return new VisionTensors(names);
  }

  /** Returns whether a tensor is for images only, whatever else the model has. */
  public static boolean ofImages(String name) {
    return IMAGE.matcher(name).matches();
  }

  /**
   * Returns a tensor's name in the text model alone, whose layers are counted without
   * cross-attention; empty if the text model doesn't use it.
   */
  public Optional<String> textName(String name) {
    if (!vision) {
      return Optional.of(name);
    }
    if (name.equals(HEAD) || name.equals("language_model." + HEAD)) {
      return Optional.of(HEAD);
    }
    Matcher text = TEXT.matcher(name);
    if (!text.matches()) {
      return ofImages(name) ? Optional.empty() : Optional.of(name);
    }
    Matcher layer = LAYER.matcher(text.group(1));
    if (!layer.matches()) {
      return Optional.of("model." + text.group(1));
    }
    int index = Integer.parseInt(layer.group(1));
    int place = Arrays.binarySearch(cross, index);
    int before = -1 - place;
    return place >= 0
        ? Optional.empty()
        : Optional.of("model.layers." + (index - before) + "." + layer.group(2));
  }
}
