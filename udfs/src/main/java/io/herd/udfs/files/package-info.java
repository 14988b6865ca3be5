/** Files that are whole or not there, read within bounds, and their digests. */
package io.herd.udfs.files;
