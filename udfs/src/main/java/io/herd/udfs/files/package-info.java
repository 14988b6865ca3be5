/** Files that are whole or not there, their digests, and storage that fails for a while. */
package io.herd.udfs.files;
