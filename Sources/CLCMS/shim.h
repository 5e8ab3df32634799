// What Swift cannot import from Little CMS: formats that are macros of shifts.
#pragma once
#include <lcms2.h>

static inline cmsUInt32Number peg_lcms_rgb(void) { return TYPE_RGB_FLT; }
static inline cmsUInt32Number peg_lcms_xyz(void) { return TYPE_XYZ_DBL; }
static inline cmsUInt32Number peg_lcms_flags(void) { return cmsFLAGS_NOOPTIMIZE | cmsFLAGS_NOCACHE; }
