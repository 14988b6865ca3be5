package io.herd.job.workdir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A work-dir that a group shares: another of it puts links at the names that a run is about to
 * write or to remove, to files of the run's user that he himself can't write.
 */
class WorkDirLinksTest {
  private static final String OWN = "mine";

  @TempDir private Path home;
  private Path work;
  private Path victim;

  @BeforeEach
  void makeFolders() throws IOException {
    work = Files.createDirectory(home.resolve("work"));
    victim = Files.writeString(home.resolve("victim"), OWN);
  }

  private WorkDir workDir() {
    return new WorkDir(work.toString(), new Configuration());
  }

  private LeaseFiles lease() throws IOException {
    return new LeaseFiles(
        FileSystem.getLocal(new Configuration()),
        new org.apache.hadoop.fs.Path(work.resolve("lease").toUri()),
        Time.REAL);
  }

  @Test
  void write_linkAtTheNameOfAFile_isReplacedAndNotWrittenThrough() throws IOException {
    for (String name :
        List.of("run.json", "state-00000001-0001.json", WorkDir.REPORT, WorkDir.MANIFEST)) {
      Files.createSymbolicLink(work.resolve(name), victim);

      workDir().writeText(name, "new");

      assertThat(work.resolve(name)).isRegularFile().hasContent("new");
      assertThat(Files.isSymbolicLink(work.resolve(name))).isFalse();
      assertThat(victim).hasContent(OWN);
    }
  }

  @Test
  void drop_linkToAFolder_leavesWhatIsInIt() throws IOException {
    Path folder = Files.createDirectory(home.resolve("folder"));
    Files.writeString(folder.resolve("file"), OWN);
    Files.createSymbolicLink(work.resolve("disagreements"), folder);

    workDir().dropDisagreements();

    assertThat(work.resolve("disagreements")).doesNotExist();
    assertThat(folder.resolve("file")).hasContent(OWN);
  }

  @Test
  void claim_linkAtItsName_isNotWrittenThrough() throws Exception {
    Path nothing = home.resolve("made-by-another");
    Files.createDirectories(work.resolve("lease"));
    Files.createSymbolicLink(work.resolve("lease/lease-00000001.json"), nothing);

    assertThat(lease().claim(1, Owner.here("publish", Duration.ofSeconds(10)))).isFalse();
    assertThat(nothing).doesNotExist();
  }

  @Test
  void beat_linkPutInItsPlaceMeanwhile_isNotWrittenThrough() throws Exception {
    LeaseFiles lease = lease();
    Owner owner = Owner.here("publish", Duration.ofSeconds(10));
    assertThat(lease.claim(1, owner)).isTrue();
    lease.beat(1, owner);
    Path beat = work.resolve("lease/beat-00000001-" + owner.token() + ".json");
    Files.delete(beat);
    Files.createSymbolicLink(beat, victim);

    assertThatThrownBy(() -> lease.beat(1, owner)).isInstanceOf(IOException.class);
    assertThat(victim).hasContent(OWN);
  }
}
