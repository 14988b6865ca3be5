/** The result log's format, read and written by driver and executors. */
package io.herd.udfs.results;
