package io.herd.udfs.text;

import ai.djl.util.Utils;
import io.herd.udfs.UserException;
import io.herd.udfs.files.OwnFolder;
import io.herd.udfs.files.PrivateFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The folder of DJL's native libraries, and DJL's settings. DJL loads what lies in its cache
 * folder, whoever put it there; where the home can't be written that would be a folder of a known
 * name below the temporary one, which anyone on the machine can prepare.
 */
public final class Natives {
  private static final String FOLDER = "DJL_CACHE_DIR";

  private Natives() {}

  /**
   * Prepares DJL before its first use: it reports its use on EC2, and looks for a GPU build of the
   * tokenizer, unless variables forbid it.
   *
   * @throws UserException when others than this user and root could have written the libraries
   */
  public static void prepare() {
    setUnlessGiven("OPT_OUT_TRACKING", "true");
    setUnlessGiven("RUST_FLAVOR", "cpu");
    Path home =
        Path.of(System.getProperty("user.home")); // where DJL unpacks them, whatever HOME says
    if (!Files.isWritable(home)) {
      setUnlessGiven(FOLDER, PrivateFolder.temporary("herd-natives").toString());
    }
    require(Utils.getEngineCacheDir("tokenizers"));
    require(Utils.getEngineCacheDir("pytorch"));
  }

  /** Creates a missing folder for libraries, and refuses one that others can write. */
  static void require(Path folder) {
    try {
      PrivateFolder.make(folder);
      OwnFolder.foreign(folder)
          .ifPresent(
              why -> {
                throw new UserException(
                    "native libraries would be loaded from " + folder + ", but " + why,
                    "set DJL_CACHE_DIR (on executors spark.executorEnv.DJL_CACHE_DIR) to a folder"
                        + " that only this user can write, or remove the folder, if it is yours.");
              });
    } catch (IOException e) {
      throw new UserException(
          "native libraries can't be unpacked to " + folder + ": " + e,
          "set DJL_CACHE_DIR (on executors spark.executorEnv.DJL_CACHE_DIR) to a folder that this"
              + " user can write.",
          e);
    }
  }

  private static void setUnlessGiven(String name, String value) {
    if (System.getenv(name) == null && System.getProperty(name) == null) {
      System.setProperty(name, value);
    }
  }
}
