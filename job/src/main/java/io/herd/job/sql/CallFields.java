package io.herd.job.sql;

import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.JsonToStructs;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import org.apache.spark.sql.types.DataType;
import scala.Option;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Map$;
import scala.collection.immutable.Seq;

/**
 * The struct that a call returns, under the function's name: Spark would name the column by the SQL
 * of the expression, including prompt and options. It is there for that name alone and never
 * evaluated: {@link ExtractCalls} puts what it reads in its place.
 */
public final class CallFields extends Expression {
  private final String function;
  private final Expression read;

  private CallFields(String function, Expression read) {
    this.function = function;
    this.read = read;
  }

  static CallFields of(HerdCall call) {
    return new CallFields(
        call.function(),
        new JsonToStructs(
            call.fields(), Map$.MODULE$.<String, String>empty(), call, Option.empty(), false));
  }

  /** Parses the struct from a call's JSON. */
  Expression read() {
    return read;
  }

  @Override
  public String sql() {
    return function;
  }

  @Override
  public String toString() {
    return function;
  }

  @Override
  public DataType dataType() {
    return read.dataType();
  }

  @Override
  public boolean nullable() {
    return read.nullable();
  }

  @Override
  public Object eval(InternalRow row) {
    throw HerdCall.misplaced(function);
  }

  @Override
  public ExprCode doGenCode(CodegenContext context, ExprCode code) {
    throw HerdCall.misplaced(function);
  }

  @Override
  public Seq<Expression> children() {
    return CallNode.seq(List.of(read));
  }

  @Override
  public Expression withNewChildrenInternal(IndexedSeq<Expression> children) {
    return new CallFields(function, children.head());
  }

  @Override
  public int productArity() {
    return 2;
  }

  @Override
  public Object productElement(int n) {
    return n == 0 ? function : read;
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof CallFields;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CallFields fields
        && function.equals(fields.function)
        && read.equals(fields.read);
  }

  @Override
  public int hashCode() {
    return super.hashCode();
  }
}
