package io.herd.udfs.template;

import io.herd.udfs.HerdException;
import io.herd.udfs.RowException;
import io.herd.udfs.UserException;
import io.herd.udfs.template.run.Template;
import io.herd.udfs.template.syntax.Span;
import io.herd.udfs.template.values.Problem;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * A Jinja template, rendered like Python's jinja2 within transformers.
 *
 * <p>It reaches nothing but the values that it is given, changes none of them, and stays within
 * bounds of steps and sizes. Parsed once. Used by one thread.
 */
public final class JinjaTemplate {
  private static final int MOST_SHOWN = 400;
  private static final int MOST_OF_EXPRESSION = 80;

  private final String name;
  private final String source;
  private final boolean printsNull;
  private final UnaryOperator<String> spelling;
  private final Template template;

  /**
   * Parses a template.
   *
   * @param name what messages call the template
   * @param date what {@code strftime_now} gives
   * @param printsNull whether None and undefined names may be printed, as jinja2 does
   * @throws UserException when it can't be parsed
   */
  public JinjaTemplate(String name, String source, String date, boolean printsNull) {
    this(name, source, date, printsNull, text -> text);
  }

  /**
   * Parses a preprocessed source; messages show what its author wrote.
   *
   * @param spelling turns a part of the source into what its author wrote, for messages
   * @throws UserException when it can't be parsed
   */
  public JinjaTemplate(
      String name, String source, String date, boolean printsNull, UnaryOperator<String> spelling) {
    this.name = name;
    this.spelling = spelling;
    this.source = withoutLastNewline(source.replace("\r\n", "\n").replace('\r', '\n'));
    this.printsNull = printsNull;
    this.template = contained(() -> Template.of(this.source, date), this::refused);
  }

  private static String withoutLastNewline(String source) {
    return source.endsWith("\n") ? source.substring(0, source.length() - 1) : source;
  }

  /**
   * Renders the template for one row.
   *
   * @throws RowException when rendering fails, with a message that holds nothing of the row's text
   */
  public String render(Map<String, Object> variables) {
    return contained(() -> template.render(variables, !printsNull), this::failed);
  }

  /**
   * Renders with variables that contain no row data.
   *
   * @throws UserException when it fails, with all that there is to say
   */
  public String probe(Map<String, Object> variables) {
    return contained(() -> template.render(variables, !printsNull), this::refused);
  }

  /**
   * Renders; empty if the template refuses.
   *
   * @param strictly whether it may by {@code raise_exception} alone, and not fail otherwise
   * @return empty when it does
   */
  public Optional<String> attempt(Map<String, Object> variables, boolean strictly) {
    try {
      return Optional.of(template.render(variables, !printsNull));
    } catch (Problem e) {
      boolean refuses = e.isRaised() || (!strictly && !e.isUnsupported());
      if (refuses) {
        return Optional.empty();
      }
      throw refused(e);
    } catch (RuntimeException | StackOverflowError e) {
      throw refused(e);
    }
  }

  /** Returns what the template reads of rows with a given shape. */
  public TemplateReads reads(Shape row) {
    return TemplateReads.of(template.tree(), row, template.functions());
  }

  /** Returns whether it is a chat template that reads the parts of each message's content. */
  public boolean readsParts() {
    return ContentParts.areRead(template.tree());
  }

  /**
   * Returns a result or throws one of Herd's exceptions, whatever the template does: rendering one
   * row must not end the task.
   */
  private static <T> T contained(Supplier<T> body, Function<Throwable, HerdException> failure) {
    try {
      return body.get();
    } catch (RuntimeException | StackOverflowError e) {
      throw failure.apply(e);
    }
  }

  private RowException failed(Throwable thrown) {
    if (!(thrown instanceof Problem problem)) {
      return new RowException(name + " failed: " + unforeseen(thrown));
    }
    boolean hidden = problem.isRaised() && !source.contains(problem.getMessage());
    String said = hidden ? " (raise_exception)" : ": " + said(problem);
    return new RowException(name + " failed" + place(problem, " at ") + said);
  }

  private UserException refused(Throwable thrown) {
    String place = thrown instanceof Problem problem ? place(problem, ", ") : "";
    String said = thrown instanceof Problem problem ? said(problem) : unforeseen(thrown);
    String shown = said.length() <= MOST_SHOWN ? said : said.substring(0, MOST_SHOWN) + "...";
    return new UserException(
        "Herd can't render " + name + place + ": " + shown,
        "Correct that part of the template; or render the prompts elsewhere, and set prompt.chat ="
            + " off and prompt.special-tokens = parse.",
        thrown);
  }

  private static String unforeseen(Throwable thrown) {
    return thrown instanceof StackOverflowError
        ? "it is nested too deeply"
        : thrown.getClass().getSimpleName();
  }

  /** Returns line and column, each from 1. */
  private String place(Problem problem, String before) {
    if (problem.span() == null) {
      return "";
    }
    int start = Math.min(problem.span().start(), source.length());
    String above = source.substring(0, start);
    int line = (int) above.chars().filter(c -> c == '\n').count() + 1;
    int column = start - above.lastIndexOf('\n');
    return before + "line " + line + ", column " + column;
  }

  /** Describes the problem and its expression. */
  private String said(Problem problem) {
    String message = problem.getMessage();
    if (problem.span() == null || problem.isRaised()) {
      return spelling.apply(message);
    }
    return "`" + excerpt(problem.span()) + "`" + (message.startsWith("is ") ? " " : ": ") + message;
  }

  private String excerpt(Span span) {
    int end = Math.min(span.end(), source.length());
    String text = spelling.apply(source.substring(Math.min(span.start(), end), end)).strip();
    return text.length() <= MOST_OF_EXPRESSION
        ? text
        : text.substring(0, MOST_OF_EXPRESSION) + "...";
  }
}
