/** From the model's numbers to tokens and labels: random draws, label scores. */
package io.herd.udfs.sample;
