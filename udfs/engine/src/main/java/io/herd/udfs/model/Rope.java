package io.herd.udfs.model;

import java.io.Serializable;

/**
 * Rotary position embedding (Su et al. 2021) and the two ways in which Llamas stretch it.
 *
 * @param theta base of the geometric progression of wavelengths
 * @param scaling how the frequencies are changed for longer contexts
 */
public record Rope(double theta, Scaling scaling) implements Serializable {

  /** A change of the frequencies. */
  public sealed interface Scaling extends Serializable permits None, Linear, Llama3 {}

  /** No change. */
  public record None() implements Scaling {}

  /** Every frequency divided by {@code factor}. */
  public record Linear(double factor) implements Scaling {}

  /**
   * Llama 3.1's: long wavelengths are divided by {@code factor}, short ones stay, those between are
   * blended. Source: Meta's {@code llama-models}, {@code apply_scaling}.
   */
  public record Llama3(
      double factor,
      double lowFrequencyFactor,
      double highFrequencyFactor,
      double originalPositions)
      implements Scaling {}

  /** Returns the radians per position for each pair of a head's elements: {@code [headDim / 2]}. */
  public float[] inverseFrequencies(int headDim) {
    float[] out = new float[headDim / 2];
    for (int i = 0; i < out.length; i++) {
      // The exponent is rounded to float first, as the reference does in its float arithmetic.
      float power = (float) Math.pow((float) theta, (float) (2 * i) / headDim);
      out[i] = scaled(1.0f / power);
    }
    return out;
  }

  private float scaled(float frequency) {
    if (scaling instanceof Linear linear) {
      return frequency / (float) linear.factor();
    }
    if (scaling instanceof Llama3 llama3) {
      return blended(frequency, llama3);
    }
    return frequency;
  }

  private static float blended(float frequency, Llama3 to) {
    double wavelength = 2 * Math.PI / frequency;
    if (wavelength < to.originalPositions() / to.highFrequencyFactor()) {
      return frequency;
    }
    if (wavelength > to.originalPositions() / to.lowFrequencyFactor()) {
      return (float) (frequency / to.factor());
    }
    double smooth =
        (to.originalPositions() / wavelength - to.lowFrequencyFactor())
            / (to.highFrequencyFactor() - to.lowFrequencyFactor());
    return (float) ((1 - smooth) * frequency / to.factor() + smooth * frequency);
  }
}
