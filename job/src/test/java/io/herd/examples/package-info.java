/** Herd as a library: small programs, which {@code ExamplesTest} runs. */
package io.herd.examples;
