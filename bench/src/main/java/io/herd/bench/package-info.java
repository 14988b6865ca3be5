/** Programs that measure the engine and the fetching of models; nothing here is shipped. */
package io.herd.bench;
