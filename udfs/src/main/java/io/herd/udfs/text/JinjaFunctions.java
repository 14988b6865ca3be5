package io.herd.udfs.text;

import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.lib.expression.DefaultExpressionStrategy;
import com.hubspot.jinjava.lib.exptest.ExpTest;
import com.hubspot.jinjava.lib.filter.Filter;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import com.hubspot.jinjava.tree.output.RenderedOutputNode;
import com.hubspot.jinjava.tree.parse.ExpressionToken;
import java.util.Map;
import java.util.Set;

/** What transformers gives to chat templates, and how values become text. */
final class JinjaFunctions {
  private static final String DATE = "herd:date";

  private JinjaFunctions() {}

  static void register(Context globals, String date) {
    globals.registerFilter(new PythonStrings.Trim());
    globals.put(DATE, date);
    for (String function : Set.of("raise_exception", "strftime_now")) {
      globals.registerFunction(
          new ELFunctionDefinition("", function, JinjaFunctions.class, function, String.class));
      globals.put(function, true); // `strftime_now is defined`
    }
  }

  @SuppressWarnings("unused") // called by templates
  static String raise_exception(String message) {
    throw new Problem(message, false);
  }

  /** The configured date, whatever the format: a prompt must not change at midnight. */
  @SuppressWarnings("unused") // called by templates
  static String strftime_now(String format) {
    return (String) JinjavaInterpreter.getCurrent().getContext().get(DATE);
  }

  /** A fault that a template runs into. */
  static final class Problem extends RuntimeException {
    /** Whether the message holds nothing of any row. */
    final boolean plain;

    Problem(String message, boolean plain) {
      super(message);
      this.plain = plain;
    }

    /** The problem behind an error, or null. */
    static Problem of(TemplateError error) {
      Throwable e = error.getException();
      while (e != null && !(e instanceof Problem)) {
        e = e.getCause();
      }
      return (Problem) e;
    }
  }

  /** Variables of one rendering; filters and tests that don't exist fail, not give null. */
  static final class Variables extends Context {
    Variables(Context globals, Map<String, Object> variables, boolean printsNull) {
      super(globals, variables);
      setExpressionStrategy(new Printer(printsNull));
    }

    @Override
    public Filter getFilter(String name) {
      return known(super.getFilter(name), "filter", name);
    }

    @Override
    public ExpTest getExpTest(String name) {
      return known(super.getExpTest(name), "test", name);
    }

    private static <T> T known(T found, String kind, String name) {
      if (found == null) {
        throw new Problem("there is no " + kind + " `" + name + "`", true);
      }
      return found;
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
        Problem problem = new Problem("`" + token.getExpr().trim() + "` is null", true);
        jinja.addError(TemplateError.fromException(problem, token.getLineNumber()));
      }
      return new RenderedOutputNode(value instanceof String text ? text : jinja.getAsString(value));
    }
  }
}
