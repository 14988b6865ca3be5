package io.herd.udfs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.reflect.TypeToken;
import io.herd.udfs.RealModel;
import io.herd.udfs.model.Dtype;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Labels of SmolLM2-135M beside those that the same scoring gives with transformers. */
@Tag("real")
class SameLabelsTest {
  private static final double NEAR = 0.01;

  @Test
  void labels_twoHundredSentences_areThoseOfTransformers() {
    requireSame(200);
  }

  @Test
  @Tag("deep")
  void labels_thousandSentences_areThoseOfTransformers() {
    requireSame(1000);
  }

  /** But for five of a thousand. */
  private static void requireSame(int count) {
    List<Double> margins = RealModel.reference("reviews.json", new TypeToken<>() {});
    double[][] scores = FewShotReviews.read(RealModel.folder()).scores(Dtype.FLOAT32, count);
    assertThat(margins).hasSize(1000);
    assertThat(scores).hasNumberOfRows(count);
    int same = 0;
    int near = 0;
    for (int i = 0; i < scores.length; i++) {
      double margin = scores[i][0] - scores[i][1];
      same += margin > 0 == margins.get(i) > 0 ? 1 : 0;
      near += Math.abs(margin - margins.get(i)) < NEAR ? 1 : 0;
    }
    System.out.printf("%d of %d labels are the same, %d scores near%n", same, scores.length, near);
    assertThat(same).isGreaterThanOrEqualTo(count - count / 200);
    assertThat(near).isGreaterThanOrEqualTo(count - count / 200);
  }
}
