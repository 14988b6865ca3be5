package io.herd.job.input;

import io.herd.job.workdir.InputVersion;
import io.herd.udfs.SystemException;
import io.herd.udfs.files.Digests;
import java.io.IOException;
import java.net.URI;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.datasources.LogicalRelation;
import org.apache.spark.sql.execution.datasources.v2.DataSourceV2Relation;
import org.apache.spark.sql.execution.datasources.v2.FileTable;
import org.apache.spark.sql.internal.SQLConf;

/**
 * Tells whether an input has changed: by the size and time of its files, and by the current
 * snapshot of an Iceberg table. Delta's and Hive's tables are files here. Databases, streams and
 * Datasets of a program keep nothing that could be compared.
 */
final class InputVersions {
  /** Iceberg's property for the current snapshot. */
  private static final String SNAPSHOT = "current-snapshot-id";

  /** Sources without changeable content. */
  private static final Set<String> CONSTANT = Set.of("LocalRelation", "OneRowRelation", "Range");

  /** A query that reads the clock has different rows on another day. */
  private static final Pattern TIME =
      Pattern.compile("current_(date|timestamp)\\(|localtimestamp\\(|\\bnow\\(|unix_timestamp\\(");

  private final Configuration hadoop;
  private final Set<String> parts = new TreeSet<>();
  private final Set<String> unknown = new TreeSet<>();
  private final TreeMap<String, FileStatus> files = new TreeMap<>();

  private InputVersions(Configuration hadoop) {
    this.hadoop = hadoop;
  }

  /** Returns a source's current version, without reading its rows. */
  static InputVersion of(Dataset<Row> source) {
    InputVersions found =
        new InputVersions(source.sparkSession().sparkContext().hadoopConfiguration());
    LogicalPlan plan = source.queryExecution().analyzed();
    plan.foreach(
        node -> {
          found.add(node);
          return null;
        });
    if (TIME.matcher(plan.toString().toLowerCase(Locale.ROOT)).find()) {
      found.parts.add("day " + LocalDate.now(ZoneId.of(SQLConf.get().sessionLocalTimeZone())));
    }
    try {
      found.list(source.inputFiles());
    } catch (IOException e) {
      throw new SystemException("can't look at the input's files", e);
    }
    return found.version(source.schema().toDDL());
  }

  private void add(LogicalPlan node) {
    String kind = node.getClass().getSimpleName();
    if (node instanceof DataSourceV2Relation relation) {
      String snapshot = relation.table().properties().get(SNAPSHOT);
      if (snapshot != null) {
        parts.add("table " + relation.table().name() + " " + snapshot);
      } else if (!(relation.table() instanceof FileTable)) {
        unknown.add(relation.table().name());
      }
    } else if (node instanceof LogicalRelation relation) {
      String source = relation.relation().getClass().getSimpleName();
      if (!source.equals("HadoopFsRelation")) {
        unknown.add(source);
      }
    } else if (node.children().isEmpty()
        && !CONSTANT.contains(kind)
        && !kind.equals("HiveTableRelation")) {
      unknown.add(kind);
    }
  }

  /** Lists files folder by folder: single requests take minutes for many files. */
  private void list(String[] names) throws IOException {
    Set<Path> wanted = new TreeSet<>();
    Set<Path> folders = new TreeSet<>();
    for (String name : names) {
      Path path = new Path(URI.create(name.replace(" ", "%20")));
      wanted.add(path);
      folders.add(path.getParent() == null ? path : path.getParent());
    }
    for (Path folder : folders) {
      FileSystem system = folder.getFileSystem(hadoop);
      for (FileStatus file : system.listStatus(folder)) {
        if (wanted.contains(file.getPath())) {
          add(system, file);
        }
      }
    }
  }

  private void add(FileSystem system, FileStatus file) throws IOException {
    if (file.isFile()) {
      files.put(file.getPath().toString(), file);
      return;
    }
    RemoteIterator<LocatedFileStatus> below = system.listFiles(file.getPath(), true); // Hive's
    while (below.hasNext()) {
      LocatedFileStatus each = below.next();
      files.put(each.getPath().toString(), each);
    }
  }

  private InputVersion version(String columns) {
    Digests.Builder digest = new Digests.Builder().text(columns);
    parts.forEach(digest::text);
    long bytes = 0;
    for (FileStatus file : files.values()) {
      digest.text(file.getPath() + " " + file.getLen() + " " + file.getModificationTime());
      bytes += file.getLen();
    }
    String text =
        files.isEmpty() && !parts.isEmpty()
            ? String.join(", ", parts)
            : String.format(Locale.ROOT, "%,d files, %,d bytes", files.size(), bytes);
    return new InputVersion(digest.hex(), text, String.join(", ", unknown));
  }
}
