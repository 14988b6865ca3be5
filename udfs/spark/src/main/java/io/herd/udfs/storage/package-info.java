/**
 * Files on Hadoop's file systems: whole or absent, private to their owner, retried when storage
 * fails.
 */
package io.herd.udfs.storage;
