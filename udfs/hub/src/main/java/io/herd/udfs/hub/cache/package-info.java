/**
 * The models on this machine's disk, laid out as in the Hub's cache: fetched once, verified, shared
 * between processes.
 */
package io.herd.udfs.hub.cache;
