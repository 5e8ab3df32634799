#pragma once
// Hot pixel loops behind one table of function pointers; see peg_kernels.c.
