/** For users of DJL: models of the Hub as DJL repositories. */
package io.herd.udfs.djl;
