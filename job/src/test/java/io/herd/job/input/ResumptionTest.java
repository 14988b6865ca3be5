package io.herd.job.input;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.job.input.Resumption.Found;
import io.herd.job.input.Resumption.Kind;
import io.herd.job.workdir.InputVersion;
import io.herd.job.workdir.RunState;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ResumptionTest {
  private static final InputVersion THEN = new InputVersion("a", "1 files, 10 bytes", "");
  private static final InputVersion GROWN = new InputVersion("b", "2 files, 20 bytes", "");
  private static final RunState RUN = RunState.of("s1", "s1", 3, "f", THEN);

  /** As 0.1.0 left it: what the input was isn't known. */
  private static final RunState OLD = RunState.of("s1", "s1", -1, "f", null);

  private static Found found(boolean snapshot, InputVersion now, boolean held) {
    return new Found(true, snapshot, Optional.ofNullable(now), held);
  }

  private static Kind kind(RunState run, Found found) {
    return Resumption.of(run, found).kind();
  }

  @Test
  void of_nothingChanged_goesOn() {
    assertThat(Resumption.of(RUN, found(true, THEN, false)))
        .isEqualTo(new Resumption(Kind.GO_ON, ""));
    assertThat(kind(RUN, found(true, THEN, true))).isEqualTo(Kind.GO_ON);
  }

  @Test
  void of_inputChanged_isANewRun() {
    Resumption next = Resumption.of(RUN, found(true, GROWN, false));

    assertThat(next.kind()).isEqualTo(Kind.NEW_RUN);
    assertThat(next.why())
        .isEqualTo("the input has changed since: 1 files, 10 bytes then, 2 files, 20 bytes now");
    assertThat(Resumption.of(RUN, found(false, GROWN, true)).why()).endsWith("appended stay");
  }

  @Test
  void of_otherSettings_isANewRunWhateverElse() {
    assertThat(kind(RUN, new Found(false, true, Optional.of(THEN), true))).isEqualTo(Kind.NEW_RUN);
  }

  @Test
  void of_snapshotGone_keepsTheRunsNameWhereItsRowsAreInTheOutput() {
    assertThat(kind(RUN, found(false, THEN, true))).isEqualTo(Kind.RETAKE);
    assertThat(kind(RUN, found(false, THEN, false))).isEqualTo(Kind.NEW_RUN);
  }

  @Test
  void of_inputGone_goesOnWithTheSnapshot() {
    assertThat(Resumption.of(RUN, found(true, null, false)))
        .isEqualTo(new Resumption(Kind.GO_ON, "its input is gone"));
  }

  @Test
  void of_inputThatCantBeCompared_goesOnAndSaysSo() {
    InputVersion database = new InputVersion("a", "0 files, 0 bytes", "JDBCRelation");

    assertThat(
            Resumption.of(RunState.of("s1", "s1", 3, "f", database), found(true, database, false)))
        .isEqualTo(
            new Resumption(
                Kind.GO_ON, "it isn't known whether the input has changed since: JDBCRelation"));
  }

  @Test
  void of_earlierVersionsRun_goesOnOnlyWhereItsRowsAreInTheOutput() {
    assertThat(kind(OLD, found(true, THEN, false))).isEqualTo(Kind.NEW_RUN);
    assertThat(kind(OLD, found(true, THEN, true))).isEqualTo(Kind.GO_ON);
    assertThat(kind(OLD, found(false, THEN, true))).isEqualTo(Kind.RETAKE);
  }
}
