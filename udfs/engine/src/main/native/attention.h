// Attention of several tokens a row in bfloat16, for processors that multiply it (FlashAttention, Dao et al. 2022). Included by
// kernels.cpp alone.
//
// Scores stand with a key in a row and a query in a lane: the softmax needs no sums across lanes, keys are read as they lie in
// the cache, and weights become the next product's operand by interleaving two rows.
#pragma once
#ifdef __AVX512BF16__
#include <cstdlib>

#include "vectors.h"

namespace {

constexpr int64_t columns = 32;    // queries of a block, 16 in a vector
constexpr int64_t key_block = 64;  // keys between two looks at the largest score
constexpr float log2_e = 1.44269504f;

// 2^x for x <= 0, to 4e-6, which bfloat16 doesn't show.
inline Floats power_of_2(Floats x) {
  x = greater(x, all(-126.f));
  const float shift = 12582912.f;
  Floats t = x + shift;
  Floats r = x - (t - shift);
  Floats p = all(9.61813e-3f);
  p = p * r + 5.55041e-2f;
  p = p * r + 2.402265e-1f;
  p = p * r + 6.931472e-1f;
  p = p * r + 1.f;
  return (Floats)((Ints)p + ((Ints)t << 23));
}

#ifdef __AMX_BF16__
// Eight tiles of 16 rows of 64 bytes; what was configured before, by oneDNN, comes back at the end.
class Tiles {
 public:
  Tiles() {
    _tile_storeconfig(before);
    alignas(64) uint8_t config[64] = {1};
    for (int i = 0; i < 8; i++) config[16 + 2 * i] = 64, config[48 + i] = 16;
    _tile_loadconfig(config);
  }
  ~Tiles() { _tile_loadconfig(before); }

 private:
  alignas(64) uint8_t before[64];
};
#else
struct Tiles {
  Tiles() {}
};
#endif

// c [32, columns] = a [32, 32 * steps] * b, or c + a * b, where b [16 * steps, columns] has two of a's columns in a row.
// stride: of a's rows, in elements
template <bool Add>
inline void multiply(const bfloat16* a, int64_t stride, const uint32_t* b, float* c, int64_t steps) {
#ifdef __AMX_BF16__
  const int64_t row = columns * sizeof(float);
  if (Add) {
    _tile_loadd(0, c, row);
    _tile_loadd(1, c + 16, row);
    _tile_loadd(2, c + 16 * columns, row);
    _tile_loadd(3, c + 16 * columns + 16, row);
  } else {
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
  }
  for (int64_t i = 0; i < steps; i++) {
    _tile_loadd(4, a + 32 * i, 2 * stride);
    _tile_loadd(5, a + 16 * stride + 32 * i, 2 * stride);
    _tile_loadd(6, b + 16 * i * columns, row);
    _tile_loadd(7, b + 16 * i * columns + 16, row);
    _tile_dpbf16ps(0, 4, 6);
    _tile_dpbf16ps(1, 4, 7);
    _tile_dpbf16ps(2, 5, 6);
    _tile_dpbf16ps(3, 5, 7);
  }
  _tile_stored(0, c, row);
  _tile_stored(1, c + 16, row);
  _tile_stored(2, c + 16 * columns, row);
  _tile_stored(3, c + 16 * columns + 16, row);
#else
  for (int64_t first = 0; first < 32; first += 8) {
    __m512 sum[8][2];
    for (int i = 0; i < 8; i++)
      for (int j = 0; j < 2; j++) sum[i][j] = Add ? _mm512_loadu_ps(c + (first + i) * columns + 16 * j) : _mm512_setzero_ps();
    for (int64_t k = 0; k < 16 * steps; k++) {
      const __m512bh b0 = (__m512bh)_mm512_loadu_si512(b + k * columns), b1 = (__m512bh)_mm512_loadu_si512(b + k * columns + 16);
      for (int i = 0; i < 8; i++) {
        int32_t pair;
        memcpy(&pair, a + (first + i) * stride + 2 * k, sizeof pair);
        const __m512bh both = (__m512bh)_mm512_set1_epi32(pair);
        sum[i][0] = _mm512_dpbf16_ps(sum[i][0], both, b0);
        sum[i][1] = _mm512_dpbf16_ps(sum[i][1], both, b1);
      }
    }
    for (int i = 0; i < 8; i++)
      for (int j = 0; j < 2; j++) _mm512_storeu_ps(c + (first + i) * columns + 16 * j, sum[i][j]);
  }
#endif
}

inline int64_t padded(int64_t keys) { return (keys + key_block - 1) / key_block * key_block; }

// Values with a dimension in a row, block by block: v [keys, d] -> out [.., d, key_block], 0 where there is no key.
inline void turn(const bfloat16* v, int64_t keys, int64_t d, bfloat16* out) {
  for (int64_t key = 0; key < padded(keys); key += 2 * lanes) {
    bfloat16* to = out + key / key_block * key_block * d + key % key_block;
    for (int64_t i = 0; i < d; i += lanes) {
      Floats even[lanes], odd[lanes];  // two keys' numbers become one of 32 bits
      for (int64_t j = 0; j < lanes; j++) {
        even[j] = key + 2 * j < keys ? load(v + (key + 2 * j) * d + i) : Floats{};
        odd[j] = key + 2 * j + 1 < keys ? load(v + (key + 2 * j + 1) * d + i) : Floats{};
        even[j] = (Floats)(((Bits)even[j] >> 16) | (Bits)odd[j]);
      }
      transpose(even);
      for (int64_t j = 0; j < lanes; j++) memcpy(to + (i + j) * key_block, &even[j], sizeof even[j]);
    }
  }
}

// What the queries of one block read: those of one row and one head of keys, token after token, the group of a token together.
struct Block {
  const bfloat16* qkv;       // of the row's first token
  int64_t first, end;        // queries
  int64_t group, head, d;    // `head` is the first query's of a group
  int64_t token_stride;      // of qkv
  int64_t heads;             // of queries
};

inline const bfloat16* query(const Block& b, int64_t i) {
  return b.qkv + i / b.group * b.token_stride + (b.head + i % b.group) * b.d;
}

// Queries as the second operand of a product: [d / 2, columns] of two dimensions each.
inline void pack(const Block& b, uint32_t* out) {
  for (int64_t c = 0; c < columns; c += lanes) {
    for (int64_t i = 0; i < b.d; i += 2 * lanes) {
      Floats x[lanes];
      for (int64_t j = 0; j < lanes; j++) {
        x[j] = Floats{};
        if (b.first + c + j < b.end) memcpy(&x[j], query(b, b.first + c + j) + i, sizeof x[j]);
      }
      transpose(x);
      for (int64_t j = 0; j < lanes; j++) memcpy(out + (i / 2 + j) * columns + c, &x[j], sizeof x[j]);
    }
  }
}

// Running softmax of 16 queries.
struct Softmax {
  Floats most = all(-__builtin_inff()), total{};

  // Scores [key_block, columns] become weights, two keys beside each other [key_block / 2, columns]; returns by how much
  // older sums shrink. limit: the last key that each query sees, from this block's first on; masked: whether some see less
  Floats weigh(const float* s, Ints limit, bool masked, float scale, uint32_t* out) {
    Floats now = most;
    for (int64_t key = 0; key < key_block; key++) {
      Floats x = load(s + key * columns);
      if (masked) x = (Ints{} + (int32_t)key) <= limit ? x : all(-__builtin_inff());
      now = greater(now, x);
    }
    now = greater(now, all(-1e30f));  // of padding, which sees nothing
    const Floats shift = now * scale;
    const Floats before = power_of_2(most * scale - shift);
    most = now;
    Floats sum{};
    for (int64_t key = 0; key < key_block; key += 2) {
      Floats p[2];
      for (int i = 0; i < 2; i++) {
        p[i] = power_of_2(load(s + (key + i) * columns) * scale - shift);
        if (masked) p[i] = (Ints{} + (int32_t)(key + i)) <= limit ? p[i] : Floats{};
        sum += p[i];
      }
      const Bits low = (Bits)_mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh((__m512)p[0]));
      const Bits high = (Bits)_mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh((__m512)p[1]));
      const Bits both = low | (high << 16);
      memcpy(out + key / 2 * columns, &both, sizeof both);
    }
    total = total * before + sum;
    return before;
  }
};

// Keys of one head [.., d], and values of `turn`.
struct Seen {
  const bfloat16 *k, *v;
};

// What the queries of a block have seen so far: weighed values with a dimension in a row, and their softmax.
struct Sums {
  alignas(64) uint32_t q[most_dim / 2 * columns];
  alignas(64) float sum[most_dim * columns];
  Softmax softmax[2];

  explicit Sums(const Block& b) {
    pack(b, q);
    memset(sum, 0, b.d * columns * sizeof(float));
  }

  // Goes on with key_block keys. limit: the last of them that each query sees; masked: whether some see less than all
  void see(const bfloat16* k, const bfloat16* v, int64_t d, const Ints* limit, bool masked, float scale) {
    alignas(64) uint32_t p[key_block / 2 * columns];
    alignas(64) float s[key_block * columns];
    Floats before[2];
    for (int64_t i = 0; i < key_block; i += 32) multiply<false>(k + i * d, d, q, s + i * columns, d / 32);
    for (int j = 0; j < 2; j++) before[j] = softmax[j].weigh(s + j * lanes, masked ? limit[j] : Ints{}, masked, scale, p + j * lanes);
    for (int64_t i = 0; i < d; i++) {
      for (int j = 0; j < 2; j++) store(sum + i * columns + j * lanes, load(sum + i * columns + j * lanes) * before[j]);
    }
    for (int64_t i = 0; i < d; i += 32) multiply<true>(v + i * key_block, key_block, p, sum + i * columns, key_block / 32);
  }

  // Lane l of out[i] is dimension `from + l` of query 16 * j + i.
  void values(int64_t j, int64_t from, Floats* out) const {
    for (int64_t l = 0; l < lanes; l++) out[l] = load(sum + (from + l) * columns + j * lanes);
    transpose(out);
  }
};

inline float base_2(int64_t d) { return log2_e / __builtin_sqrtf(d); }

// prefix: the first `shared` keys, own: those behind; start: of the row's tokens among all of them; out: of the row's first token
inline void attend_block(const Block& b, const Seen& prefix, int64_t shared, const Seen& own, int64_t start, bfloat16* out) {
  alignas(64) bfloat16 rest[key_block * most_dim];
  Sums sums(b);
  Ints last[2];
  for (int64_t c = 0; c < columns; c++) last[c / lanes][c % lanes] = (int32_t)(start + (b.first + c) / b.group);
  const int64_t keys = start + (b.end - 1) / b.group + 1, unmasked = start + b.first / b.group + 1;
  for (int64_t first = 0; first < keys; first += key_block) {
    const Seen& seen = first < shared ? prefix : own;
    const int64_t at = (first < shared ? first : first - shared) * b.d;
    const bfloat16* k = seen.k + at;
    if (keys - first < key_block) {  // the cache may end here
      memset(rest, 0, key_block * b.d * sizeof(bfloat16));
      memcpy(rest, k, (keys - first) * b.d * sizeof(bfloat16));
      k = rest;
    }
    const Ints limit[] = {last[0] - (int32_t)first, last[1] - (int32_t)first};
    sums.see(k, seen.v + at, b.d, limit, first + key_block > unmasked, base_2(b.d));
  }
  for (int j = 0; j < 2; j++) {
    for (int64_t i = 0; i < b.d; i += lanes) {
      Floats x[lanes];
      sums.values(j, i, x);
      for (int64_t l = 0; l < lanes; l++) {
        const int64_t at = b.first + j * lanes + l, token = at / b.group, head = b.head + at % b.group;
        if (at < b.end) store(out + (token * b.heads + head) * b.d + i, x[l] / sums.softmax[j].total[l]);
      }
    }
  }
}

void attend(const Heads& h, int64_t start, bfloat16* out) {
  const int64_t d = h.head_dim, nk = h.n_kv_heads, group = h.n_heads / nk, width = (h.n_heads + 2 * nk) * d;
  const Prefix& prefix = *h.prefixes;
  const int64_t shared = prefix.tokens * d, keys = start + h.length - prefix.tokens, size = padded(keys) * d;
  const bfloat16 *shared_k = (const bfloat16*)prefix.keys, *shared_v = (const bfloat16*)prefix.values;
  bfloat16* turned = (bfloat16*)aligned_alloc(64, nk * (shared + h.rows * size) * sizeof(bfloat16));  // the prefix's, then the rows'
  bfloat16* own = turned + nk * shared;
  const int64_t parts = prefix.tokens / key_block;
  if (parts > 0) split(nk * parts, [&](int64_t first, int64_t end) {
    for (int64_t i = first; i < end; i++) {
      const int64_t head = i / parts, from = i % parts * key_block * d;
      turn(shared_v + head * prefix.head_stride + from, key_block, d, turned + head * shared + from);
    }
  });
  split(h.rows * nk, [&](int64_t first, int64_t end) {
    for (int64_t i = first; i < end; i++) turn(at<const bfloat16>(h.values, i / nk, i % nk), keys, d, own + i * size);
  });
  const int64_t blocks = (h.length * group + columns - 1) / columns;
  split(h.rows * nk * blocks, [&](int64_t first, int64_t end) {
    Tiles tiles;
    for (int64_t i = first; i < end; i++) {
      // The longest blocks of a row and the shortest alternate, so that threads with as many have about as much to do.
      const int64_t nth = i % blocks, block = nth % 2 ? blocks - 1 - nth / 2 : nth / 2, item = i / blocks, row = item / nk, head = item % nk;
      const int64_t from = block * columns, to = from + columns < h.length * group ? from + columns : h.length * group;
      const Block b{(const bfloat16*)h.qkv + row * h.length * width, from, to, group, head * group, d, width, h.n_heads};
      const Seen before{shared_k + head * prefix.head_stride, turned + head * shared};
      const Seen behind{at<const bfloat16>(h.keys, row, head), own + item * size};
      attend_block(b, before, prefix.tokens, behind, start, out + row * h.length * h.n_heads * d);
    }
  });
  free(turned);
}

// One head's queries [queries, d], rotated, of rows that read the same prefix: what they have seen of it.
inline void attend_prefix(const bfloat16* q, int64_t queries, const Seen& prefix, int64_t keys, int64_t d, const Running& r) {
  Sums sums({q, 0, queries, 1, 0, d, d, 1});
  for (int64_t first = 0; first < keys; first += key_block) {
    sums.see(prefix.k + first * d, prefix.v + first * d, d, nullptr, false, base_2(d));
  }
  for (int64_t g = 0; g < queries; g++) {
    r.most[g] = sums.softmax[g / lanes].most[g % lanes] / __builtin_sqrtf(d);
    r.total[g] = sums.softmax[g / lanes].total[g % lanes];
  }
  for (int64_t j = 0; j < 2; j++) {
    for (int64_t i = 0; i < d; i += lanes) {
      Floats x[lanes];
      sums.values(j, i, x);
      for (int64_t l = 0; l < lanes && j * lanes + l < queries; l++) store(r.sum + (j * lanes + l) * d + i, x[l]);
    }
  }
}

}  // namespace
#endif
