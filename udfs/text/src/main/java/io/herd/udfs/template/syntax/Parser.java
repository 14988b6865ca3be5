package io.herd.udfs.template.syntax;

import io.herd.udfs.template.syntax.Token.Kind;
import io.herd.udfs.template.values.Problem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Parses statements. */
public final class Parser {
  private static final int MOST_NESTED = 100;

  private final TokenStream tokens;
  private final ExpressionParser expressions;
  private final TargetParser targets;
  private int depth;
  private int loops; // that `break` may leave

  private Parser(TokenStream tokens) {
    this.tokens = tokens;
    this.expressions = new ExpressionParser(tokens);
    this.targets = new TargetParser(tokens, expressions);
  }

  /**
   * Returns the tree of a template.
   *
   * @param source with no line breaks but {@code \n}, and without a last one
   * @throws Problem when it isn't one, with the place
   */
  public static List<Stmt> parse(String source) {
    return new Parser(new TokenStream(Lexer.tokens(source))).statements();
  }

  /** Parses statements up to one of some tags, whose name is then the current token. */
  private List<Stmt> statements(String... ends) {
    if (++depth > MOST_NESTED) {
      throw new Problem(
          "blocks are nested more than " + MOST_NESTED + " deep", tokens.current().at());
    }
    List<Stmt> body = new ArrayList<>();
    while (!tokens.current().is(Kind.END)) {
      Token token = tokens.next();
      if (token.is(Kind.DATA)) {
        body.add(new Stmt.Data(token.text()));
      } else if (token.is(Kind.PRINT_BEGIN)) {
        body.add(new Stmt.Print(expressions.tuple(true, false, null)));
        tokens.expect(Kind.PRINT_END);
      } else if (Arrays.stream(ends).anyMatch(tokens.current()::isName)) {
        depth--;
        return body;
      } else {
        body.addAll(statement());
        tokens.expect(Kind.BLOCK_END);
      }
    }
    if (ends.length > 0) {
      throw tokens.unexpected(
          Arrays.stream(ends).map(end -> "`" + end + "`").collect(Collectors.joining(" or ")));
    }
    depth--;
    return body;
  }

  /** Parses the content of a block, including its end tag. */
  private List<Stmt> body(String end) {
    List<Stmt> body = bodyUpTo(end);
    tokens.next();
    return body;
  }

  private List<Stmt> bodyUpTo(String... ends) {
    tokens.skipOperator(":");
    tokens.expect(Kind.BLOCK_END);
    return statements(ends);
  }

  /** Parses a body that is a function of its own, so that it can't leave a loop around it. */
  private List<Stmt> function(String end) {
    int outer = loops;
    loops = 0;
    List<Stmt> body = body(end);
    loops = outer;
    return body;
  }

  private List<Stmt> statement() {
    Token tag = tokens.expect(Kind.NAME);
    return switch (tag.text()) {
      case "print" -> print();
      case "if" -> List.of(conditional());
      case "for" -> List.of(loop());
      case "break", "continue" -> List.of(leave(tag));
      case "set" -> List.of(set());
      case "with" -> List.of(with());
      case "macro" -> List.of(macro());
      case "call" -> List.of(callBlock(tag));
      case "filter" -> List.of(new Stmt.FilterBlock(expressions.blockFilter(), body("endfilter")));
      case "autoescape" -> List.of(autoescape());
      case "block" -> List.of(block());
      case "generation" -> List.of(new Stmt.Generation(function("endgeneration")));
      case "include", "import", "from", "extends" ->
          throw new Problem(
              "`" + tag.text() + "` reads other templates, and there are none", tag.at());
      default -> throw new Problem("unknown tag `" + tag.text() + "`", tag.at());
    };
  }

  private List<Stmt> print() {
    List<Stmt> prints = new ArrayList<>();
    while (!tokens.current().is(Kind.BLOCK_END)) {
      if (!prints.isEmpty()) {
        tokens.expectOperator(",");
      }
      prints.add(new Stmt.Print(expressions.expression()));
    }
    return prints;
  }

  private Stmt conditional() {
    List<Stmt.Branch> branches = new ArrayList<>();
    List<Stmt> otherwise = List.of();
    while (true) {
      Expr test = expressions.tuple(false, false, null);
      branches.add(new Stmt.Branch(test, bodyUpTo("elif", "else", "endif")));
      String tag = tokens.next().text();
      if (tag.equals("else")) {
        otherwise = body("endif");
      }
      if (!tag.equals("elif")) {
        return new Stmt.If(branches, otherwise);
      }
    }
  }

  private Stmt loop() {
    Target target = targets.target(false, "in");
    tokens.expectName("in");
    Expr items = expressions.tuple(false, false, "recursive");
    Expr test = tokens.skipName("if") ? expressions.expression() : null;
    boolean recursive = tokens.skipName("recursive");
    loops++;
    List<Stmt> body = bodyUpTo("endfor", "else");
    loops--;
    int outer = loops;
    loops = recursive ? 0 : loops;
    List<Stmt> otherwise = tokens.next().text().equals("else") ? body("endfor") : List.of();
    loops = outer;
    return new Stmt.For(target, items, test, recursive, body, otherwise);
  }

  private Stmt leave(Token tag) {
    if (loops == 0) {
      throw new Problem("`" + tag.text() + "` stands outside of a loop", tag.at());
    }
    return new Stmt.Leave(tag.text().equals("break"));
  }

  private Stmt set() {
    Target target = targets.target(true, null);
    if (tokens.skipOperator("=")) {
      return new Stmt.Assign(target, expressions.tuple(true, false, null));
    }
    Expr filter = expressions.barFilter();
    return new Stmt.Capture(target, filter, body("endset"));
  }

  private Stmt with() {
    List<Target> names = new ArrayList<>();
    List<Expr> values = new ArrayList<>();
    while (!tokens.current().is(Kind.BLOCK_END)) {
      if (!names.isEmpty()) {
        tokens.expectOperator(",");
      }
      names.add(targets.target(false, null));
      tokens.expectOperator("=");
      values.add(expressions.expression());
    }
    return new Stmt.With(names, values, body("endwith"));
  }

  private Stmt macro() {
    Target.Variable name = targets.variable();
    Signature signature = targets.signature();
    return new Stmt.Macro(name, signature, function("endmacro"));
  }

  private Stmt callBlock(Token tag) {
    boolean parameters = tokens.current().isOperator("(");
    Signature signature = parameters ? targets.signature() : Signature.NONE;
    if (expressions.expression() instanceof Expr.Invocation call) {
      return new Stmt.CallBlock(signature, call, function("endcall"));
    }
    throw new Problem("`call` takes a call", tokens.since(tag.at()));
  }

  private Stmt autoescape() {
    Expr on = expressions.expression();
    if (on instanceof Expr.Constant constant && constant.value() instanceof Boolean value) {
      return new Stmt.Autoescape(value, body("endautoescape"));
    }
    throw new Problem("autoescape takes true or false", on.at());
  }

  private Stmt block() {
    String name = tokens.expect(Kind.NAME).text();
    boolean scoped = tokens.skipName("scoped");
    tokens.skipName("required");
    List<Stmt> body = function("endblock");
    tokens.skipName(name);
    return new Stmt.Block(name, scoped, body);
  }
}
