package io.herd.udfs.template;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.InterpretException;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.tree.Node;
import io.herd.udfs.HerdException;
import io.herd.udfs.RowException;
import io.herd.udfs.UserException;
import io.herd.udfs.template.BoundedInterpreter.LimitProblem;
import io.herd.udfs.template.JinjaFunctions.Problem;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * A template that Jinjava renders as Python's jinja2 does within transformers.
 *
 * <p>Jinjava's defaults would evaluate what a row's text holds between braces, keep whitespace that
 * jinja2 trims, and report errors only to those who ask. Parsed once. Used by one thread.
 */
public final class JinjaTemplate {
  private static final int MOST_SHOWN = 400;

  /** They evaluate text as a template, differ from run to run, or take boundless time. */
  private static final Set<String> UNFIT_FILTERS =
      Set.of("render", "random", "shuffle", "fromyaml", "toyaml", "pprint");

  private static final JinjavaConfig CONFIG =
      JinjavaConfig.newBuilder()
          .withTrimBlocks(true)
          .withNestedInterpretationEnabled(false)
          .withKeepTrailingNewline(true)
          .withElResolver(new SandboxResolver())
          .withMaxOutputSize(BoundedInterpreter.MOST_CHARS)
          .withMaxStringLength(BoundedInterpreter.MOST_CHARS)
          .withMaxListSize(BoundedInterpreter.MOST_ITEMS)
          .withMaxMapSize(BoundedInterpreter.MOST_ITEMS)
          .withLegacyOverrides(
              LegacyOverrides.newBuilder()
                  .withUseTrimmingForNotesAndExpressions(true)
                  .withEvaluateMapKeys(true)
                  .withIterateOverMapKeys(true)
                  .withKeepNullableLoopValues(true)
                  .withUsePyishObjectMapper(true)
                  .withUseSnakeCasePropertyNaming(true)
                  .build())
          // a template has no business with other files, and gives the same text every day
          .withDisabled(
              Map.of(
                  Context.Library.TAG, Set.of("include", "import", "from", "extends"),
                  Context.Library.FILTER, UNFIT_FILTERS,
                  Context.Library.FUNCTION, Set.of(":today", ":unixtimestamp")))
          .build();

  private static final Pattern INDENT = Pattern.compile("^[ \\t]++(?=\\{[%#])", Pattern.MULTILINE);

  private final String name;
  private final String source;
  private final boolean printsNull;
  private final Jinjava jinjava = new PythonJinja(CONFIG);
  private final Node root;

  /**
   * @param name what messages call the template
   * @param date what {@code strftime_now} gives
   * @param printsNull whether a null may be printed, as nothing
   * @throws UserException when it can't be parsed
   */
  public JinjaTemplate(String name, String source, String date, boolean printsNull) {
    this.name = name;
    this.source = withoutIndents(withoutLastNewline(source.replace("\r\n", "\n")));
    this.printsNull = printsNull;
    JinjaFunctions.register(jinjava.getGlobalContext(), date);
    BoundedInterpreter parser = interpreter(Map.of());
    this.root = contained(() -> parser.parse(this.source), this::refused);
    refuseErrors(parser);
  }

  /**
   * Renders the template for one row.
   *
   * @throws RowException when rendering fails, with a message that holds nothing of the row's text
   */
  public String render(Map<String, Object> variables) {
    BoundedInterpreter interpreter = interpreter(variables);
    try {
      String text = contained(() -> interpreter.render(root, false), this::failed);
      for (TemplateError error : interpreter.getErrors()) {
        throw new RowException(name + " failed at line " + error.getLineno() + reason(error));
      }
      return text;
    } finally {
      jinjava.getGlobalContext().reset();
    }
  }

  /**
   * Renders with variables that hold nothing of any row.
   *
   * @throws UserException when it fails, with all that Jinjava says
   */
  public String probe(Map<String, Object> variables) {
    BoundedInterpreter interpreter = interpreter(variables);
    String text = contained(() -> interpreter.render(root, false), this::refused);
    refuseErrors(interpreter);
    return text;
  }

  /**
   * Runs what a template makes Jinjava do. It ends in a result or in one of Herd's exceptions,
   * whatever the template does: rendering one row must not end the task.
   */
  private static <T> T contained(Supplier<T> body, Function<Throwable, HerdException> failure) {
    try {
      return body.get();
    } catch (HerdException e) {
      throw e;
    } catch (RuntimeException | LimitProblem | StackOverflowError e) {
      throw failure.apply(e);
    }
  }

  private RowException failed(Throwable thrown) {
    Problem problem = Problem.of(thrown);
    String bound = bound(thrown);
    String said = problem != null ? reason(problem) : bound != null ? ": " + bound : " (exception)";
    return new RowException(name + " failed" + said);
  }

  private UserException refused(Throwable thrown) {
    String bound = bound(thrown);
    int line = thrown instanceof InterpretException e ? Math.max(1, e.getLineNumber()) : 1;
    return refused(line, bound == null ? String.valueOf(thrown.getMessage()) : bound, thrown);
  }

  /** Which bound was passed, or null when it was none. */
  private static String bound(Throwable thrown) {
    return thrown instanceof StackOverflowError
        ? "it is nested too deeply"
        : thrown instanceof LimitProblem ? thrown.getMessage() : null;
  }

  /**
   * Parses the expressions, which rendering does only where it comes by.
   *
   * @throws UserException when one isn't well-formed
   */
  public JinjaTemplate checkExpressions() {
    reads(Shape.ANY);
    return this;
  }

  /**
   * What the template reads of rows that have a shape.
   *
   * @throws UserException when an expression isn't well-formed
   */
  public TemplateReads reads(Shape row) {
    TemplateReads reads = contained(() -> TemplateReads.of(root, row), this::refused);
    TemplateReads.Broken broken = reads.broken().orElse(null);
    if (broken != null) {
      throw refused(broken.line(), "can't read `" + broken.expression() + "`", broken.cause());
    }
    return reads;
  }

  private BoundedInterpreter interpreter(Map<String, Object> variables) {
    Context context =
        new JinjaFunctions.Variables(
            jinjava.getGlobalContext(), variables, CONFIG.getDisabled(), printsNull);
    return new BoundedInterpreter(jinjava, context, CONFIG);
  }

  private void refuseErrors(JinjavaInterpreter interpreter) {
    for (TemplateError error : interpreter.getErrors()) {
      Problem problem = Problem.of(error.getException());
      String said = problem == null ? error.getMessage() : problem.getMessage();
      throw refused(error.getLineno(), said, error.getException());
    }
  }

  private UserException refused(int line, String said, Throwable cause) {
    String shown = said.length() <= MOST_SHOWN ? said : said.substring(0, MOST_SHOWN) + "...";
    return new UserException(
        "Herd can't render " + name + ", line " + line + ": " + shown,
        "Rewrite that part in plainer Jinja (Jinjava knows no [::-1], for one), or render the"
            + " prompts elsewhere and set prompt.chat = off and prompt.special-tokens = parse.",
        cause);
  }

  /** What went wrong, unless saying so could repeat the row's text. */
  private String reason(TemplateError error) {
    Problem problem = Problem.of(error.getException());
    return problem == null
        ? " (" + error.getReason().name().toLowerCase(Locale.ROOT) + ")"
        : reason(problem);
  }

  private String reason(Problem problem) {
    boolean own = problem.plain || source.contains(problem.getMessage());
    return own ? ": " + problem.getMessage() : " (raise_exception)";
  }

  /**
   * jinja2's lstrip_blocks: blocks and notes may be indented. Jinjava's own takes away the spaces
   * before every block, also in the middle of a line.
   */
  private static String withoutIndents(String source) {
    return INDENT.matcher(source).replaceAll("");
  }

  private static String withoutLastNewline(String source) {
    return source.endsWith("\n") ? source.substring(0, source.length() - 1) : source;
  }
}
