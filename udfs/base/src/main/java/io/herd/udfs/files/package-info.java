/** Files on this machine: read within bounds, digested, private to their owner. */
package io.herd.udfs.files;
