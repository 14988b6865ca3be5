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
  void labels_thousandSentences_areThoseOfTransformers() {
    List<Double> margins = RealModel.reference("reviews.json", new TypeToken<>() {});
    double[][] scores = FewShotReviews.read(RealModel.folder()).scores(Dtype.FLOAT32);
    assertThat(margins).hasSize(scores.length);
    int same = 0;
    int near = 0;
    for (int i = 0; i < scores.length; i++) {
      double margin = scores[i][0] - scores[i][1];
      same += margin > 0 == margins.get(i) > 0 ? 1 : 0;
      near += Math.abs(margin - margins.get(i)) < NEAR ? 1 : 0;
    }
    System.out.printf("%d of %d labels are the same, %d scores near%n", same, scores.length, near);
    assertThat(same).isGreaterThanOrEqualTo(995);
    assertThat(near).isGreaterThanOrEqualTo(995);
  }
}
