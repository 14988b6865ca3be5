// Operators that libtorch doesn't have, registered as torch.ops.herd.* by loading this library into a process that has
// libtorch. They go by libtorch's stable C interface (torch/csrc/inductor/aoti_torch/c/shim.h, from 2.7 on), so nothing here
// depends on its headers, its C++ types or a compiler's C++ library.
#include <cpuid.h>
#include <dlfcn.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "kernels.h"

namespace {

typedef void* Tensor;
typedef uint64_t Slot;  // of an operator's stack: an argument or a result

// Of libtorch_cpu.so, and of the OpenMP that it brings.
struct Torch {
  int32_t (*get_data_ptr)(Tensor, void**);
  int32_t (*get_sizes)(Tensor, int64_t**);
  int32_t (*get_strides)(Tensor, int64_t**);
  int32_t (*get_dtype)(Tensor, int32_t*);
  int32_t (*empty_strided)(int64_t, const int64_t*, const int64_t*, int32_t, int32_t, int32_t, Tensor*);
  int32_t (*delete_tensor_object)(Tensor);
  int32_t (*library_init_def)(const char*, const char*, uint32_t, void**);
  int32_t (*library_init_impl)(const char*, const char*, const char*, uint32_t, void**);
  int32_t (*library_def)(void*, const char*);
  int32_t (*library_impl)(void*, const char*, void (*)(Slot*, uint64_t, uint64_t));
  int (*max_threads)();
  void (*team)(void (*)(void*), void*, unsigned, unsigned);
} torch;

const Kernels* const all[] = {&kernels_avx2, &kernels_avx512, &kernels_avx512_bf16, &kernels_amx};  // each needs those before
const Kernels* kernels;

constexpr int32_t uint8_code = 0, int8_code = 1, int16_code = 2, float32_code = 6, bfloat16_code = 15;  // c10::ScalarType

// A tensor argument, released at the end of its operator.
class Argument {
 public:
  explicit Argument(Slot slot) : tensor((Tensor)slot) {
    torch.get_sizes(tensor, &sizes);
    torch.get_strides(tensor, &strides);
    torch.get_data_ptr(tensor, &data);
  }
  ~Argument() { torch.delete_tensor_object(tensor); }

  int32_t code() const {
    int32_t code = 0;
    torch.get_dtype(tensor, &code);
    return code;
  }
  Type type() const { return code() == bfloat16_code ? Type::bfloat16 : Type::float32; }
  Cache cache() const { return {data, strides[0], strides[1]}; }

  Tensor tensor;
  int64_t *sizes, *strides;
  void* data;
};

struct Result {
  Result(int64_t rows, int64_t columns, int32_t code) {
    const int64_t sizes[] = {rows, columns}, strides[] = {columns, 1};
    torch.empty_strided(2, sizes, strides, code, 0, 0, &tensor);
    torch.get_data_ptr(tensor, &data);
  }
  Tensor tensor;
  void* data;
};

float real(Slot slot) {
  double value;
  __builtin_memcpy(&value, &slot, sizeof value);
  return value;
}

// A position beyond the cache or the table would be written to whatever memory is there, as would a tensor of another type. Callers
// see to it that there is none; the interface has no way to tell them of an error.
void require(bool fits) {
  if (!fits) abort();
}

void rms_norm(Slot* stack, uint64_t, uint64_t) {
  Argument x(stack[0]), w(stack[1]);
  Result out(x.sizes[0], x.sizes[1], x.code());
  kernels->rms_norm(x.type(), x.data, w.data, out.data, x.sizes[0], x.sizes[1], real(stack[2]));
  stack[0] = (Slot)out.tensor;
}

void silu_mul(Slot* stack, uint64_t, uint64_t) {
  Argument x(stack[0]);
  Result out(x.sizes[0], x.sizes[1] / 2, x.code());
  kernels->silu_mul(x.type(), x.data, out.data, x.sizes[0], x.sizes[1] / 2);
  stack[0] = (Slot)out.tensor;
}

// Rounded tokens [tokens, width] and their scales [tokens, 1]; `bits` is 8 or 16.
struct Quantized {
  Quantized(int64_t tokens, int64_t width, int64_t bits)
      : to(bits == 8 ? Rounded::uint8 : Rounded::int16), out(tokens, width, bits == 8 ? uint8_code : int16_code), scale(tokens, 1, float32_code) {}

  void give(Slot* stack) const {
    stack[0] = (Slot)out.tensor;
    stack[1] = (Slot)scale.tensor;
  }

  Rounded to;
  Result out, scale;
};

void quantize(Slot* stack, uint64_t, uint64_t) {
  Argument x(stack[0]);
  const Quantized result(x.sizes[0], x.sizes[1], (int64_t)stack[1]);
  kernels->quantize(x.type(), x.data, result.to, result.out.data, (float*)result.scale.data, x.sizes[0], x.sizes[1]);
  result.give(stack);
}

void norm_quantize(Slot* stack, uint64_t, uint64_t) {
  Argument x(stack[0]);
  const Quantized result(x.sizes[0], x.sizes[1], (int64_t)stack[2]);
  require(x.type() == Type::float32);
  kernels->norm_quantize(
      (const float*)x.data, result.to, result.out.data, (float*)result.scale.data, x.sizes[0], x.sizes[1], real(stack[1]));
  result.give(stack);
}

void silu_mul_quantize(Slot* stack, uint64_t, uint64_t) {
  Argument x(stack[0]), given(stack[1]);
  const int64_t tokens = x.sizes[0], width = x.sizes[1] / 2;
  const Quantized result(tokens, width, (int64_t)stack[2]);
  kernels->silu_mul_quantize(
      x.type(), x.data, (const float*)given.data, result.to, result.out.data, (float*)result.scale.data, tokens, width);
  result.give(stack);
}

void pack(Slot* stack, uint64_t, uint64_t) {
  Argument w(stack[0]);
  const int64_t outputs = w.sizes[0], in = w.sizes[1];
  require(w.code() == int8_code && in % 2 == 0);
  Result out((outputs + 15) / 16 * 16, in, int8_code);
  kernels->pack((const int8_t*)w.data, (int8_t*)out.data, outputs, in);
  stack[0] = (Slot)out.tensor;
}

void multiply(Slot* stack, uint64_t, uint64_t) {
  Argument x(stack[0]), w(stack[1]), scale(stack[2]);
  const int64_t tokens = x.sizes[0], in = x.sizes[1], outputs = scale.sizes[0];
  require(x.code() == int16_code && w.code() == int8_code && w.sizes[1] == in && w.sizes[0] == (outputs + 15) / 16 * 16);
  Result out(tokens, outputs, float32_code);
  kernels->multiply(
      (const int16_t*)x.data, (const int8_t*)w.data, (const float*)scale.data, (float*)out.data, tokens, in, outputs);
  stack[0] = (Slot)out.tensor;
}

void add_scaled(Slot* stack, uint64_t, uint64_t) {
  Argument x(stack[0]), product(stack[1]), scale(stack[2]);
  require(x.type() == Type::float32);
  kernels->add_scaled(product.type(), (float*)x.data, product.data, (const float*)scale.data, x.sizes[0], x.sizes[1]);
}

// Of as many rows as the cache has, and `length` tokens of each.
Heads heads(const Argument& qkv, const Argument& keys, const Argument& values, int64_t length) {
  Heads h{};
  h.type = qkv.type();
  h.rows = keys.sizes[0];
  h.length = length;
  h.n_kv_heads = keys.sizes[1];
  h.head_dim = keys.sizes[3];
  h.n_heads = qkv.sizes[1] / h.head_dim - 2 * h.n_kv_heads;
  h.qkv = qkv.data;
  h.keys = keys.cache();
  h.values = values.cache();
  return h;
}

// Whether a prefix of `length` tokens has what a token at `position` reads of it.
bool fits(const Prefix& prefix, int64_t length, int64_t position) {
  return prefix.tokens >= 0 && prefix.tokens % in_place_step == 0 && prefix.tokens <= length && prefix.tokens <= position;
}

// An empty tensor is none.
const float* scales(const Argument& scale) { return scale.sizes[0] > 0 ? (const float*)scale.data : nullptr; }

// The table of rotations, and positions from the first on, which must be below `limit`, too.
void place(Heads& h, const Argument& rope, const Argument& positions, int64_t first, int64_t limit) {
  h.rope = (const float*)rope.data;
  h.positions = (const int64_t*)positions.data + first;
  for (int64_t i = 0; i < h.rows * h.length; i++) {
    require(h.positions[i] >= 0 && h.positions[i] < rope.sizes[0] && h.positions[i] < limit);
  }
}

void append(Slot* stack, uint64_t, uint64_t) {
  Argument qkv(stack[0]), rope(stack[1]), positions(stack[2]), keys(stack[3]), values(stack[4]), scale(stack[5]);
  const int64_t start = (int64_t)stack[6];
  Heads h = heads(qkv, keys, values, qkv.sizes[0] / keys.sizes[0]);
  h.scale = scales(scale);
  require(start + h.length <= keys.sizes[2]);
  place(h, rope, positions, 0, rope.sizes[0]);
  kernels->append(h, start);
}

// before, before_values: the prefix that all rows begin with, of which they read `in_place` tokens
void attend(Slot* stack, uint64_t, uint64_t) {
  Argument qkv(stack[0]), keys(stack[1]), values(stack[2]), before(stack[4]), before_values(stack[5]);
  Heads h = heads(qkv, keys, values, qkv.sizes[0] / keys.sizes[0]);
  Result out(qkv.sizes[0], h.n_heads * h.head_dim, qkv.code());
  const int64_t start = (int64_t)stack[3];
  const Prefix prefix{before.data, before_values.data, before.strides[1], (int64_t)stack[6]};
  require(fits(prefix, before.sizes[2], start) && start - prefix.tokens + h.length <= keys.sizes[2]);
  h.prefixes = &prefix;
  kernels->attend(h, start, out.data);
  stack[0] = (Slot)out.tensor;
}

// Where a tensor's numbers are.
void address(Slot* stack, uint64_t, uint64_t) { stack[0] = (Slot)Argument(stack[0]).data; }

// What each token reads of a prefix, one layer of it. index: which of `table`, [tokens]; in_place: how much of it, [tokens]; table:
// address and tokens of prefixes [.., 2], each [2 * layers, 1, n_kv_heads, tokens, head_dim]
void read_prefixes(const Heads& h, const int64_t* index, const int64_t* in_place, const Argument& table, int64_t layer, Prefix* out) {
  const int64_t size = h.type == Type::bfloat16 ? 2 : 4;
  for (int64_t i = 0; i < h.rows; i++) {
    if (in_place[i] == 0) continue;
    require(index[i] >= 0 && index[i] < table.sizes[0]);
    const int64_t* entry = (const int64_t*)table.data + 2 * index[i];
    const int64_t stride = entry[1] * h.head_dim, slice = h.n_kv_heads * stride * size;
    const char* keys = (const char*)entry[0] + 2 * layer * slice;
    out[i] = {keys, keys + slice, stride, in_place[i]};
    require(fits(out[i], entry[1], h.positions[i]));
  }
}

// at: [3 or 5, tokens], of which `count` tokens from `first` on are meant: ids, positions, rows, and of rows that read a prefix in
// place, which of `table` and how much of it
void decode(Slot* stack, uint64_t, uint64_t) {
  Argument qkv(stack[0]), rope(stack[1]), at(stack[2]), keys(stack[3]), values(stack[4]), scale(stack[5]), out(stack[6]), table(stack[9]);
  Heads h = heads(qkv, keys, values, 1);
  const int64_t first = (int64_t)stack[7], size = h.type == Type::bfloat16 ? 2 : 4, rows = h.rows, tokens = at.sizes[1];
  h.rows = (int64_t)stack[8];
  require(first + h.rows <= qkv.sizes[0]);
  h.qkv = (char*)h.qkv + first * qkv.sizes[1] * size;
  if (scales(scale)) h.scale = scales(scale) + first;
  place(h, rope, at, tokens + first, rope.sizes[0]);
  h.row_of = h.positions + tokens;
  Prefix* prefixes = (Prefix*)calloc(h.rows, sizeof(Prefix));
  if (at.sizes[0] == 5) read_prefixes(h, h.row_of + tokens, h.row_of + 2 * tokens, table, (int64_t)stack[10], prefixes);
  h.prefixes = prefixes;
  for (int64_t i = 0; i < h.rows; i++) {
    require(h.row_of[i] >= 0 && h.row_of[i] < rows && h.positions[i] - prefixes[i].tokens < keys.sizes[2]);
  }
  kernels->decode(h, (char*)out.data + first * out.sizes[1] * size);
  free(prefixes);
}

struct Operator {
  const char *name, *schema;
  void (*call)(Slot*, uint64_t, uint64_t);
};

const Operator operators[] = {
    {"rms_norm", "rms_norm(Tensor x, Tensor w, float eps) -> Tensor", rms_norm},
    {"silu_mul", "silu_mul(Tensor x) -> Tensor", silu_mul},
    {"quantize", "quantize(Tensor x, int bits) -> (Tensor, Tensor)", quantize},
    {"norm_quantize", "norm_quantize(Tensor x, float eps, int bits) -> (Tensor, Tensor)", norm_quantize},
    {"silu_mul_quantize", "silu_mul_quantize(Tensor x, Tensor scale, int bits) -> (Tensor, Tensor)", silu_mul_quantize},
    {"pack", "pack(Tensor w) -> Tensor", pack},
    {"multiply", "multiply(Tensor x, Tensor w, Tensor scale) -> Tensor", multiply},
    {"add_scaled", "add_scaled(Tensor(a!) x, Tensor product, Tensor scale) -> ()", add_scaled},
    {"append",
     "append(Tensor(a!) qkv, Tensor rope, Tensor positions, Tensor(b!) keys, Tensor(c!) values, Tensor scale, int start) -> ()",
     append},
    {"attend",
     "attend(Tensor qkv, Tensor keys, Tensor values, int start, Tensor prefix_keys, Tensor prefix_values, int in_place) -> Tensor",
     attend},
    {"address", "address(Tensor x) -> int", address},
    {"decode",
     "decode(Tensor qkv, Tensor rope, Tensor at, Tensor(a!) keys, Tensor(b!) values, Tensor scale, Tensor(c!) out, int first,"
     " int count, Tensor prefixes, int layer) -> ()",
     decode},
};

struct Team {
  int64_t count, piece;
  void (*body)(void*, int64_t, int64_t);
  void* context;
  int64_t next;
};

// Threads take pieces as they are done with others: a processor that others use, too, doesn't keep the rest waiting.
void share(void* data) {
  Team& team = *(Team*)data;
  for (;;) {
    const int64_t first = __atomic_fetch_add(&team.next, team.piece, __ATOMIC_RELAXED);
    if (first >= team.count) return;
    const int64_t end = first + team.piece;
    team.body(team.context, first, end < team.count ? end : team.count);
  }
}

template <class F>
bool find(void* library, const char* name, F& function) {
  function = (F)dlsym(library, name);
  return function != nullptr;
}

bool find_torch() {
  void* library = dlopen("libtorch_cpu.so", RTLD_LAZY | RTLD_NOLOAD);
  return library && find(library, "aoti_torch_get_data_ptr", torch.get_data_ptr) &&
         find(library, "aoti_torch_get_sizes", torch.get_sizes) && find(library, "aoti_torch_get_strides", torch.get_strides) &&
         find(library, "aoti_torch_get_dtype", torch.get_dtype) && find(library, "aoti_torch_empty_strided", torch.empty_strided) &&
         find(library, "aoti_torch_delete_tensor_object", torch.delete_tensor_object) &&
         find(library, "aoti_torch_library_init_def", torch.library_init_def) &&
         find(library, "aoti_torch_library_init_impl", torch.library_init_impl) &&
         find(library, "aoti_torch_library_def", torch.library_def) && find(library, "aoti_torch_library_impl", torch.library_impl) &&
         find(library, "omp_get_max_threads", torch.max_threads) && find(library, "GOMP_parallel", torch.team);
}

// Linux lets a process use AMX's tiles when it asks (arch_prctl, ARCH_REQ_XCOMP_PERM for tile data).
bool may_use_tiles(unsigned saved) { return (saved & 0x60000) == 0x60000 && syscall(SYS_arch_prctl, 0x1023, 18) == 0; }

// How many of `all` the processor runs: by cpuid's leaf 7, and by the registers that the system saves (xgetbv).
int of_processor() {
  unsigned a, b, c, d, saved, high;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_OSXSAVE) || !(c & bit_FMA)) return 0;
  __asm__("xgetbv" : "=a"(saved), "=d"(high) : "c"(0));
  if ((saved & 0x6) != 0x6 || !__get_cpuid_count(7, 0, &a, &b, &c, &d) || !(b & bit_AVX2)) return 0;
  const unsigned wanted = bit_AVX512F | bit_AVX512BW | bit_AVX512DQ | bit_AVX512VL | bit_AVX512CD;
  if ((saved & 0xe6) != 0xe6 || (b & wanted) != wanted) return 1;
  const bool amx = (d & (1 << 22)) && (d & (1 << 24)) && may_use_tiles(saved);  // AMX-BF16, AMX-TILE
  const bool bf16 = __get_cpuid_count(7, 1, &a, &b, &c, &d) && (a & bit_AVX512BF16);
  return bf16 ? amx ? 4 : 3 : 2;
}

constexpr int64_t pieces = 8;  // of each thread, about

}  // namespace

void parallel(int64_t count, void (*body)(void*, int64_t, int64_t), void* context) {
  const int64_t threads = torch.max_threads();
  if (threads == 1 || count == 1) return body(context, 0, count);
  const int64_t piece = (count + pieces * threads - 1) / (pieces * threads);
  Team team{count, piece, body, context, 0};
  torch.team(share, &team, (unsigned)(count < threads ? count : threads), 0);
}

int64_t threads() { return torch.max_threads(); }

// Takes the best kernels for the processor, or, for tests, those of one instruction set. Returns their name; null when it can't
// run them.
extern "C" __attribute__((visibility("default"))) const char* herd_use(const char* name) {
  for (int i = of_processor() - 1; i >= 0; i--) {
    if (name && strcmp(name, all[i]->name)) continue;
    kernels = all[i];
    return kernels->name;
  }
  return nullptr;
}

// Whether the processor multiplies 8 by 8 bits without overflow: VNNI's, of 512 bits or of 256 (cpuid's leaf 7).
extern "C" __attribute__((visibility("default"))) int herd_vnni() {
  unsigned a, b, c, d;
  if (of_processor() >= 2 && __get_cpuid_count(7, 0, &a, &b, &c, &d) && (c & bit_AVX512VNNI)) return 1;
  return of_processor() >= 1 && __get_cpuid_count(7, 1, &a, &b, &c, &d) && (a & (1 << 4));  // AVX-VNNI
}

// Registers the operators; the name of the instruction set, or null without libtorch from 2.7 on or a processor with AVX2.
extern "C" __attribute__((visibility("default"))) const char* herd_register() {
  if (!find_torch()) return nullptr;
  if (!herd_use(nullptr)) return nullptr;
  void *defined, *implemented;
  torch.library_init_def("herd", "operators.cpp", __LINE__, &defined);
  for (const Operator& each : operators) torch.library_def(defined, each.schema);
  const char* keys[] = {"CPU", "AutogradCPU"};
  for (const char* key : keys) {
    torch.library_init_impl("herd", key, "operators.cpp", __LINE__, &implemented);
    for (const Operator& each : operators) torch.library_impl(implemented, each.name, each.call);
  }
  return kernels->name;
}
