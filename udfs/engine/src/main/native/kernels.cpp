// The kernels of one instruction set, which is named by NAME and KERNELS and chosen by the compiler's options.
#include "kernels.h"

#include <cstdlib>

#include "attention.h"
#include "products.h"
#include "vectors.h"

namespace {

template <class T>
void rms_norm(const T* x, const T* w, T* out, int64_t tokens, int64_t hidden, float eps) {
  split(tokens, [=](int64_t first, int64_t end) {
    for (int64_t token = first; token < end; token++) {
      const T* from = x + token * hidden;
      T* to = out + token * hidden;
      Floats squares{};
      for (int64_t i = 0; i < hidden; i += lanes) squares += load(from + i) * load(from + i);
      float scale = 1 / __builtin_sqrtf(reduce(squares) / hidden + eps);
      for (int64_t i = 0; i < hidden; i += lanes) store(to + i, load(from + i) * scale * load(w + i));
    }
  });
}

// silu(gate) * up
inline Floats gated(Floats gate, Floats up) {
  Floats e = exponential(gate > 0 ? -gate : gate);  // 1 / (1 + e^-gate) without overflow
  return gate * (gate > 0 ? all(1) : e) / (e + 1.f) * up;
}

template <class T>
void silu_mul(const T* x, T* out, int64_t tokens, int64_t width) {
  split(tokens, [=](int64_t first, int64_t end) {
    for (int64_t token = first; token < end; token++) {
      const T *gate = x + 2 * token * width, *up = gate + width;
      for (int64_t i = 0; i < width; i += lanes) store(out + token * width + i, gated(load(gate + i), load(up + i)));
    }
  });
}

// What the largest of a token becomes.
template <class Q>
constexpr float steps = 127;
template <>
constexpr float steps<int16_t> = 2047;  // see most_summed

// x * by, rounded
template <class T, class Q>
inline void round(const T* x, float by, Q* out, int64_t width) {
  typedef Q Numbers __attribute__((vector_size(lanes * sizeof(Q))));
  const float middle = sizeof(Q) == 1 ? 128 : 0;
  const float shift = 12582912.f + middle;  // 1.5 * 2^23: the sum's last bits are the rounded number
  for (int64_t i = 0; i < width; i += lanes) {
    auto numbers = __builtin_convertvector((Bits)(load(x + i) * by + shift), Numbers);
    memcpy(out + i, &numbers, sizeof numbers);
  }
}

inline Floats magnitude(Floats x) { return x < 0 ? -x : x; }

template <class Q>
inline float inverse(float largest) {
  return largest > 0 ? steps<Q> / largest : 0;
}

template <class T, class Q>
void quantize(const T* x, Q* out, float* scale, int64_t tokens, int64_t width) {
  split(tokens, [=](int64_t first, int64_t end) {
    for (int64_t token = first; token < end; token++) {
      const T* from = x + token * width;
      Floats highest{};
      for (int64_t i = 0; i < width; i += lanes) highest = greater(highest, magnitude(load(from + i)));
      const float bound = largest(highest);
      scale[token] = bound / steps<Q>;
      round(from, inverse<Q>(bound), out + token * width, width);
    }
  });
}

template <class Q>
void norm_quantize(const float* x, Q* out, float* scale, int64_t tokens, int64_t hidden, float eps) {
  split(tokens, [=](int64_t first, int64_t end) {
    for (int64_t token = first; token < end; token++) {
      const float* from = x + token * hidden;
      Floats highest{}, squares{};
      for (int64_t i = 0; i < hidden; i += lanes) {
        const Floats v = load(from + i);
        highest = greater(highest, magnitude(v));
        squares += v * v;
      }
      const float bound = largest(highest);
      scale[token] = bound / steps<Q> / __builtin_sqrtf(reduce(squares) / hidden + eps);
      round(from, inverse<Q>(bound), out + token * hidden, hidden);
    }
  });
}

template <class T, class Q>
void silu_mul_quantize(const T* x, const float* given, Q* out, float* scale, int64_t tokens, int64_t width) {
  split(tokens, [=](int64_t first, int64_t end) {
    float* row = (float*)aligned_alloc(64, width * sizeof(float));  // too long for a stack
    for (int64_t token = first; token < end; token++) {
      const T *gate = x + 2 * token * width, *up = gate + width;
      const float by = given[token];
      Floats highest{};
      for (int64_t i = 0; i < width; i += 4 * lanes) {
        Floats v[4];
        for (int64_t j = 0; j < 4; j++) v[j] = gated(load(gate + i + j * lanes) * by, load(up + i + j * lanes) * by);
        hadamard(v);
        for (int64_t j = 0; j < 4; j++) {
          store(row + i + j * lanes, v[j]);
          highest = greater(highest, magnitude(v[j]));
        }
      }
      const float bound = largest(highest);
      scale[token] = bound / steps<Q>;
      round(row, inverse<Q>(bound), out + token * width, width);
    }
    free(row);
  });
}

template <class T>
void add_scaled(float* x, const T* product, const float* scale, int64_t tokens, int64_t width) {
  split(tokens, [=](int64_t first, int64_t end) {
    for (int64_t token = first; token < end; token++) {
      float* to = x + token * width;
      const T* from = product + token * width;
      for (int64_t i = 0; i < width; i += lanes) store(to + i, load(to + i) + load(from + i) * scale[token]);
    }
  });
}

// Rotary embedding, the halves of a head apart; out may be x. table: of the token's position
template <class T, class U>
inline void rotate(const T* x, U* out, const float* table, int64_t d, float scale) {
  for (int64_t i = 0; i < d / 2; i += lanes) {
    Floats cos = load(table + i) * scale, sin = load(table + d / 2 + i) * scale;
    Floats a = load(x + i), b = load(x + d / 2 + i);
    store(out + i, a * cos - b * sin);
    store(out + d / 2 + i, b * cos + a * sin);
  }
}

template <class T>
inline void copy(const T* x, T* out, int64_t d, float scale) {
  for (int64_t i = 0; i < d; i += lanes) store(out + i, load(x + i) * scale);
}

template <class T>
void append(const Heads& h, int64_t start) {
  const int64_t d = h.head_dim, width = (h.n_heads + 2 * h.n_kv_heads) * d;
  split(h.rows * h.length, [&](int64_t first, int64_t end) {
    for (int64_t token = first; token < end; token++) {
      T* x = (T*)h.qkv + token * width;
      const float* table = h.rope + h.positions[token] * d;
      const int64_t row = token / h.length, slot = start + token % h.length;
      const float by = h.scale ? h.scale[token] : 1;
      for (int64_t head = 0; head < h.n_heads + h.n_kv_heads; head++) rotate(x + head * d, x + head * d, table, d, by);
      for (int64_t head = 0; head < h.n_kv_heads; head++) {
        T *k = x + (h.n_heads + head) * d, *v = k + h.n_kv_heads * d;
        if (h.scale) copy(v, v, d, by);
        memcpy(at<T>(h.keys, row, head) + slot * d, k, d * sizeof(T));
        memcpy(at<T>(h.values, row, head) + slot * d, v, d * sizeof(T));
      }
    }
  });
}

constexpr int64_t most_group = 16;        // queries that share a key
constexpr int64_t block = in_place_step;  // keys between two looks at the largest score

// Scores of `group` queries [group, d] with 16 keys: out[g] has the 16 scores of query g.
template <class T>
inline void scores(const float* q, const T* k, int64_t group, int64_t d, Floats* out) {
  Floats products[most_group][lanes];
  for (int64_t key = 0; key < lanes; key++) {
    Floats x[most_dim / lanes];
    for (int64_t i = 0; i < d / lanes; i++) x[i] = load(k + key * d + i * lanes);
    for (int64_t g = 0; g < group; g++) {
      Floats product = load(q + g * d) * x[0];
      for (int64_t i = 1; i < d / lanes; i++) product += load(q + g * d + i * lanes) * x[i];
      products[g][key] = product;
    }
  }
  for (int64_t g = 0; g < group; g++) out[g] = sums(products[g]);
}

// out [group, d] += p [group, block] * v [keys, d], 64 dimensions of 4 queries at a time, so that sums stay in registers
template <int G, class T>
inline void weigh(const float* p, const T* v, int64_t keys, int64_t d, float* out) {
  for (int64_t at = 0; at < d; at += 4 * lanes) {
    const int64_t parts = d - at < 4 * lanes ? (d - at) / lanes : 4;
    Floats sum[G][4];
    if (parts == 4) {
      for (int g = 0; g < G; g++)
        for (int i = 0; i < 4; i++) sum[g][i] = load(out + g * d + at + i * lanes);
      for (int64_t key = 0; key < keys; key++) {
        Floats x[4];
        for (int i = 0; i < 4; i++) x[i] = load(v + key * d + at + i * lanes);
        for (int g = 0; g < G; g++)
          for (int i = 0; i < 4; i++) sum[g][i] += p[g * block + key] * x[i];
      }
      for (int g = 0; g < G; g++)
        for (int i = 0; i < 4; i++) store(out + g * d + at + i * lanes, sum[g][i]);
    } else {
      for (int64_t key = 0; key < keys; key++)
        for (int g = 0; g < G; g++)
          for (int64_t i = at; i < d; i += lanes)
            store(out + g * d + i, load(out + g * d + i) + p[g * block + key] * load(v + key * d + i));
    }
  }
}

// Goes on with further keys of one head, a block after the other. q: [group, d], rotated and scaled; k, v: [keys, d]
template <class T>
void attend(const float* q, const T* k, const T* v, int64_t keys, int64_t group, int64_t d, const Running& r) {
  alignas(64) float p[most_group * block];
  for (int64_t first = 0; first < keys; first += block, k += block * d, v += block * d) {
    const int64_t here = keys - first < block ? keys - first : block;
    Floats highest[most_group];
    for (int64_t g = 0; g < group; g++) highest[g] = all(r.most[g]);
    for (int64_t key = 0; key < here; key += lanes) {
      Floats s[most_group];
      if (here - key >= lanes) {
        scores(q, k + key * d, group, d, s);
      } else {  // the cache may end here
        alignas(64) T rest[lanes * most_dim] = {};
        memcpy(rest, k + key * d, (here - key) * d * sizeof(T));
        scores(q, rest, group, d, s);
        for (int64_t g = 0; g < group; g++)
          for (int64_t i = here - key; i < lanes; i++) s[g][i] = -__builtin_inff();
      }
      for (int64_t g = 0; g < group; g++) {
        store(p + g * block + key, s[g]);
        highest[g] = greater(highest[g], s[g]);
      }
    }
    for (int64_t g = 0; g < group; g++) {
      const float now = largest(highest[g]);
      const float before = exponential(all(r.most[g] - now))[0];
      r.most[g] = now;
      Floats sums{};
      for (int64_t key = 0; key < here; key += lanes) {
        Floats e = exponential(load(p + g * block + key) - now);
        store(p + g * block + key, e);
        sums += e;
      }
      r.total[g] = r.total[g] * before + reduce(sums);
      for (int64_t i = 0; i < d; i += lanes) store(r.sum + g * d + i, load(r.sum + g * d + i) * before);
    }
    for (int64_t g = 0; g < group; g += 4) {
      const float* own = p + g * block;
      float* out = r.sum + g * d;
      switch (group - g) {
        case 1: weigh<1>(own, v, here, d, out); break;
        case 2: weigh<2>(own, v, here, d, out); break;
        case 3: weigh<3>(own, v, here, d, out); break;
        default: weigh<4>(own, v, here, d, out);
      }
    }
  }
}

// A row's next token: its keys and values enter the cache. q: gets the group's queries [group, d], rotated, times `scale`
template <class T, class U>
inline void enter(const Heads& h, int64_t token, int64_t head, float scale, U* q) {
  const int64_t d = h.head_dim, group = h.n_heads / h.n_kv_heads, row = h.row_of[token], slot = h.positions[token] - h.prefixes[token].tokens;
  const T* x = (const T*)h.qkv + token * (h.n_heads + 2 * h.n_kv_heads) * d;
  const float* table = h.rope + h.positions[token] * d;
  const float by = h.scale ? h.scale[token] : 1;
  rotate(x + (h.n_heads + head) * d, at<T>(h.keys, row, head) + slot * d, table, d, by);
  copy(x + (h.n_heads + h.n_kv_heads + head) * d, at<T>(h.values, row, head) + slot * d, d, by);
  for (int64_t g = 0; g < group; g++) rotate(x + (head * group + g) * d, q + g * d, table, d, scale * by);
}

// Goes on with a row's own keys. q: of `enter`; out: of the token's group of queries
template <class T>
inline void attend_own(const Heads& h, int64_t token, int64_t head, const float* q, const Running& r, T* out) {
  const int64_t d = h.head_dim, group = h.n_heads / h.n_kv_heads, row = h.row_of[token];
  attend(q, at<const T>(h.keys, row, head), at<const T>(h.values, row, head), h.positions[token] + 1 - h.prefixes[token].tokens, group, d, r);
  T* to = out + (token * h.n_heads + head * group) * d;
  for (int64_t g = 0; g < group; g++)
    for (int64_t i = 0; i < d; i += lanes) store(to + g * d + i, load(r.sum + g * d + i) / r.total[g]);
}

template <class T>
void decode_one(const Heads& h, int64_t token, int64_t head, T* out) {
  const int64_t d = h.head_dim, group = h.n_heads / h.n_kv_heads;
  alignas(64) float q[most_group * most_dim], sum[most_group * most_dim], most[most_group], total[most_group];
  memset(sum, 0, group * d * sizeof(float));
  for (int64_t g = 0; g < group; g++) most[g] = -__builtin_inff(), total[g] = 0;
  enter<T>(h, token, head, 1 / __builtin_sqrtf(d), q);
  const Prefix& prefix = h.prefixes[token];
  const int64_t offset = head * prefix.head_stride;
  const Running r{sum, most, total};
  attend(q, (const T*)prefix.keys + offset, (const T*)prefix.values + offset, prefix.tokens, group, d, r);
  attend_own(h, token, head, q, r, out);
}

// Whether rows that read the same prefix make one product of it, and of how many queries at a time.
template <class T>
constexpr int64_t together = 0;

#ifdef __AVX512BF16__
template <>
constexpr int64_t together<bfloat16> = columns;

constexpr int64_t least_together = 12;  // queries for which that is faster

// Tokens of rows that read the same prefix, as many as have room in a product.
inline void decode_together(const Heads& h, int64_t first, int64_t end, int64_t head, const Seen& prefix, bfloat16* out) {
  const int64_t d = h.head_dim, group = h.n_heads / h.n_kv_heads;
  alignas(64) float sum[columns * most_dim], most[columns], total[columns], own[most_group * most_dim];
  alignas(64) bfloat16 q[columns * most_dim];
  for (int64_t token = first; token < end; token++) enter<bfloat16>(h, token, head, 1, q + (token - first) * group * d);
  attend_prefix(q, (end - first) * group, prefix, h.prefixes[first].tokens, d, {sum, most, total});
  for (int64_t token = first; token < end; token++) {
    const int64_t nth = (token - first) * group;
    for (int64_t i = 0; i < group * d; i += lanes) store(own + i, load(q + nth * d + i) * (1 / __builtin_sqrtf(d)));
    attend_own(h, token, head, own, {sum + nth * d, most + nth, total + nth}, out);
  }
}

void decode_piece(const Heads& h, int64_t first, int64_t end, int64_t head, bfloat16* out) {
  const Prefix& prefix = h.prefixes[first];
  const int64_t d = h.head_dim, group = h.n_heads / h.n_kv_heads, fit = together<bfloat16> / group, offset = head * prefix.head_stride;
  if (prefix.tokens == 0 || (end - first) * group < least_together) {
    for (int64_t token = first; token < end; token++) decode_one(h, token, head, out);
    return;
  }
  bfloat16* turned = (bfloat16*)aligned_alloc(64, prefix.tokens * d * sizeof(bfloat16));
  turn((const bfloat16*)prefix.values + offset, prefix.tokens, d, turned);
  const Seen seen{(const bfloat16*)prefix.keys + offset, turned};
  Tiles tiles;
  for (int64_t token = first; token < end; token += fit) decode_together(h, token, token + fit < end ? token + fit : end, head, seen, out);
  free(turned);
}
#endif

// Tokens of one piece, and one head of keys.
template <class T>
void decode_piece(const Heads& h, int64_t first, int64_t end, int64_t head, T* out) {
  for (int64_t token = first; token < end; token++) decode_one(h, token, head, out);
}

// The end of the piece of work that begins with a token: a row, whose tokens see those before them, or rows side by side that read the
// same prefix, of `most` tokens.
inline int64_t end_of(const Heads& h, int64_t begin, int64_t most) {
  const Prefix& prefix = h.prefixes[begin];
  int64_t end = begin;
  while (end < h.rows) {
    int64_t next = end + 1;
    while (next < h.rows && h.row_of[next] == h.row_of[end]) next++;
    const bool goes_on = h.prefixes[end].keys == prefix.keys && h.prefixes[end].tokens == prefix.tokens;
    if (end > begin && (prefix.tokens == 0 || !goes_on || next - begin > most)) break;
    end = next;
  }
  return end;
}

template <class T>
void decode(const Heads& h, T* out) {
  const int64_t share = h.rows * h.n_kv_heads / (4 * threads()), fit = together<T> * h.n_kv_heads / h.n_heads;
  const int64_t most = fit > 0 && share > fit ? share : fit;
  int64_t* begins = (int64_t*)malloc((h.rows + 1) * sizeof(int64_t));
  int64_t pieces = 0;
  for (int64_t begin = 0; begin < h.rows; begin = end_of(h, begin, most)) begins[pieces++] = begin;
  begins[pieces] = h.rows;
  split(pieces * h.n_kv_heads, [&](int64_t first, int64_t end) {
    for (int64_t item = first; item < end; item++) {
      const int64_t piece = item / h.n_kv_heads;
      decode_piece(h, begins[piece], begins[piece + 1], item % h.n_kv_heads, out);
    }
  });
  free(begins);
}

// Calls body with a number of the first type or of the second.
template <class First, class Second, class Body>
void either(bool first, const Body& body) {
  if (first) {
    body(First{});
  } else {
    body(Second{});
  }
}

template <class Body>
void typed(Type type, const Body& body) {
  either<float, bfloat16>(type == Type::float32, body);
}

template <class Body>
void rounded(Rounded to, const Body& body) {
  either<uint8_t, int16_t>(to == Rounded::uint8, body);
}

}  // namespace

extern const Kernels KERNELS;
const Kernels KERNELS = {
    NAME,
    [](Type type, const void* x, const void* w, void* out, int64_t tokens, int64_t hidden, float eps) {
      typed(type, [=](auto t) {
        using T = decltype(t);
        rms_norm((const T*)x, (const T*)w, (T*)out, tokens, hidden, eps);
      });
    },
    [](Type type, const void* x, void* out, int64_t tokens, int64_t width) {
      typed(type, [=](auto t) {
        using T = decltype(t);
        silu_mul((const T*)x, (T*)out, tokens, width);
      });
    },
    [](Type type, const void* x, Rounded to, void* out, float* scale, int64_t tokens, int64_t width) {
      typed(type, [=](auto t) {
        rounded(to, [=](auto q) { quantize((const decltype(t)*)x, (decltype(q)*)out, scale, tokens, width); });
      });
    },
    [](const float* x, Rounded to, void* out, float* scale, int64_t tokens, int64_t hidden, float eps) {
      rounded(to, [=](auto q) { norm_quantize(x, (decltype(q)*)out, scale, tokens, hidden, eps); });
    },
    [](Type type, const void* x, const float* given, Rounded to, void* out, float* scale, int64_t tokens, int64_t width) {
      typed(type, [=](auto t) {
        rounded(to, [=](auto q) { silu_mul_quantize((const decltype(t)*)x, given, (decltype(q)*)out, scale, tokens, width); });
      });
    },
    pack,
    multiply,
    [](Type type, float* x, const void* product, const float* scale, int64_t tokens, int64_t width) {
      typed(type, [=](auto t) { add_scaled(x, (const decltype(t)*)product, scale, tokens, width); });
    },
    [](const Heads& heads, int64_t start) { typed(heads.type, [&](auto t) { append<decltype(t)>(heads, start); }); },
#ifdef __AVX512BF16__
    [](const Heads& heads, int64_t start, void* out) { attend(heads, start, (bfloat16*)out); },
#else
    nullptr,
#endif
    [](const Heads& heads, void* out) { typed(heads.type, [&](auto t) { decode(heads, (decltype(t)*)out); }); },
};
