package io.herd.udfs.engine;

import io.herd.udfs.sample.Labelling;
import io.herd.udfs.text.Prompt;
import java.io.Serializable;

/**
 * What a run's tasks need to label rows.
 *
 * @param contentFree the content-free prompt, or null without calibration
 * @param contentFreeIds its tokens; empty without calibration
 */
public record LabelTask(Labelling how, Prompt contentFree, int[] contentFreeIds)
    implements Serializable {
  /** No labelling. */
  public static final LabelTask NONE = plain(Labelling.NONE);

  /** Creates a labelling task without calibration. */
  public static LabelTask plain(Labelling how) {
    return new LabelTask(how, null, new int[0]);
  }

  public boolean calibrated() {
    return contentFree != null;
  }
}
