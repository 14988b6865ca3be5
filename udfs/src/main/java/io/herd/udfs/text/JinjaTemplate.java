package io.herd.udfs.text;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.lib.expression.DefaultExpressionStrategy;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import com.hubspot.jinjava.tree.Node;
import com.hubspot.jinjava.tree.output.RenderedOutputNode;
import com.hubspot.jinjava.tree.parse.ExpressionToken;
import io.herd.udfs.RowException;
import io.herd.udfs.UserException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A template that Jinjava renders as Python's jinja2 does within transformers.
 *
 * <p>Jinjava's defaults would evaluate what a row's text holds between braces, keep whitespace that
 * jinja2 trims, and report errors only to those who ask. Parsed once. Used by one thread.
 */
final class JinjaTemplate {
  private static final String DATE = "herd:date";
  private static final JinjavaConfig CONFIG =
      JinjavaConfig.newBuilder()
          .withTrimBlocks(true)
          .withLstripBlocks(true)
          .withNestedInterpretationEnabled(false)
          .withKeepTrailingNewline(true)
          .withElResolver(new PythonStrings())
          // templates have no business with other files
          .withDisabled(Map.of(Context.Library.TAG, Set.of("include", "import", "from", "extends")))
          .withLegacyOverrides(
              LegacyOverrides.newBuilder()
                  .withUseTrimmingForNotesAndExpressions(true)
                  .withEvaluateMapKeys(true)
                  .withIterateOverMapKeys(true)
                  .withKeepNullableLoopValues(true)
                  .withUsePyishObjectMapper(true)
                  .withUseSnakeCasePropertyNaming(true)
                  .build())
          .build();

  private final String name;
  private final String source;
  private final String date;
  private final boolean printsNull;
  private final Jinjava jinjava = new PythonJinja(CONFIG);
  private final Node root;

  /**
   * @param name what messages call the template
   * @param date what {@code strftime_now} gives, whatever its format
   * @param printsNull whether a null may be printed, as nothing
   * @throws UserException when it can't be parsed
   */
  JinjaTemplate(String name, String source, String date, boolean printsNull) {
    this.name = name;
    this.source = withoutLastNewline(source.replace("\r\n", "\n"));
    this.date = date;
    this.printsNull = printsNull;
    Context globals = jinjava.getGlobalContext();
    globals.registerFilter(new PythonStrings.Trim());
    register("raise_exception");
    register("strftime_now");
    JinjavaInterpreter parser = interpreter(Map.of());
    this.root = parser.parse(this.source);
    refuseErrors(parser);
  }

  /**
   * @throws RowException when rendering fails, with a message that holds nothing of the row's text
   */
  String render(Map<String, Object> variables) {
    JinjavaInterpreter interpreter = interpreter(variables);
    try {
      String text = interpreter.render(root, false);
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
  String probe(Map<String, Object> variables) {
    JinjavaInterpreter interpreter = interpreter(variables);
    String text = interpreter.render(root, false);
    refuseErrors(interpreter);
    return text;
  }

  private JinjavaInterpreter interpreter(Map<String, Object> variables) {
    Context context = new Context(jinjava.getGlobalContext(), variables, CONFIG.getDisabled());
    context.put(DATE, date);
    context.setExpressionStrategy(new Printer(printsNull));
    return new JinjavaInterpreter(jinjava, context, CONFIG);
  }

  private void register(String function) {
    Context globals = jinjava.getGlobalContext();
    globals.registerFunction(
        new ELFunctionDefinition("", function, JinjaTemplate.class, function, String.class));
    globals.put(function, true); // `strftime_now is defined`
  }

  private void refuseErrors(JinjavaInterpreter interpreter) {
    for (TemplateError error : interpreter.getErrors()) {
      String said = raised(error) == null ? error.getMessage() : raised(error).getMessage();
      throw new UserException(
          "Herd can't render " + name + ", line " + error.getLineno() + ": " + said,
          "Rewrite that part in plainer Jinja (Jinjava knows no [::-1], for one), or render the"
              + " prompts elsewhere and set prompt.chat = off and prompt.special-tokens = parse.",
          error.getException());
    }
  }

  /** What went wrong, unless saying so could repeat the row's text. */
  private String reason(TemplateError error) {
    RuntimeException raised = raised(error);
    if (raised == null) {
      return " (" + error.getReason().name().toLowerCase(Locale.ROOT) + ")";
    }
    boolean own = raised instanceof NullPrinted || source.contains(raised.getMessage());
    return own ? ": " + raised.getMessage() : " (raise_exception)";
  }

  private static RuntimeException raised(TemplateError error) {
    for (Throwable e = error.getException(); e != null; e = e.getCause()) {
      if (e instanceof Raised || e instanceof NullPrinted) {
        return (RuntimeException) e;
      }
    }
    return null;
  }

  private static String withoutLastNewline(String source) {
    return source.endsWith("\n") ? source.substring(0, source.length() - 1) : source;
  }

  @SuppressWarnings("unused") // called by templates
  static String raise_exception(String message) {
    throw new Raised(message);
  }

  @SuppressWarnings("unused") // called by templates
  static String strftime_now(String format) {
    return (String) JinjavaInterpreter.getCurrent().getContext().get(DATE);
  }

  private static final class Raised extends RuntimeException {
    Raised(String message) {
      super(message);
    }
  }

  private static final class NullPrinted extends RuntimeException {
    NullPrinted(String expression) {
      super("`" + expression + "` is null");
    }
  }

  /** Jinjava would escape control characters in strings; Python would print a null as None. */
  private static final class Printer extends DefaultExpressionStrategy {
    private final boolean printsNull;

    Printer(boolean printsNull) {
      this.printsNull = printsNull;
    }

    @Override
    public RenderedOutputNode interpretOutput(ExpressionToken token, JinjavaInterpreter jinja) {
      int before = jinja.getErrors().size();
      Object value = jinja.resolveELExpression(token.getExpr(), token.getLineNumber());
      if (value == null && !printsNull && jinja.getErrors().size() == before) {
        NullPrinted problem = new NullPrinted(token.getExpr().trim());
        jinja.addError(TemplateError.fromException(problem, token.getLineNumber()));
      }
      return new RenderedOutputNode(value instanceof String text ? text : jinja.getAsString(value));
    }
  }
}
