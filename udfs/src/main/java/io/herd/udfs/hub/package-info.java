/** Which model, exactly: its files, sizes and hashes. */
package io.herd.udfs.hub;
