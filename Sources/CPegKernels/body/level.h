// Everything of one level; included once per instruction set by peg_kernels.c, so without a guard.
#include "unpack.h"
#include "pack.h"
#include "dither.h"
#include "curves.h"
#include "color.h"
#include "grade.h"
#include "lattice.h"
#include "halfcurve.h"
#include "choose.h"
#include "gamut.h"
#include "chroma.h"
#include "alpha.h"
#include "blend.h"
#include "resample.h"

static const peg_kernels PEG_NAME(table) = {
    .name = PEG_TEXT(PEG_LEVEL),
    .unpack_u8 = PEG_NAME(unpack_u8),
    .unpack_u16 = PEG_NAME(unpack_u16),
    .unpack_f32 = PEG_NAME(unpack_f32),
    .unpack_f16 = PEG_NAME(unpack_f16),
    .unpack_packed_u8 = PEG_NAME(unpack_packed_u8),
    .unpack_packed_u16 = PEG_NAME(unpack_packed_u16),
    .lookup_u8 = PEG_NAME(lookup_u8),
    .unpack_bits = PEG_NAME(unpack_bits),
    .pack_u8 = PEG_NAME(pack_u8),
    .pack_u16 = PEG_NAME(pack_u16),
    .pack_packed_u8 = PEG_NAME(pack_packed_u8),
    .pack_packed_u16 = PEG_NAME(pack_packed_u16),
    .dither = PEG_NAME(dither),
    .matrix = PEG_NAME(matrix),
    .clamp = PEG_NAME(clamp),
    .power = PEG_NAME(power),
    .srgb_decode = PEG_NAME(srgb_decode),
    .srgb_encode = PEG_NAME(srgb_encode),
    .pq_decode = PEG_NAME(pq_decode),
    .pq_encode = PEG_NAME(pq_encode),
    .hlg_decode = PEG_NAME(hlg_decode),
    .hlg_encode = PEG_NAME(hlg_encode),
    .affine = PEG_NAME(affine),
    .cdl = PEG_NAME(cdl),
    .curve = PEG_NAME(curve),
    .tetrahedral = PEG_NAME(tetrahedral),
    .trilinear = PEG_NAME(trilinear),
    .half_curve = PEG_NAME(half_curve),
    .choose = PEG_NAME(choose),
    .compress = PEG_NAME(compress),
    .log_encode = PEG_NAME(log_encode),
    .log_decode = PEG_NAME(log_decode),
    .blend_rows = PEG_NAME(blend_rows),
    .expand = PEG_NAME(expand),
    .shrink = PEG_NAME(shrink),
    .associate = PEG_NAME(associate),
    .unassociate = PEG_NAME(unassociate),
    .reassociate = PEG_NAME(reassociate),
    .settle = PEG_NAME(settle),
    .cover = PEG_NAME(cover),
    .fill = PEG_NAME(fill),
    .over = PEG_NAME(over),
    .mix = PEG_NAME(mix),
    .scale = PEG_NAME(scale),
    .blend_add = PEG_NAME(blend_add),
    .blend_multiply = PEG_NAME(blend_multiply),
    .blend_screen = PEG_NAME(blend_screen),
    .blend_overlay = PEG_NAME(blend_overlay),
    .blend_difference = PEG_NAME(blend_difference),
    .matte = PEG_NAME(matte),
    .gather = PEG_NAME(gather),
    .turn = PEG_NAME(turn),
    .interleave = PEG_NAME(interleave),
};
