package io.herd.job.output;

import io.herd.job.config.OutputSettings;
import io.herd.udfs.SystemException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.DataSource;
import org.apache.spark.sql.execution.datasources.FileFormat;
import org.apache.spark.sql.execution.datasources.v2.FileDataSourceV2;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.StructType;

/**
 * The files of a folder, whose names contain the run that appended them: {@code
 * part-<run>-00000-...}. So a run that is repeated finds what it has left before, and replaces it.
 *
 * @param files the folder's file system
 * @param folder what readers read
 */
record PartFiles(FileSystem files, Path folder) {
  /** Hadoop's setting for the beginning of Spark's file names. */
  private static final String BASENAME = "mapreduce.output.basename";

  /** A folder on every new disk. */
  private static final String LOST_AND_FOUND = "lost+found";

  private static final Set<String> FAITHFUL = Set.of("parquet", "orc", "json", "csv");

  static PartFiles in(Path folder, Configuration hadoop) {
    try {
      return new PartFiles(folder.getFileSystem(hadoop), folder);
    } catch (IOException e) {
      throw new SystemException("can't open the file system of " + folder, e);
    }
  }

  /** Returns whether a format's tables are such folders and nothing more. */
  static boolean areAllOf(String format) {
    try {
      Class<?> source = DataSource.lookupDataSource(format, SQLConf.get());
      return FileFormat.class.isAssignableFrom(source)
          || FileDataSourceV2.class.isAssignableFrom(source);
    } catch (Exception e) {
      if (e instanceof ClassNotFoundException) { // undeclared
        return true; // the trial says what is wrong with it
      }
      throw e;
    }
  }

  /** Returns why written rows can't be read back unchanged, if so. */
  static Optional<String> unreadable(String format) {
    return FAITHFUL.contains(format.toLowerCase(Locale.ROOT))
        ? Optional.empty()
        : Optional.of("the format " + format + " isn't read back");
  }

  /** Returns a writer whose file names contain the run's name. */
  static DataFrameWriter<Row> named(DataFrameWriter<Row> writer, String run) {
    return writer.option(BASENAME, prefix(run));
  }

  private static String prefix(String run) {
    return "part-" + run;
  }

  /**
   * Returns whether the folder contains anything. A new disk that is mounted is a folder, and
   * nothing in it yet.
   */
  boolean exists() {
    try {
      return Arrays.stream(files.listStatus(folder))
          .anyMatch(each -> !each.getPath().getName().equals(LOST_AND_FOUND));
    } catch (FileNotFoundException e) {
      return false;
    } catch (IOException e) {
      throw new SystemException("can't look for the output " + folder, e);
    }
  }

  boolean exists(Path path) {
    try {
      return files.exists(path);
    } catch (IOException e) {
      throw new SystemException("can't look for the output " + path, e);
    }
  }

  /** Returns the files that readers see. */
  List<Path> all() {
    return all(folder);
  }

  /** Returns the files that readers would see in another folder. */
  List<Path> all(Path root) {
    List<Path> all = new ArrayList<>();
    try {
      RemoteIterator<LocatedFileStatus> each = files.listFiles(root, true);
      while (each.hasNext()) {
        Path file = each.next().getPath();
        if (isVisible(root, file)) {
          all.add(file);
        }
      }
    } catch (FileNotFoundException e) {
      return List.of();
    } catch (IOException e) {
      throw new SystemException("can't list the output " + root, e);
    }
    return all;
  }

  private boolean isVisible(Path root, Path file) {
    return Arrays.stream(below(root, file).split("/"))
        .noneMatch(name -> name.startsWith(".") || (name.startsWith("_") && !name.contains("=")));
  }

  /** Returns a file's name relative to the folder, with slashes. */
  String below(Path file) {
    return below(folder, file);
  }

  /** Returns a file's name relative to a given folder, with slashes. */
  String below(Path root, Path file) {
    return files.makeQualified(root).toUri().relativize(file.toUri()).getPath();
  }

  List<Path> of(String run) {
    return all().stream().filter(file -> file.getName().startsWith(prefix(run) + "-")).toList();
  }

  void delete(List<Path> unwanted) {
    for (Path file : unwanted) {
      try {
        files.delete(file, false);
      } catch (IOException e) {
        throw new SystemException("can't remove " + file, e);
      }
    }
  }

  /** Deletes files, and partition folders that are empty then. */
  void deleteWithFolders(List<Path> unwanted) {
    delete(unwanted);
    Path root = files.makeQualified(folder);
    try {
      for (Path file : unwanted) {
        Path parent = file.getParent();
        while (!parent.equals(root)
            && files.exists(parent)
            && files.listStatus(parent).length == 0) {
          files.delete(parent, false);
          parent = parent.getParent();
        }
      }
    } catch (IOException e) {
      throw new SystemException("can't remove the empty folders of the output " + folder, e);
    }
  }

  /** Reads some of the files, or all. */
  Dataset<Row> read(
      SparkSession spark, OutputSettings output, StructType columns, List<Path> some) {
    return spark
        .read()
        .format(output.format())
        .options(output.options())
        .option("multiLine", output.format().equalsIgnoreCase("csv")) // texts may have lines
        .option("basePath", folder.toString())
        .schema(columns)
        .load(some.stream().map(Path::toString).toArray(String[]::new));
  }
}
