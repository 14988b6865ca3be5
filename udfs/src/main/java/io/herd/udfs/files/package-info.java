/** Files that are whole or not there, read within bounds, and digested; storage that fails. */
package io.herd.udfs.files;
