// What Swift cannot import from libav*: macros with arguments, and every place where FFmpeg 5.1 to 8 differ.
//
// FFmpeg and its libraries' versions: 5.1 is avutil 57.28, avcodec 59.37, avformat 59.27; 6.0 is 58.2, 60.3, 60.3; 6.1 is
// 58.29, 60.31, 60.16; 7.0 is 59.8, 61.3, 61.1; 7.1 is 59.39, 61.19, 61.7; 8.0 is 60.8, 62.11, 62.3. Where something changed
// the version that doc/APIchanges gives is the one that is asked for. What is not used here or in PegMedia, because some of
// them lack it: AVCodec's lists of formats and rates (deprecated in 7.1), `ticks_per_frame` (6.1), avcodec_close (gone in 8.0), the
// FF_PROFILE_ names (6.1 has AV_PROFILE_ instead; profiles go by name and number), AVFMT_ALLOW_FLUSH (6.1), `channels` and
// `channel_layout` (5.1 has `ch_layout` already), `pkt_pos` and `pkt_size` of frames (6.1), AVCodecContext's `properties` (8.0).
// AVFrame's `alpha_mode` (after 8.0) stays unspecified, which every encoder takes as before.
#pragma once
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/avutil.h>
#include <libavutil/channel_layout.h>
#include <libavutil/crc.h>
#include <libavutil/dict.h>
#include <libavutil/display.h>
#include <libavutil/error.h>
#include <libavutil/frame.h>
#include <libavutil/imgutils.h>
#include <libavutil/log.h>
#include <libavutil/mastering_display_metadata.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libavutil/sha.h>
#include <libavutil/timecode.h>

// Macros that Swift cannot import.
static inline int peg_averror(int code) { return AVERROR(code); }
static inline int peg_averror_eof(void) { return AVERROR_EOF; }
static inline int64_t peg_nopts(void) { return AV_NOPTS_VALUE; }

// What a decoder of ours carries in its `opaque`: where pictures get their memory, and what it complained about. Frame
// threads have contexts of their own, which share this one.
#define PEG_DECODER_MARK 0x5065676261724465ULL
typedef struct {
  uint64_t mark;
  void *pool;
  _Atomic int failure;     // first negative result of a job
  _Atomic int complaints;  // lines logged at AV_LOG_ERROR or worse
} peg_decoder_state;
static inline peg_decoder_state *peg_decoder_state_new(void *pool) {
  peg_decoder_state *state = (peg_decoder_state *)av_mallocz(sizeof *state);
  if (state) { state->mark = PEG_DECODER_MARK; state->pool = pool; }
  return state;
}
static inline int peg_decoder_failure(const peg_decoder_state *state) { return state->failure; }
static inline int peg_decoder_complaints(const peg_decoder_state *state) { return state->complaints; }
static inline void peg_decoder_forgive(peg_decoder_state *state) { state->failure = 0; state->complaints = 0; }
static inline void *peg_decoder_pool(const AVCodecContext *context) {
  const peg_decoder_state *state = (const peg_decoder_state *)context->opaque;
  return state ? state->pool : NULL;
}

// How decoders of ours get their pictures' memory.
typedef int (*peg_get_buffer)(AVCodecContext *context, AVFrame *frame, int flags);

// va_list does not reach Swift: the log callback formats the line and hands it on.
typedef void (*peg_log_sink)(int level, const char *line);
typedef struct {
  peg_log_sink sink;
  peg_get_buffer ours;
} peg_log_target;
// Inside a function, because Swift does not emit a header's static variables. Whoever includes this has its own: it is set
// and read through one Swift file.
static inline peg_log_target *peg_log_target_now(void) {
  static peg_log_target target;
  return &target;
}

// Some decoders (FFV1, EXR, TIFF) hide damage from their caller and only log it: the log is counted for whom it concerns.
// Others in the process may decode with libav as well, and their `opaque` is none of ours: where pictures get their memory
// tells whose a context is before anything is read through it.
static inline void peg_note_complaint(void *context, int level) {
  if (level > AV_LOG_ERROR || !context) return;
  const AVClass *class = *(const AVClass **)context;
  if (!class || class != avcodec_get_class()) return;
  const AVCodecContext *codec = (const AVCodecContext *)context;
  if (codec->get_buffer2 != peg_log_target_now()->ours) return;
  peg_decoder_state *state = (peg_decoder_state *)codec->opaque;
  if (state && state->mark == PEG_DECODER_MARK) state->complaints++;
}

static inline void peg_log_callback(void *context, int level, const char *format, va_list arguments) {
  peg_note_complaint(context, level);
  if (level > AV_LOG_WARNING || !peg_log_target_now()->sink) return;
  char line[1024];
  int prefix = 0;
  av_log_format_line2(context, level, format, arguments, line, sizeof line, &prefix);
  peg_log_target_now()->sink(level, line);
}
static inline void peg_log_install(peg_log_sink sink, peg_get_buffer ours) {
  *peg_log_target_now() = (peg_log_target){sink, ours};
  av_log_set_callback(peg_log_callback);
}

// Interlacing of a frame: fields until FFmpeg 6.0, flags since 6.1 (avutil 58.7); the fields are gone in 8.0.
static inline int peg_frame_is_interlaced(const AVFrame *frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 7, 100)
  return (frame->flags & AV_FRAME_FLAG_INTERLACED) != 0;
#else
  return frame->interlaced_frame;
#endif
}
// Progressive, and of whatever type the encoder likes.
static inline void peg_frame_set_progressive(AVFrame *frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 7, 100)
  frame->flags &= ~(AV_FRAME_FLAG_INTERLACED | AV_FRAME_FLAG_TOP_FIELD_FIRST);
#else
  frame->interlaced_frame = 0;
  frame->top_field_first = 0;
#endif
  frame->pict_type = AV_PICTURE_TYPE_NONE;
}

// --- Reading

// Since FFmpeg 6.0 (avcodec 60) get_buffer2 has to be safe to call from any thread; 5.1 asks whether it is.
static inline void peg_buffers_from(AVCodecContext *context, peg_get_buffer get) {
  context->get_buffer2 = get;
#if LIBAVCODEC_VERSION_MAJOR < 60
  _Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Wdeprecated-declarations\"")
  context->thread_safe_callbacks = 1;
  _Pragma("GCC diagnostic pop")
#endif
}

// Some decoders (EXR) drop the results of their jobs: this runs them in order and keeps the first failure.
static inline int peg_run_jobs(AVCodecContext *context, int (*job)(AVCodecContext *, void *, int, int),
                               void *argument, int *results, int count) {
  peg_decoder_state *state = (peg_decoder_state *)context->opaque;
  for (int i = 0; i < count; i++) {
    int code = job(context, argument, i, 0);
    if (results) results[i] = code;
    if (code < 0 && state && state->failure == 0) state->failure = code;
  }
  return 0;
}
static inline void peg_watch_jobs(AVCodecContext *context) { context->execute2 = peg_run_jobs; }

// Whether the decoder knows that a picture is not what was encoded.
static inline int peg_frame_is_damaged(const AVFrame *frame) {
  return frame->decode_error_flags != 0 || (frame->flags & AV_FRAME_FLAG_CORRUPT) != 0;
}

// Side data of a stream moved from AVStream to AVCodecParameters in 6.1 (avcodec 60.30, and av_packet_side_data_get in
// 60.29); the old function is gone in 8.0.
// Degrees counter-clockwise that the picture has to be turned for viewing; 0 when the file says nothing.
static inline int peg_stream_rotation(const AVStream *stream) {
  const uint8_t *data = NULL;
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(60, 30, 100)
  const AVPacketSideData *side = av_packet_side_data_get(
      stream->codecpar->coded_side_data, stream->codecpar->nb_coded_side_data, AV_PKT_DATA_DISPLAYMATRIX);
  if (side && side->size >= 36) data = side->data;
#else
  size_t size = 0;
  data = av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, &size);
  if (size < 36) data = NULL;
#endif
  if (!data) return 0;
  double angle = av_display_rotation_get((const int32_t *)data);
  return angle == angle ? (int)(angle < 0 ? angle - 0.5 : angle + 0.5) : 0;
}

// --- Writing

// FFV1's encoder clears room for the largest packet that a picture can become, 148 bytes for each pixel of the context's size
// at the time that a picture comes. It reads that size for nothing else then, its slices having got theirs when it was
// opened: a context that is said to be `height` high while the picture is sent gives the same packet from less room. A slice
// that finds its room too small says so in the log and is cut short. Seen in the source of avcodec 59 and held to by a
// test; other versions are left alone until they can be tried.
static inline int peg_room_follows_height(void) { return LIBAVCODEC_VERSION_MAJOR == 59; }
static inline int peg_send_frame_in_room(AVCodecContext *context, const AVFrame *frame, int height) {
  int whole = context->height;
  context->height = height;
  int result = avcodec_send_frame(context, frame);
  context->height = whole;
  return result;
}

// Heads a picture for the encoder: its number, one tick long, progressive, of whatever type the encoder likes.
// `duration` is a field since FFmpeg 6.0 (avutil 57.30), before that `pkt_duration`; `key_frame` is a flag since 6.1
// (avutil 58.7).
static inline void peg_frame_prepare(AVFrame *frame, int64_t pts) {
  frame->pts = pts;
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 30, 100)
  frame->duration = 1;
#else
  frame->pkt_duration = 1;
#endif
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 7, 100)
  frame->flags &= ~AV_FRAME_FLAG_KEY;
#else
  frame->key_frame = 0;
#endif
  peg_frame_set_progressive(frame);
}

// avio's write callback takes const bytes since FFmpeg 7.0 (avformat 61).
typedef int (*peg_avio_write)(void *opaque, const uint8_t *bytes, int count);
typedef int64_t (*peg_avio_seek)(void *opaque, int64_t offset, int whence);
static inline AVIOContext *peg_avio_writer(void *opaque, int size, peg_avio_write write, peg_avio_seek seek) {
  uint8_t *buffer = (uint8_t *)av_malloc(size);
  if (!buffer) return 0;
#if LIBAVFORMAT_VERSION_MAJOR >= 61
  AVIOContext *context = avio_alloc_context(buffer, size, 1, opaque, 0, write, seek);
#else
  AVIOContext *context = avio_alloc_context(buffer, size, 1, opaque, 0, (int (*)(void *, uint8_t *, int))write, seek);
#endif
  if (!context) av_free(buffer);
  return context;
}

// What samples an encoder takes: a field until FFmpeg 7.0, asked for since 7.1 (avcodec 61.13).
static inline int peg_encoder_takes(const AVCodec *codec, enum AVSampleFormat format) {
  const enum AVSampleFormat *formats = 0;
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(61, 13, 100)
  avcodec_get_supported_config(0, codec, AV_CODEC_CONFIG_SAMPLE_FORMAT, 0, (const void **)&formats, 0);
#else
  formats = codec->sample_fmts;
#endif
  for (; formats && *formats != AV_SAMPLE_FMT_NONE; formats++) {
    if (*formats == format) return 1;
  }
  return 0;
}

// --- The system's calls that Swift does not import

#if defined(__linux__)
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>
// RENAME_EXCHANGE of renameat2(2), which needs a macro of GNU's to be declared.
static inline int peg_exchange(const char *one, const char *other) {
  return (int)syscall(SYS_renameat2, AT_FDCWD, one, AT_FDCWD, other, 2);
}
// The same file once more, for writing past the cache: multiples of blocks only. -1 where there is no such way. O_DIRECT needs
// the same macro; it is 0200000 on 64-bit ARM and 040000 elsewhere.
static inline int peg_open_direct(int descriptor) {
#if defined(__aarch64__)
  const int direct = 0200000;
#else
  const int direct = 040000;
#endif
  char name[40];
  snprintf(name, sizeof name, "/proc/self/fd/%d", descriptor);
  return open(name, O_WRONLY | O_CLOEXEC | direct);
}

// Begins to write what is dirty, and drops the first bytes from the cache where they are clean. SYNC_FILE_RANGE_WRITE of
// sync_file_range(2) needs the same macro.
static inline void peg_write_behind(int descriptor, int64_t dropped) {
#if defined(SYS_sync_file_range) && __SIZEOF_POINTER__ == 8
  syscall(SYS_sync_file_range, descriptor, 0L, 0L, 2U);
#endif
  if (dropped > 0) posix_fadvise(descriptor, 0, dropped, POSIX_FADV_DONTNEED);
}
#else
#include <stdio.h>
static inline int peg_exchange(const char *one, const char *other) { return renamex_np(one, other, RENAME_SWAP); }
static inline int peg_open_direct(int descriptor) { return -1; }
// The system begins by itself.
static inline void peg_write_behind(int descriptor, int64_t dropped) {}
#endif
