package io.herd.chaos;

/**
 * A signal from outside to one of the run's processes.
 *
 * @param files of the result log that can be seen when it is due; -1 for as soon as there is a
 *     snapshot
 * @param millis after that
 * @param number names this strike of a schedule
 */
record Strike(int number, int files, int millis, Target target, Signal signal) {

  /** The process. */
  enum Target {
    DRIVER,
    EXECUTOR,
    /** Of a standalone cluster; it is started again. */
    WORKER
  }

  /** What it gets. */
  enum Signal {
    KILL,
    TERM,
    /** Decommissions an executor, as spot instances are before they are taken away. */
    PWR,
    /** Followed by CONT after some seconds, when others have given the process up. */
    STOP
  }

  /** Also the name of the file that says that it has happened. */
  @Override
  public String toString() {
    return String.join(
        "-",
        "STRIKE",
        Integer.toString(number),
        target.name(),
        signal.name(),
        "files",
        Integer.toString(files),
        Integer.toString(millis));
  }
}
