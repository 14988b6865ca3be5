/** The functions that Spark runs on partitions, and the mapping of rows. */
package io.herd.udfs.partition;
