// Vectors of 16 numbers, the compiler's own, so that one source serves all instruction sets; what it can't say is in a few
// intrinsics. Included by kernels.cpp alone, whose options choose the instructions.
#pragma once
#include <immintrin.h>

#include <cstring>

#include "kernels.h"

namespace {

typedef float Floats __attribute__((vector_size(64)));
typedef int32_t Ints __attribute__((vector_size(64)));
typedef uint32_t Bits __attribute__((vector_size(64)));
typedef uint8_t Bytes __attribute__((vector_size(16)));
typedef uint16_t Halves __attribute__((vector_size(32)));
typedef int16_t Shorts __attribute__((vector_size(64)));
typedef int8_t Weights __attribute__((vector_size(32)));

constexpr int64_t lanes = 16;

struct bfloat16 {
  uint16_t bits;
};

inline Floats all(float x) { return Floats{} + x; }

inline Floats load(const float* from) {
  Floats x;
  memcpy(&x, from, sizeof x);
  return x;
}

inline Floats load(const bfloat16* from) {
  Halves x;
  memcpy(&x, from, sizeof x);
  return (Floats)(__builtin_convertvector(x, Bits) << 16);
}

inline void store(float* to, Floats x) { memcpy(to, &x, sizeof x); }

// Rounds to the nearest, halves to even.
inline void store(bfloat16* to, Floats x) {
#ifdef __AVX512BF16__
  __m256bh rounded = _mm512_cvtneps_pbh((__m512)x);
  memcpy(to, &rounded, sizeof rounded);
#else
  Bits bits = (Bits)x;
  Bits rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
  Bits nan = (Bits)(x != x);
  Halves halves = __builtin_convertvector((rounded & ~nan) | (0x7fc0 & nan), Halves);
  memcpy(to, &halves, sizeof halves);
#endif
}

// Sums of neighbours' products: lane i is a[2 * i] * b[2 * i] + a[2 * i + 1] * b[2 * i + 1].
inline Ints pairs(Shorts a, Shorts b) {
#ifdef __AVX512BW__
  return (Ints)_mm512_madd_epi16((__m512i)a, (__m512i)b);
#else
  typedef int16_t Half __attribute__((vector_size(32)));
#define HALF(x, ...) (__m256i)(Half)__builtin_shufflevector(x, x, __VA_ARGS__)
#define LOW 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
#define HIGH 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
  typedef int32_t Eight __attribute__((vector_size(32)));
  const Eight low = (Eight)_mm256_madd_epi16(HALF(a, LOW), HALF(b, LOW)), high = (Eight)_mm256_madd_epi16(HALF(a, HIGH), HALF(b, HIGH));
  return __builtin_shufflevector(low, high, LOW);
#undef HIGH
#undef LOW
#undef HALF
#endif
}

inline Floats greater(Floats a, Floats b) { return a > b ? a : b; }

// Lane i is the sum of a[i].
inline Floats sums(const Floats* a) {
  Floats b[8], c[4], d[2];
#define HALVES(x, y, ...) __builtin_shufflevector(x, y, __VA_ARGS__)
  for (int i = 0; i < 8; i++) {
    b[i] = HALVES(a[i], a[i + 8], 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23) +
           HALVES(a[i], a[i + 8], 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
  }
  for (int i = 0; i < 4; i++) {
    c[i] = HALVES(b[i], b[i + 4], 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27) +
           HALVES(b[i], b[i + 4], 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31);
  }
  for (int i = 0; i < 2; i++) {
    d[i] = HALVES(c[i], c[i + 2], 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29) +
           HALVES(c[i], c[i + 2], 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31);
  }
  return HALVES(d[0], d[1], 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30) +
         HALVES(d[0], d[1], 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31);
#undef HALVES
}

inline float reduce(Floats x) {
  float out = 0;
  for (int i = 0; i < lanes; i++) out += x[i];
  return out;
}

inline float largest(Floats x) {
  float out = x[0];
  for (int i = 1; i < lanes; i++) out = out > x[i] ? out : x[i];
  return out;
}

// e^x for x <= 0, to 2 ulp: 2^n times a polynomial on [-ln 2 / 2, ln 2 / 2] (coefficients of Cephes' expf).
inline Floats exponential(Floats x) {
  x = greater(x, all(-87.f));
  const float shift = 12582912.f;  // 1.5 * 2^23: what is added to it is rounded to a whole number
  Floats t = x * 1.44269504f + shift;
  Floats n = t - shift;
  Floats r = x - n * 0.693359375f + n * 2.12194440e-4f;
  Floats p = all(1.9875691500e-4f);
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.f;
  return (Floats)((Ints)p + ((Ints)t << 23));
}

// Lane j of a[i] becomes lane i of a[j].
inline void transpose(Floats* a) {
#define EXCHANGE(w, low, high)                                   \
  for (int i = 0; i < lanes; i++) {                              \
    if (i & w) continue;                                         \
    const Floats x = a[i], y = a[i + w];                         \
    a[i] = __builtin_shufflevector(x, y, LIST low);              \
    a[i + w] = __builtin_shufflevector(x, y, LIST high);         \
  }
#define LIST(...) __VA_ARGS__
  EXCHANGE(8, (0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23), (8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31))
  EXCHANGE(4, (0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27), (4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31))
  EXCHANGE(2, (0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29), (2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31))
  EXCHANGE(1, (0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30), (1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31))
#undef LIST
#undef EXCHANGE
}

// 64 numbers by the Hadamard matrix of that size, by 8: its own inverse.
inline void hadamard(Floats* v) {
  for (int w = 1; w < 4; w *= 2) {
    for (int i = 0; i < 4; i++) {
      if (i & w) continue;
      const Floats a = v[i], b = v[i + w];
      v[i] = a + b;
      v[i + w] = a - b;
    }
  }
  for (int i = 0; i < 4; i++) {
#define LIST(...) __VA_ARGS__
#define PAIRS(exchanged, signs) v[i] = __builtin_shufflevector(v[i], v[i], LIST exchanged) + v[i] * Floats{LIST signs};
    PAIRS((8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7), (1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1, -1))
    PAIRS((4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11), (1, 1, 1, 1, -1, -1, -1, -1, 1, 1, 1, 1, -1, -1, -1, -1))
    PAIRS((2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13), (1, 1, -1, -1, 1, 1, -1, -1, 1, 1, -1, -1, 1, 1, -1, -1))
    PAIRS((1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14), (1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1))
#undef PAIRS
#undef LIST
    v[i] *= 0.125f;
  }
}

// A kernel's work on a part of its rows.
template <class Body>
void split(int64_t count, const Body& body) {
  parallel(count, [](void* context, int64_t first, int64_t end) { (*(const Body*)context)(first, end); }, (void*)&body);
}

template <class T>
inline T* at(const Cache& cache, int64_t row, int64_t head) {
  return (T*)cache.data + row * cache.row_stride + head * cache.head_stride;
}

constexpr int64_t most_dim = 256;  // of a head

// What queries have seen so far (online softmax, Milakov and Gimelshein 2018): weighed values [queries, d], the largest score of each
// and the sum of its weights.
struct Running {
  float *sum, *most, *total;
};

}  // namespace
