/** Jinja's grammar: source to tokens, tokens to a tree. */
package io.herd.udfs.template.syntax;
