package io.herd.job.workdir;

import com.google.gson.JsonObject;
import io.herd.udfs.SystemException;
import io.herd.udfs.UserException;
import io.herd.udfs.storage.PrivateStorage;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The run that a work-dir is at: its numbered states, {@code manifest.json}, which marks its end,
 * and, for a moment, {@code unheard.json}. {@code PROTOCOL.md} has the order in which they are
 * written.
 */
public final class CurrentRun {
  /**
   * Marks the end of a run whose driver hasn't exited: if it is killed then, it has published, but
   * nobody knows.
   */
  private static final String UNHEARD = "unheard.json";

  private final WorkFiles files;

  CurrentRun(WorkFiles files) {
    this.files = files;
  }

  /**
   * Returns the work-dir's current run. Where {@code manifest.json} says that a publication of it
   * has ended, so does the state: the manifest is the one mark of that.
   *
   * @throws UserException when it was written by a later version
   */
  public Optional<RunState> state() {
    Optional<EndMark> manifest = files.read(WorkDir.MANIFEST, EndMark.class);
    return noted().map(run -> manifest.map(mark -> mark.on(run)).orElse(run));
  }

  /** Returns the run, unless its end was noted by a driver that died before it could report it. */
  public Optional<RunState> heard() {
    Optional<String> unheard = files.read(UNHEARD, EndMark.class).map(EndMark::run);
    return state().filter(run -> !unheard.equals(Optional.of(run.run())));
  }

  /**
   * Returns the run as a driver resumes it. Its end counts if that was known when the driver began:
   * of a run that another driver has ended since, this one has nothing to do.
   *
   * @param ended the run that had ended then
   */
  public Optional<RunState> state(Optional<String> ended) {
    Optional<RunState> noted = noted();
    return noted.map(RunState::run).equals(ended) ? state() : noted;
  }

  /** Returns the manifest of the last run that published; empty without one. */
  public Optional<JsonObject> manifest() {
    return files.read(WorkDir.MANIFEST, JsonObject.class);
  }

  private Optional<RunState> noted() {
    return files
        .io("read", stateFile(), storage -> states(storage).last())
        .map(RunState.Stored::state);
  }

  /**
   * Writes the run's state.
   *
   * @throws SystemException if another has the lease by now
   */
  public void write(RunState state, Lease lease) {
    byte[] text = (WorkDir.json(state.stored()) + "\n").getBytes(StandardCharsets.UTF_8);
    files.io(
        "write",
        stateFile(),
        storage -> {
          PrivateStorage.make(storage, files.root());
          states(storage).write(lease.number(), text, lease::requireHeld);
          return null;
        });
  }

  private StateFiles states(FileSystem storage) {
    return new StateFiles(storage, files.root());
  }

  private Path stateFile() {
    return files.path("state-*.json");
  }

  /** Removes the mark that an output is done; the state has recorded that before. */
  public void dropPublished() {
    files.drop(files.path(WorkDir.MANIFEST));
  }

  /**
   * Notes that a run ends, before its manifest says so.
   *
   * @param fence throws if another run has taken the lease
   */
  public void end(String run, Runnable fence) {
    files.writeJson(UNHEARD, new EndMark(run, null, null), fence);
  }

  /** Notes that the driver of the ended run has only to exit. */
  public void endHeard() {
    files.drop(files.path(UNHEARD));
  }
}
