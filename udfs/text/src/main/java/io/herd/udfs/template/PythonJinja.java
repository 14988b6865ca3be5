package io.herd.udfs.template;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.el.ExtendedSyntaxBuilder;
import com.hubspot.jinjava.el.TruthyTypeConverter;
import com.hubspot.jinjava.el.ext.ExtendedParser;
import io.herd.udfs.template.JinjaFunctions.Problem;
import jinjava.de.odysseus.el.ExpressionFactoryImpl;
import jinjava.de.odysseus.el.misc.BooleanOperations;
import jinjava.de.odysseus.el.misc.TypeConverter;
import jinjava.de.odysseus.el.tree.TreeStore;
import jinjava.de.odysseus.el.tree.impl.Builder;
import jinjava.de.odysseus.el.tree.impl.Cache;
import jinjava.de.odysseus.el.tree.impl.Parser;
import jinjava.de.odysseus.el.tree.impl.ast.AstBinary;
import jinjava.de.odysseus.el.tree.impl.ast.AstNode;
import jinjava.javax.el.ExpressionFactory;

/**
 * Jinjava with Python's equality: a string equals no number and no boolean. Jinjava's makes {@code
 * '' != false} false, by which Llama 2's template loses an empty system message.
 */
final class PythonJinja extends Jinjava {
  private static final int CACHED_EXPRESSIONS = 1000;

  private final ExpressionFactory expressions =
      new ExpressionFactoryImpl(
          new TreeStore(new Syntax(), new Cache(CACHED_EXPRESSIONS)), new TruthyTypeConverter());

  PythonJinja(JinjavaConfig config) {
    super(config);
  }

  @Override
  public ExpressionFactory getExpressionFactory() {
    return expressions;
  }

  static final class Syntax extends ExtendedSyntaxBuilder {
    Syntax() {
      super(Builder.Feature.METHOD_INVOCATIONS, Builder.Feature.VARARGS); // macros, namespace()
    }

    @Override
    protected Parser createParser(String expression) {
      return new PythonParser(this, expression);
    }
  }

  /** The parser of one expression. */
  static class PythonParser extends ExtendedParser {
    private static final int MOST_CHARS = 10_000;
    private static final int MOST_NESTED = 50;

    PythonParser(Builder syntax, String expression) {
      super(syntax, bounded(expression));
    }

    /** Jinjava's parser takes cubic time for parentheses within parentheses. */
    private static String bounded(String expression) {
      if (expression.length() > MOST_CHARS) {
        throw new Problem("an expression has more than " + MOST_CHARS + " characters", true);
      }
      int depth = 0;
      char quote = 0;
      for (int i = 0; i < expression.length(); i++) {
        char c = expression.charAt(i);
        if (quote != 0) {
          i += c == '\\' ? 1 : 0;
          quote = c == quote ? 0 : quote;
        } else if (c == '\'' || c == '"') {
          quote = c;
        } else {
          depth += "([{".indexOf(c) >= 0 ? 1 : ")]}".indexOf(c) >= 0 ? -1 : 0;
        }
        if (depth > MOST_NESTED) {
          throw new Problem("an expression is nested more than " + MOST_NESTED + " deep", true);
        }
      }
      return expression;
    }

    @Override
    protected AstBinary createAstBinary(AstNode left, AstNode right, AstBinary.Operator operator) {
      if (operator == AstBinary.EQ || operator == AstBinary.NE) {
        return super.createAstBinary(left, right, new Equality(operator == AstBinary.EQ));
      }
      return super.createAstBinary(left, right, operator);
    }
  }

  private static final class Equality extends AstBinary.SimpleOperator {
    private final boolean wanted;

    Equality(boolean wanted) {
      this.wanted = wanted;
    }

    @Override
    protected Object apply(TypeConverter converter, Object a, Object b) {
      boolean unlike = (isScalar(a) && b instanceof String) || (isScalar(b) && a instanceof String);
      return wanted == (!unlike && BooleanOperations.eq(converter, a, b));
    }

    private static boolean isScalar(Object value) {
      return value instanceof Number || value instanceof Boolean;
    }
  }
}
