/**
 * Explores what runs on one work-dir can do to one another: the real code, over a file system in
 * memory, in which every operation may be the last one, fail, or come hours later than the one
 * before it.
 */
package io.herd.explore;
