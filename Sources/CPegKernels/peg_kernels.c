#include "peg_kernels.h"
typedef int peg_kernels_need_a_declaration;
