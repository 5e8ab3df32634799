#pragma once
#include <libavutil/channel_layout.h>
#include <libavutil/opt.h>
#include <libswresample/swresample.h>

// FFmpeg 7.0 made the pointer arrays of swr_convert const, which Swift imports as other types.
static inline int peg_swr_convert(SwrContext *context, uint8_t **out, int outCount, uint8_t **in, int inCount) {
  return swr_convert(context, out, outCount, (const uint8_t **)in, inCount);
}
