/**
 * The Hub's client: who may fetch which model, and its files, sizes and hashes. The token stays in
 * this package.
 */
package io.herd.udfs.hub;
