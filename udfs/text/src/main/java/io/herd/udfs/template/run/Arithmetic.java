package io.herd.udfs.template.run;

import io.herd.udfs.template.values.Budget;
import io.herd.udfs.template.values.Problem;
import io.herd.udfs.template.values.Types;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;

/** Python's numbers: unbounded ints, floats, and the sign of {@code //} and {@code %}. */
final class Arithmetic {
  private static final double HALF = 0.5;

  private Arithmetic() {}

  static Object of(String operator, Object left, Object right, Budget budget) {
    boolean ints = Types.isInt(left) && Types.isInt(right);
    return ints
        ? ints(operator, Types.integer(left), Types.integer(right), budget)
        : reals(operator, Types.real(left), Types.real(right));
  }

  static Object negated(Object value) {
    return Types.isInt(value)
        ? (Object) Types.integer(value).negate()
        : (Object) (-Types.real(value));
  }

  /** Python's {@code +value}: a bool becomes an int. */
  static Object plain(Object value) {
    return Types.isInt(value) ? Types.integer(value) : value;
  }

  private static Object ints(String operator, BigInteger a, BigInteger b, Budget budget) {
    return switch (operator) {
      case "+" -> budget.number(a.add(b));
      case "-" -> budget.number(a.subtract(b));
      case "*" -> {
        budget.bits((long) a.bitLength() + b.bitLength() - 1);
        yield a.multiply(b);
      }
      case "/" -> quotient(a, b);
      case "//" -> floored(a, b)[0];
      case "%" -> floored(a, b)[1];
      case "**" -> power(a, b, budget);
      default -> throw new IllegalArgumentException(operator);
    };
  }

  private static double quotient(BigInteger a, BigInteger b) {
    refuseZero(b.signum() == 0);
    int exact = 53;
    double quotient =
        a.bitLength() <= exact && b.bitLength() <= exact
            ? a.doubleValue() / b.doubleValue()
            : new BigDecimal(a).divide(new BigDecimal(b), new MathContext(60)).doubleValue();
    if (Double.isInfinite(quotient)) {
      throw new Problem("a quotient is too large for a float");
    }
    return quotient;
  }

  private static void refuseZero(boolean zero) {
    if (zero) {
      throw new Problem("division by zero");
    }
  }

  private static BigInteger[] floored(BigInteger a, BigInteger b) {
    refuseZero(b.signum() == 0);
    BigInteger[] parts = a.divideAndRemainder(b);
    if (parts[1].signum() != 0 && parts[1].signum() != b.signum()) {
      parts[0] = parts[0].subtract(BigInteger.ONE);
      parts[1] = parts[1].add(b);
    }
    return parts;
  }

  private static Object power(BigInteger a, BigInteger b, Budget budget) {
    if (b.signum() < 0) {
      return power(Types.real(a), Types.real(b));
    }
    if (a.bitLength() > 1 || a.equals(BigInteger.valueOf(-2))) {
      budget.bits(
          b.bitLength() > 31 ? Long.MAX_VALUE : a.bitLength() * b.longValue() - b.longValue());
      return budget.number(a.pow(b.intValueExact()));
    }
    boolean odd = b.testBit(0);
    return b.signum() == 0 ? BigInteger.ONE : a.signum() < 0 && !odd ? BigInteger.ONE : a;
  }

  private static Object reals(String operator, double a, double b) {
    return switch (operator) {
      case "+" -> a + b;
      case "-" -> a - b;
      case "*" -> a * b;
      case "/" -> {
        refuseZero(b == 0);
        yield a / b;
      }
      case "//" -> floored(a, b)[0];
      case "%" -> floored(a, b)[1];
      case "**" -> power(a, b);
      default -> throw new IllegalArgumentException(operator);
    };
  }

  private static double[] floored(double a, double b) {
    refuseZero(b == 0);
    double rest = a % b;
    double quotient = (a - rest) / b;
    if (rest == 0) {
      rest = Math.copySign(0, b);
    } else if ((b < 0) != (rest < 0)) {
      rest += b;
      quotient -= 1;
    }
    if (quotient == 0) {
      return new double[] {Math.copySign(0, a / b), rest};
    }
    double whole = Math.floor(quotient);
    return new double[] {quotient - whole > HALF ? whole + 1 : whole, rest};
  }

  private static double power(double a, double b) {
    refuseZero(a == 0 && b < 0);
    if (a < 0 && !Double.isInfinite(a) && !Double.isInfinite(b) && b != Math.rint(b)) {
      throw Problem.unsupported("a power of a negative number is complex");
    }
    double power = a == 1 || b == 0 ? 1 : Math.pow(a, b);
    if (Double.isInfinite(power) && !Double.isInfinite(a) && !Double.isInfinite(b)) {
      throw new Problem("a power is too large for a float");
    }
    return a == -1 && Double.isInfinite(b) ? 1 : power;
  }
}
