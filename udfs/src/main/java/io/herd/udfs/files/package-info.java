/** Files that are whole or not there, and their digests. */
package io.herd.udfs.files;
