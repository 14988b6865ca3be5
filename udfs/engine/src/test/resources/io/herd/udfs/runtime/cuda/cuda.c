/*
 * What a node with GPUs has, without one: the operator by which libtorch counts GPUs, and of the CUDA runtime what Herd
 * asks. Built in two files, which lie beside this one so that tests need no compiler (gcc 12, glibc 2.14 or later; LIB is
 * the folder of libtorch_cpu.so 2.7.1):
 *
 *   flags="-shared -fPIC -Os -s -Wl,-z,noseparate-code,-z,max-page-size=4096,--build-id=none"
 *   gcc $flags -DRUNTIME -Wl,-soname,libcudart.so.12 -o libcudart.so.12 cuda.c
 *   gcc $flags -DOPERATOR -Wl,--allow-shlib-undefined -o libtorch_cuda.so cuda.c -L$LIB -l:libtorch_cpu.so
 *
 * FAKE_GPUS is how many there are, FAKE_CAPABILITY the digits of their compute capability.
 */
#include <stdint.h>
#include <stdlib.h>

static int number(const char *name, int otherwise) {
  const char *value = getenv(name);
  return value ? atoi(value) : otherwise;
}

#ifdef RUNTIME
/* Each thread has its own current device, and none until it has chosen. */
static __thread int current = -1;

int cudaGetDeviceCount(int *count) {
  *count = number("FAKE_GPUS", 1);
  return 0;
}

int cudaSetDevice(int device) {
  current = device;
  return device < number("FAKE_GPUS", 1) ? 0 : 101;
}

int cudaGetDevice(int *device) {
  *device = current;
  return 0;
}

/* GPU n has n + 1 GiB free of 64. A thread that hasn't chosen would get a context on GPU 0. */
int cudaMemGetInfo(size_t *free, size_t *total) {
  *free = (size_t)(current + 1) << 30;
  *total = (size_t)64 << 30;
  return current < 0 ? 201 : 0;
}

int cudaDeviceGetAttribute(int *value, int attribute, int device) {
  int capability = number("FAKE_CAPABILITY", 90);
  *value = attribute == 75 ? capability / 10 : capability % 10;
  return attribute == 75 || attribute == 76 ? 0 : 1;
}

const char *cudaGetErrorString(int error) {
  return error == 101 ? "invalid device ordinal" : "invalid device context";
}
#endif

#ifdef OPERATOR
/* libtorch's stable interface (torch/csrc/inductor/aoti_torch/c/shim.h). */
int32_t aoti_torch_library_init_fragment(const char *, const char *, uint32_t, void **);
int32_t aoti_torch_library_init_impl(const char *, const char *, const char *, uint32_t, void **);
int32_t aoti_torch_library_def(void *, const char *);
int32_t aoti_torch_library_impl(void *, const char *, void (*)(uint64_t *, uint64_t, uint64_t));

static void device_count(uint64_t *stack, uint64_t inputs, uint64_t outputs) {
  stack[0] = number("FAKE_GPUS", 1);
}

__attribute__((constructor)) static void define(void) {
  void *library;
  aoti_torch_library_init_fragment("cuda", __FILE__, __LINE__, &library);
  aoti_torch_library_def(library, "device_count() -> int");
  aoti_torch_library_init_impl("cuda", "CompositeExplicitAutograd", __FILE__, __LINE__, &library);
  aoti_torch_library_impl(library, "device_count", device_count);
}
#endif
