/** Prompt lookup: what may come next in a row, by what followed the same tokens before. */
package io.herd.udfs.lookup;
