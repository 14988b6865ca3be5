package io.herd.udfs.sample;

import java.io.Serializable;

/**
 * What a run's tasks have to know to label rows.
 *
 * @param contentFree tokens of the content-free prompt; empty without calibration
 */
public record LabelTask(Labelling how, int[] contentFree) implements Serializable {
  /** Nothing is labelled. */
  public static final LabelTask NONE = new LabelTask(Labelling.NONE, new int[0]);
}
