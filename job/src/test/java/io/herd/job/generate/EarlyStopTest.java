package io.herd.job.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.herd.job.SharedSpark;
import io.herd.job.config.Budget;
import io.herd.job.config.Prices;
import io.herd.job.config.RunSettings;
import io.herd.job.exit.EarlyEnd;
import io.herd.job.exit.ExitCode;
import io.herd.job.plan.Plan;
import io.herd.job.workdir.RunBudget;
import io.herd.udfs.UserException;
import io.herd.udfs.partition.TaskCounters;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedSpark.class)
class EarlyStopTest {
  private final AtomicLong now = new AtomicLong(-50);
  private final AtomicInteger cancelled = new AtomicInteger();
  private TaskCounters counters;
  private Spending spending;
  private long hours;

  @BeforeEach
  void makeCounters(SparkSession spark) {
    counters = TaskCounters.in(spark.sparkContext());
  }

  /** Of 1,000 rows, five without a prompt. */
  private EarlyStop stop(OptionalInt maxFailedRows, int pending) {
    return stop(maxFailedRows, pending, Budget.NONE, new Prices(none(), none(), none()));
  }

  private static Optional<Double> none() {
    return Optional.empty();
  }

  private EarlyStop stop(OptionalInt maxFailedRows, int pending, Budget budget, Prices prices) {
    spending = new Spending(budget, prices, () -> 2, () -> hours * 3_600_000_000_000L);
    Plan plan = new Plan(null, 1_000, 5, 0, 995, pending, 0, 0, 0, 0, new int[0], 0, null);
    return new EarlyStop(
        new RunSettings.Stop(Optional.empty(), maxFailedRows, false, budget),
        new Deadline(Optional.of(Duration.ofNanos(10)), now::get, -50),
        spending,
        plan,
        counters,
        cancelled::incrementAndGet);
  }

  private void fail(int rows, boolean tried) {
    for (int i = 0; i < rows; i++) {
      counters.failed("too odd", tried);
    }
  }

  @Test
  void changed_firstHundredFail_cancelsAndIsTheConfigurationsFault() {
    EarlyStop stop = stop(OptionalInt.empty(), 995);
    fail(99, true);
    stop.changed();
    assertThat(cancelled).hasValue(0);
    fail(1, true);
    stop.changed();
    assertThat(cancelled).hasValue(1);
    assertThat(stop.reason().orElseThrow())
        .isInstanceOf(UserException.class)
        .hasMessageContaining("the first 100 rows all failed, with reasons such as: too odd");
    assertThatExceptionOfType(UserException.class).isThrownBy(stop::checkAfter);
  }

  @Test
  void changed_oneRowWorks_goesOn() {
    EarlyStop stop = stop(OptionalInt.empty(), 995);
    counters.row(1, 3);
    fail(300, true);
    stop.changed();
    assertThat(stop.reason()).isEmpty();
  }

  @Test
  void changed_rowsWorkedInEarlierRuns_goesOn() {
    EarlyStop stop = stop(OptionalInt.empty(), 300);
    fail(300, true);
    stop.changed();
    assertThat(stop.reason()).isEmpty();
  }

  /** Rows that are too long come first and cost nothing. */
  @Test
  void changed_refusedRowsOnly_goesOn() {
    EarlyStop stop = stop(OptionalInt.empty(), 995);
    fail(300, false);
    stop.changed();
    assertThat(stop.reason()).isEmpty();
  }

  @Test
  void changed_moreFailThanAccepted_countsThoseWithoutAPrompt() {
    EarlyStop stop = stop(OptionalInt.of(8), 995);
    counters.row(1, 1);
    fail(3, false);
    stop.changed();
    assertThatCode(stop::checkAfter).doesNotThrowAnyException();
    fail(1, true);
    stop.changed();
    stop.changed();
    assertThat(cancelled).as("the next job, too").hasValue(2);
    assertThat(stop.reason().orElseThrow())
        .hasMessageContaining(
            "9 rows failed, where herd.run.max-failed-rows accepts 8; nothing was published. A"
                + " reason: too odd");
  }

  @Test
  void changed_tokensAreUsedUp_stopsAndCountsWhatIsAbove() {
    Budget budget = new Budget(OptionalLong.of(100), Optional.empty(), false);
    EarlyStop stop = stop(OptionalInt.empty(), 995, budget, new Prices(none(), none(), none()));
    counters.begun(5);
    counters.row(60, 40);
    stop.changed();
    assertThat(stop.reason()).as("used to the last token").isEmpty();
    counters.row(7, 2);
    stop.changed();

    assertThat(((EarlyEnd) stop.reason().orElseThrow()).code()).isEqualTo(ExitCode.STOPPED);
    assertThat(stop.reason().orElseThrow())
        .hasMessageContaining("herd.run.max-tokens, 100, was used up before all rows were done");
    stop.count();
    assertThat(spending.report())
        .hasValueSatisfying(
            used -> {
              assertThat(used).isEqualTo(new RunBudget(100L, 109, null, null, 3));
              assertThat(used.text())
                  .isEqualTo("109 of 100 tokens, 9 above; 3 rows in progress were dropped");
            });
    stop.checkAfter(); // when all rows are done, it is no matter any more
  }

  @Test
  void changed_moneyIsUsedUp_countsExecutorsTimeAndTokens() {
    Prices prices = new Prices(Optional.of(0.5), Optional.of(2.0), Optional.of(10.0));
    Budget budget = new Budget(OptionalLong.empty(), Optional.of(8.0), false);
    EarlyStop stop = stop(OptionalInt.empty(), 995, budget, prices);
    counters.row(1_000_000, 400_000);
    hours = 2;
    stop.changed();
    assertThat(spending.cost().orElseThrow())
        .as("2 executors for 2 hours, 1 M and 0.4 M tokens")
        .isCloseTo(2 * 2 * 0.5 + 2 + 4, within(1e-9));
    assertThat(stop.reason()).isEmpty();
    hours = 3;
    stop.changed();
    assertThat(stop.reason().orElseThrow())
        .hasMessageContaining("herd.run.max-cost, 8, was used up");
    assertThatExceptionOfType(EarlyEnd.class).isThrownBy(stop::checkBefore);
  }

  @Test
  void changed_timeIsOver_stops() {
    EarlyStop stop = stop(OptionalInt.empty(), 995);
    now.set(-41);
    stop.changed();
    stop.checkBefore();
    assertThat(stop.reason()).isEmpty();
    now.set(-40);
    stop.changed();
    assertThat(((EarlyEnd) stop.reason().orElseThrow()).code()).isEqualTo(ExitCode.STOPPED);
    assertThat(cancelled).hasValue(1);
    assertThatExceptionOfType(EarlyEnd.class).isThrownBy(stop::checkBefore);
    stop.checkAfter(); // when all rows are done, it is no matter any more
  }
}
