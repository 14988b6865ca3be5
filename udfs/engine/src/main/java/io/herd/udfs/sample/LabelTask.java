package io.herd.udfs.sample;

import java.io.Serializable;
import java.util.List;

/**
 * What a run's tasks have to know to label rows.
 *
 * @param contentFree tokens of the content-free prompt; empty without calibration
 */
public record LabelTask(Labelling how, List<Integer> contentFree) implements Serializable {
  /** Nothing is labelled. */
  public static final LabelTask NONE = new LabelTask(Labelling.NONE, List.of());

  public LabelTask {
    contentFree = List.copyOf(contentFree);
  }
}
