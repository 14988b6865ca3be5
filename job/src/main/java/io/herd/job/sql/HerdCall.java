package io.herd.job.sql;

import io.herd.udfs.UserException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.analysis.TypeCheckResult;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import scala.collection.Iterator;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A call of one of the functions, evaluated to a {@link io.herd.udfs.results.Result} in JSON. It
 * marks the place and is never evaluated: {@link ExtractCalls} takes it out.
 */
public final class HerdCall extends Expression implements Serializable {
  static final String GENERATE = "herd_generate";
  static final String LABEL = "herd_label";

  private final String function;
  private final Seq<Expression> arguments;

  /**
   * Creates a call.
   *
   * @param arguments the prompt, then a constant: labels, or options; then optionally the row's
   *     name
   */
  public HerdCall(String function, Seq<Expression> arguments) {
    this.function = function;
    this.arguments = arguments;
  }

  String function() {
    return function;
  }

  /** Returns the function's fields, by the names in a result. */
  StructType fields() {
    return StructType.fromDDL(
        function.equals(LABEL)
            ? "label string, probability double, scores map<string,double>, error string"
            : "completion string, finish_reason string, completion_tokens int, error string");
  }

  Expression prompt() {
    return arguments.apply(0);
  }

  /** Returns the constant arguments: labels or options. */
  List<Expression> constants() {
    return CollectionConverters.asJava(arguments).subList(1, Math.min(2, arguments.size()));
  }

  /** Returns the arguments that vary by row: the prompt and, if given, the name. */
  Seq<Expression> values() {
    List<Expression> values = new ArrayList<>(List.of(prompt()));
    name().ifPresent(values::add);
    return CallNode.seq(values);
  }

  /** Returns the name for a row's draws, beside its prompt. */
  Optional<Expression> name() {
    return arguments.size() < 3 ? Optional.empty() : Optional.of(arguments.apply(2));
  }

  @Override
  public TypeCheckResult checkInputDataTypes() {
    boolean label = function.equals(LABEL);
    int given = arguments.size();
    if (label && given != 2) {
      return wrong("takes a prompt and labels");
    }
    if (given < 1 || given > 3) {
      return wrong(
          "takes a prompt, optionally options, and optionally the row's name for its draws");
    }
    if (!(prompt().dataType() instanceof StringType)) {
      return wrong("needs a string as its prompt; use CAST(... AS STRING)");
    }
    if (name().filter(name -> !(name.dataType() instanceof StringType)).isPresent()) {
      return wrong("needs a string as the row's name; use CAST(... AS STRING)");
    }
    for (Expression constant : constants()) {
      if (!constant.foldable()) {
        return wrong(
            (label ? "needs labels" : "needs options") + " that are the same for all rows");
      }
      DataType type = constant.dataType();
      if (label
          ? !(type instanceof ArrayType array && array.elementType() instanceof StringType)
          : !(type instanceof MapType)) {
        return wrong(
            label
                ? "needs an array of strings as its labels: array(' yes', ' no')"
                : "needs a map as its options: map('max-new-tokens', '32')");
      }
    }
    return TypeCheckResult.TypeCheckSuccess$.MODULE$;
  }

  private TypeCheckResult wrong(String problem) {
    return new TypeCheckResult.TypeCheckFailure(function + " " + problem);
  }

  @Override
  public DataType dataType() {
    return DataTypes.StringType;
  }

  @Override
  public boolean nullable() {
    return false;
  }

  @Override
  public String prettyName() {
    return function;
  }

  @Override
  public Object eval(InternalRow row) {
    throw misplaced();
  }

  @Override
  public ExprCode doGenCode(CodegenContext context, ExprCode code) {
    throw misplaced();
  }

  UserException misplaced() {
    return misplaced(function);
  }

  static UserException misplaced(String function) {
    return new UserException(
        function + " can't be used in this place of a query",
        "use it in the SELECT of a subquery over the rows, and its result here.");
  }

  @Override
  public Seq<Expression> children() {
    return arguments;
  }

  @Override
  public Expression withNewChildrenInternal(IndexedSeq<Expression> children) {
    return new HerdCall(function, children);
  }

  @Override
  public Iterator<Object> stringArgs() {
    return CallNode.<Object>seq(List.copyOf(CollectionConverters.asJava(arguments))).iterator();
  }

  @Override
  public int productArity() {
    return 2;
  }

  @Override
  public Object productElement(int n) {
    return n == 0 ? function : arguments;
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof HerdCall;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof HerdCall call
        && function.equals(call.function)
        && arguments.equals(call.arguments);
  }

  @Override
  public int hashCode() {
    return super.hashCode();
  }
}
