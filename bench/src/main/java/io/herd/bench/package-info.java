/** Programs that measure the engine; nothing here is shipped. */
package io.herd.bench;
