// Products of weights of 8 bits and activations of 16, for processors without VNNI. AVX2's product of bytes adds pairs in 16 bits,
// which activations of 8 bits overflow; its product of 16 bits is exact, at three quarters of the rate.
#pragma once
#include "vectors.h"

namespace {

// Columns whose products are summed as integers: 127 by 2047 each, and 32 bits hold the sum.
constexpr int64_t most_summed = 8192;

// Rows of x whose sums stay in registers.
#ifdef __AVX512BW__
constexpr int most_rows = 12;
#else
constexpr int most_rows = 6;
#endif

constexpr int64_t cached = 384 << 10;  // bytes of x that a core keeps beside itself

// Panels of 16 outputs, two columns of each side by side: [outputs / 16, in / 2, 16, 2]; rows beyond the last output are 0.
void pack(const int8_t* w, int8_t* out, int64_t outputs, int64_t in) {
  split((outputs + lanes - 1) / lanes, [=](int64_t first, int64_t end) {
    for (int64_t panel = first; panel < end; panel++) {
      int8_t* to = out + panel * lanes * in;
      for (int64_t i = 0; i < lanes; i++) {
        const int64_t output = panel * lanes + i;
        for (int64_t k = 0; k < in; k++) to[(k / 2 * lanes + i) * 2 + k % 2] = output < outputs ? w[output * in + k] : 0;
      }
    }
  });
}

// R rows of x by a panel: out[r] has row r's 16 outputs.
template <int R>
inline void multiply_rows(const int16_t* x, const int8_t* panel, int64_t in, Floats* out) {
  const int16_t* rows[R];
  for (int r = 0; r < R; r++) {
    rows[r] = x + r * in;
    asm("" : "+r"(rows[r]));  // a register for each: else addresses are computed again for every pair
    out[r] = Floats{};
  }
  for (int64_t first = 0; first < in; first += most_summed) {
    const int64_t end = in - first < most_summed ? in : first + most_summed;
    Ints sum[R] = {};
    for (int64_t k = first; k < end; k += 2) {
      Weights bytes;
      memcpy(&bytes, panel + k * lanes, sizeof bytes);
      const Shorts w = __builtin_convertvector(bytes, Shorts);
      for (int r = 0; r < R; r++) {
        int32_t pair;
        memcpy(&pair, rows[r] + k, sizeof pair);
        sum[r] += pairs(w, (Shorts)(Ints{} + pair));
      }
    }
    for (int r = 0; r < R; r++) out[r] += __builtin_convertvector(sum[r], Floats);
  }
}

// As many rows as there are, at most R.
template <int R>
inline void multiply_some(int64_t rows, const int16_t* x, const int8_t* panel, int64_t in, Floats* out) {
  if constexpr (R > 1) {
    if (rows < R) return multiply_some<R - 1>(rows, x, panel, in, out);
  }
  multiply_rows<R>(x, panel, in, out);
}

void multiply(const int16_t* x, const int8_t* w, const float* scale, float* out, int64_t tokens, int64_t in, int64_t outputs) {
  const int64_t panels = (outputs + lanes - 1) / lanes, fit = cached / (2 * in * most_rows);
  const int64_t rows = (fit < 4 ? 4 : fit) * most_rows, blocks = (tokens + rows - 1) / rows;
  split(panels * blocks, [=](int64_t first, int64_t end) {
    for (int64_t item = first; item < end; item++) {
      const int64_t panel = item % panels, begin = item / panels * rows, stop = begin + rows < tokens ? begin + rows : tokens;
      const int64_t here = outputs - panel * lanes < lanes ? outputs - panel * lanes : lanes;
      Floats by{}, sums[most_rows];
      memcpy(&by, scale + panel * lanes, here * sizeof(float));
      for (int64_t token = begin; token < stop; token += most_rows) {
        const int64_t some = stop - token < most_rows ? stop - token : most_rows;
        multiply_some<most_rows>(some, x + token * in, w + panel * lanes * in, in, sums);
        for (int64_t r = 0; r < some; r++) {
          const Floats scaled = sums[r] * by;
          memcpy(out + (token + r) * outputs + panel * lanes, &scaled, here * sizeof(float));
        }
      }
    }
  });
}

}  // namespace
