/**
 * Constrained decoding: from a regex, a JSON schema or a list of texts to the tokens that may come
 * next.
 */
package io.herd.udfs.grammar;
