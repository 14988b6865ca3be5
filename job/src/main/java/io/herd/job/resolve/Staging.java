package io.herd.job.resolve;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import io.herd.udfs.SystemException;
import io.herd.udfs.hub.FetchProgress;
import io.herd.udfs.hub.ModelManifest;
import io.herd.udfs.hub.RepoId;
import io.herd.udfs.storage.PrivateStorage;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A folder of shared storage with one model in it. Its {@code manifest.json} is written last: where
 * it is missing, nobody takes the files for whole.
 */
final class Staging {
  private static final Gson GSON = new GsonBuilder().setPrettyPrinting().create();
  private static final int BUFFER_BYTES = 1 << 20;

  private final Path folder;
  private final Configuration hadoop;

  Staging(String root, ModelManifest manifest, Configuration hadoop) {
    this.folder = new Path(new Path(root, RepoId.folder(manifest.id())), manifest.commit());
    this.hadoop = hadoop;
  }

  String folder() {
    return folder.toString();
  }

  /** Copies a model there, unless it is there already. */
  void fill(ModelManifest manifest, java.nio.file.Path local, FetchProgress progress) {
    Path last = new Path(folder, "manifest.json");
    try {
      FileSystem files = folder.getFileSystem(hadoop);
      if (files.exists(last) && read(files, last).equals(manifest)) {
        return;
      }
      PrivateStorage.make(files, folder);
      files.delete(last, false);
      for (ModelManifest.Entry file : manifest.files()) {
        copy(local.resolve(file.name()), files, new Path(folder, file.name()), progress);
      }
      try (OutputStream out = files.create(last, true)) {
        out.write((GSON.toJson(manifest) + "\n").getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new SystemException(
          "can't put the model into the staging folder "
              + folder
              + " (herd.model.staging): "
              + e.getMessage(),
          e);
    }
  }

  private static ModelManifest read(FileSystem files, Path manifest) throws IOException {
    try (Reader in = new InputStreamReader(files.open(manifest), StandardCharsets.UTF_8)) {
      return GSON.fromJson(in, ModelManifest.class);
    } catch (JsonParseException e) {
      throw new IOException(manifest + " is not the manifest of a model", e);
    }
  }

  private static void copy(
      java.nio.file.Path from, FileSystem files, Path to, FetchProgress progress)
      throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = Files.newInputStream(from);
        OutputStream out = files.create(to, true)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        out.write(buffer, 0, n);
        progress.arrived(n);
      }
    }
  }
}
