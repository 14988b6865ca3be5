package io.herd.job.cli;

import io.herd.udfs.PlainText;
import java.io.PrintStream;

/**
 * A console on which rows, file names and servers' answers can't steer the terminal: each text is
 * printed as {@link PlainText}. Bytes that are written pass as they are, for the live line's own
 * control characters.
 */
public final class PlainConsole extends PrintStream {
  private final PrintStream console;

  private PlainConsole(PrintStream console) {
    super(console, true);
    this.console = console; // it knows the terminal's encoding
  }

  /** Puts plain consoles in the place of this process's two. */
  public static void install() {
    System.setOut(new PlainConsole(System.out));
    System.setErr(new PlainConsole(System.err));
  }

  /** A console that prints to another. */
  public static PrintStream over(PrintStream console) {
    return new PlainConsole(console);
  }

  @Override
  public void print(String text) {
    console.print(PlainText.of(String.valueOf(text)));
  }

  @Override
  public void print(Object value) {
    print(String.valueOf(value));
  }

  @Override
  public void println(Object value) {
    println(String.valueOf(value));
  }

  @Override
  public void print(char character) {
    print(String.valueOf(character));
  }

  @Override
  public void print(char[] characters) {
    print(new String(characters));
  }

  @Override
  public void println(char[] characters) {
    println(new String(characters));
  }
}
