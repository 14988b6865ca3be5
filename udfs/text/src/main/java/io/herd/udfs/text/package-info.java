/**
 * Text to token ids and back: prompt and chat templates, tokenizer, streaming decoder, stop
 * strings.
 */
package io.herd.udfs.text;
