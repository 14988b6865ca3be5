package io.herd.udfs.template.run;

import io.herd.udfs.template.values.Budget;

/** Collects written text. */
final class Output {
  private final StringBuilder text = new StringBuilder();
  private final Budget budget;

  Output(Budget budget) {
    this.budget = budget;
  }

  void write(String more) {
    if (text.length() + (long) more.length() > Budget.MOST_CHARS) {
      budget.chars(text.length() + (long) more.length());
    }
    budget.chars(more.length());
    text.append(more);
  }

  String text() {
    return budget.text(text.toString());
  }
}
