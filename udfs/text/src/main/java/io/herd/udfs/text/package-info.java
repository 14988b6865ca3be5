/**
 * Text to token ids and back: prompts, chat templates, tokenizer, streaming decoder, stop strings.
 */
package io.herd.udfs.text;
