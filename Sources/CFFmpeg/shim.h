// What Swift cannot import from libav*: macros with arguments, and every place where FFmpeg 5.1 to 8 differ.
#pragma once
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/avutil.h>
#include <libavutil/channel_layout.h>
#include <libavutil/error.h>
#include <libavutil/frame.h>
#include <libavutil/imgutils.h>
#include <libavutil/log.h>
#include <libavutil/mastering_display_metadata.h>
#include <libavutil/murmur3.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libavutil/sha.h>
#include <libavutil/timecode.h>

// Macros that Swift cannot import.
static inline int peg_averror(int code) { return AVERROR(code); }
static inline int peg_averror_eof(void) { return AVERROR_EOF; }
static inline int64_t peg_nopts(void) { return AV_NOPTS_VALUE; }
static inline AVRational peg_time_base_q(void) { return (AVRational){1, AV_TIME_BASE}; }

// va_list does not reach Swift: the log callback formats the line and hands it on.
typedef void (*peg_log_sink)(int level, const char *line);
static peg_log_sink peg_log_sink_now;
static inline void peg_log_callback(void *context, int level, const char *format, va_list arguments) {
  if (level > AV_LOG_WARNING || !peg_log_sink_now) return;
  char line[1024];
  int prefix = 0;
  av_log_format_line2(context, level, format, arguments, line, sizeof line, &prefix);
  peg_log_sink_now(level, line);
}
static inline void peg_log_install(peg_log_sink sink) {
  peg_log_sink_now = sink;
  av_log_set_callback(peg_log_callback);
}

// Interlacing of a frame: fields until FFmpeg 6.0, flags since 6.1; the fields are gone in 8.0.
static inline int peg_frame_is_interlaced(const AVFrame *frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 29, 100)
  return (frame->flags & AV_FRAME_FLAG_INTERLACED) != 0;
#else
  return frame->interlaced_frame;
#endif
}
// `key_frame` likewise became a flag in 6.1.
static inline void peg_frame_set_progressive_key(AVFrame *frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 29, 100)
  frame->flags &= ~(AV_FRAME_FLAG_INTERLACED | AV_FRAME_FLAG_TOP_FIELD_FIRST);
#else
  frame->interlaced_frame = 0;
  frame->top_field_first = 0;
#endif
  frame->pict_type = AV_PICTURE_TYPE_NONE;
}
