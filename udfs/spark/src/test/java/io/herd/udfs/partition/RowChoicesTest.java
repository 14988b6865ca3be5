package io.herd.udfs.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herd.udfs.RowException;
import io.herd.udfs.sample.Choice;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import scala.collection.mutable.ArraySeq;

class RowChoicesTest {
  private static final StructType STRUCT = StructType.fromDDL("text string, value string");

  private static Row row(List<?> own) {
    StructType schema = StructType.fromDDL("id string, own array<string>");
    Object seq = own == null ? null : ArraySeq.make(own.toArray());
    return new GenericRowWithSchema(new Object[] {"r", seq}, schema);
  }

  private static Row choice(String text, String value) {
    return new GenericRowWithSchema(new Object[] {text, value}, STRUCT);
  }

  @Test
  void of_textsOrStructs_areTheRowsChoices() {
    assertThat(RowChoices.of(row(List.of(" a", "b ")), "own"))
        .containsExactly(new Choice("a", " a"), new Choice("b", "b "));
    assertThat(RowChoices.of(row(List.of(choice(" good", "+1"))), "own"))
        .containsExactly(new Choice("+1", " good"));
  }

  @Test
  void of_noneOrBadOnes_areTheRowsFailure() {
    assertFails(null, "is null or empty");
    assertFails(List.of(), "is null or empty");
    assertFails(Arrays.asList("a", null), "has a null or blank label");
    assertFails(List.of("a", " "), "has a null or blank label");
    assertFails(List.of(choice("a", null)), "has a null or blank label");
    assertFails(List.of("a", " a"), "has a label twice (space around it aside)");
  }

  private static void assertFails(List<?> own, String message) {
    assertThatThrownBy(() -> RowChoices.of(row(own), "own"))
        .isInstanceOf(RowException.class)
        .hasMessage("the choices column `own` " + message);
  }

  @Test
  void stored_whatWasToStore_isTheSame() {
    List<Choice> choices = List.of(new Choice("a", " a"), new Choice("b", "c"));
    assertThat(RowChoices.stored(List.of(RowChoices.toStore(choices)))).isEqualTo(choices);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "array<string>|true",
        "array<struct<text:string,value:string>>|true",
        "array<struct<text:string>>|false",
        "array<struct<text:string,value:int>>|false",
        "array<int>|false",
        "string|false"
      })
  void readable_type_isTextsOrStructs(String type, boolean readable) {
    assertThat(RowChoices.readable(DataType.fromDDL(type))).isEqualTo(readable);
  }
}
