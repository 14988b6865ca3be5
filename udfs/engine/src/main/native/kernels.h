// What the operators of operators.cpp compute, once for each instruction set: kernels.cpp is compiled for each of them.
//
// Shapes as in llama.py. Arrays of tensors are contiguous unless a stride is given; strides count elements.
#pragma once
#include <cstdint>

enum class Type { float32, bfloat16 };

// What int8's products read: a token's numbers, divided by its scale and rounded. uint8: round(x / scale) + 128, where scale is the
// largest by 127. int16: round(x / scale), where scale is the largest by 2047.
enum class Rounded { uint8, int16 };

// Rows of the KV cache, one layer's keys or values: [rows, n_kv_heads, capacity, head_dim].
struct Cache {
  void* data;
  int64_t row_stride, head_stride;
};

// The first tokens of rows that read them where a prefix of the cache lies, and not in their own rows: one layer's keys and values
// [n_kv_heads, .., head_dim]. Kernels look at `in_place_step` keys at a time, so as many are multiples of it, and each sum has
// the order that it has over one piece.
struct Prefix {
  const void *keys, *values;
  int64_t head_stride;
  int64_t tokens;  // 0 for none
};

constexpr int64_t in_place_step = 128;

// Queries, keys and values of a pass, beside each other, and where the keys and values belong.
struct Heads {
  Type type;
  int64_t rows, length;  // tokens = rows * length
  int64_t n_heads, n_kv_heads, head_dim;
  void* qkv;                 // [tokens, (n_heads + 2 * n_kv_heads) * head_dim]
  const float* rope;         // [positions, head_dim]: cosines of half the dimensions, then sines
  const int64_t* positions;  // [tokens]
  const int64_t* row_of;     // [tokens] of decode, ascending: the row that a token belongs to
  const float* scale;        // of qkv's tokens [tokens], or null: qkv is as int8's products give it
  Cache keys, values;
  const Prefix* prefixes;  // of attend: one, of all rows; of decode: [tokens]
};

struct Kernels {
  const char* name;
  // x / sqrt(mean(x^2) + eps) * w: x, out [tokens, hidden]; w [hidden]
  void (*rms_norm)(Type type, const void* x, const void* w, void* out, int64_t tokens, int64_t hidden, float eps);
  // silu(gate) * up: x [tokens, 2 * width], gate before up; out [tokens, width]
  void (*silu_mul)(Type type, const void* x, void* out, int64_t tokens, int64_t width);
  // Rounds each token: out [tokens, width], of type `to`; scale [tokens]
  void (*quantize)(Type type, const void* x, Rounded to, void* out, float* scale, int64_t tokens, int64_t width);
  // x / sqrt(mean(x^2) + eps), rounded as by quantize: norms' weights are folded into int8's
  void (*norm_quantize)(const float* x, Rounded to, void* out, float* scale, int64_t tokens, int64_t hidden, float eps);
  // silu_mul of x * given [tokens], each 64 numbers by Hadamard's matrix (width is a multiple), rounded as by quantize
  void (*silu_mul_quantize)(
      Type type, const void* x, const float* given, Rounded to, void* out, float* scale, int64_t tokens, int64_t width);
  // Weights as multiply reads them: w [outputs, in], out [outputs rounded up to 16, in]
  void (*pack)(const int8_t* w, int8_t* out, int64_t outputs, int64_t in);
  // Tokens of int16 by weights: x [tokens, in], w of pack, scale [outputs]; out [tokens, outputs] = x * w^T * scale
  void (*multiply)(const int16_t* x, const int8_t* w, const float* scale, float* out, int64_t tokens, int64_t in, int64_t outputs);
  // x += product * scale, in place: x, product [tokens, width], the product of type `type`; scale [tokens]
  void (*add_scaled)(Type type, float* x, const void* product, const float* scale, int64_t tokens, int64_t width);
  // Rotates queries and keys in place, and writes keys and values into the cache at `start` and after: for attention over
  // several tokens a row.
  void (*append)(const Heads& heads, int64_t start);
  // Attention of several tokens a row, over what the prefix and the cache hold up to each, where these tokens begin at `start`, the
  // prefix's tokens included; null without instructions for it. out: [tokens, n_heads * head_dim]
  void (*attend)(const Heads& heads, int64_t start, void* out);
  // Attention of a row's next tokens, one or a few in `rows` rows of one token each, over what the prefix and the cache hold up to
  // their positions, themselves included. out: [tokens, n_heads * head_dim]
  void (*decode)(const Heads& heads, void* out);
};

// Calls body(context, first, end) for parts of [0, count) on the calling thread's share of libtorch's threads.
void parallel(int64_t count, void (*body)(void*, int64_t, int64_t), void* context);

// The calling thread's share of libtorch's threads.
int64_t threads();

extern const Kernels kernels_avx2, kernels_avx512, kernels_avx512_bf16, kernels_amx;
