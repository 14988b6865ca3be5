package io.herd.job.cli;

import io.herd.udfs.PlainText;
import java.io.PrintStream;

/**
 * A console that rows, file names and servers' answers can't control: each text is printed as
 * {@link PlainText}. Bytes that are written pass as they are, for the live line's own control
 * characters.
 */
public final class PlainConsole extends PrintStream {
  private final PrintStream console;

  private PlainConsole(PrintStream console) {
    super(console, true);
    this.console = console; // it knows the terminal's encoding
  }

  /** Replaces this process's two consoles by plain ones. */
  public static void install() {
    System.setOut(new PlainConsole(System.out));
    System.setErr(new PlainConsole(System.err));
  }

  /** Returns a console that prints to the given one. */
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
