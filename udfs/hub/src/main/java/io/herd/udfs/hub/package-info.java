/**
 * The Hub: who may fetch which model, its files, sizes and hashes, and how they come here. The
 * token stays in this package.
 */
package io.herd.udfs.hub;
