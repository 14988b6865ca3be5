package io.herd.job.config;

import io.herd.udfs.sample.Labelling;

/** Finds labelling keys that have no effect or contradict each other. */
final class LabellingRules {
  private final Values values;
  private final Problems problems;

  LabellingRules(Values values, Problems problems) {
    this.values = values;
    this.problems = problems;
  }

  /** Returns whether rows are labelled rather than completed. */
  boolean labelled() {
    return values.find(Keys.TASK).isPresent()
        || values.find(Keys.CHOICES_COLUMN).isPresent()
        || !values.get(Keys.CHOICES).isEmpty();
  }

  /** Returns the key that asks for labels. */
  Key<?> cause() {
    if (values.find(Keys.TASK).isPresent()) {
      return Keys.TASK;
    }
    return values.find(Keys.CHOICES_COLUMN).isPresent() ? Keys.CHOICES_COLUMN : Keys.CHOICES;
  }

  void find() {
    if (values.find(Keys.CHOICES_COLUMN).isPresent() && !values.get(Keys.CHOICES).isEmpty()) {
      problems.add(
          values.place(Keys.CHOICES_COLUMN),
          "herd.choices, herd.choices-column: only one of them can be set. Remove the other");
    }
    if (!labelled()) {
      needs(
          "herd.choices or herd.choices-column, and neither is set",
          Keys.NORMALIZE,
          Keys.CALIBRATE,
          Keys.ABSTAIN_BELOW,
          Keys.MULTI);
    }
    if (values.get(Keys.MULTI)) {
      needs("herd.labelling.multi = false", Keys.NORMALIZE, Keys.ABSTAIN_BELOW);
      question();
    } else {
      needs("herd.labelling.multi = true", Keys.QUESTION, Keys.YES, Keys.NO, Keys.THRESHOLD);
    }
    if (!values.get(Keys.CALIBRATE)) {
      needs("herd.labelling.calibrate = true", Keys.CONTENT_FREE);
    }
  }

  /** Removes the defaults of keys that have no effect here. */
  void dropIdle() {
    if (!values.get(Keys.CALIBRATE)) {
      values.replace(Keys.CONTENT_FREE, null);
    }
    if (!values.get(Keys.MULTI)) {
      values.replace(Keys.QUESTION, null);
      values.replace(Keys.YES, null);
      values.replace(Keys.NO, null);
      values.replace(Keys.THRESHOLD, null);
    }
  }

  private void question() {
    Labelling.Questions questions =
        new Labelling.Questions(
            values.get(Keys.QUESTION), values.get(Keys.YES), values.get(Keys.NO), 0);
    if (!questions.complete()) {
      problems.add(
          values.place(Keys.QUESTION),
          "herd.labelling.question: doesn't name the label. Write {{ label }} where it belongs."
              + " Example: question = "
              + Keys.QUESTION.example());
    }
  }

  /** Reports keys that are set although a condition for them isn't met. */
  private void needs(String condition, Key<?>... keys) {
    for (Key<?> key : keys) {
      if (values.isSet(key)) {
        problems.add(values.place(key), key.path() + ": does nothing here: it needs " + condition);
      }
    }
  }
}
