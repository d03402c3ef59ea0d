/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
#ifndef DF_SAMPLE_H
#define DF_SAMPLE_H

/*
 * The stack sample that the BPF side puts into the ring of events. It begins like struct df_event (length, then kind), so that
 * a consumer tells the two apart. Not written to a file: the recorder gives each distinct stack a number and resolves it.
 */
#include "df_event.h"

/* Frames of one stack, of the kernel and of the process each: the kernel's own default, kernel.perf_event_max_stack. */
#define DF_STACK_FRAMES_MAX 127

/* Follows the header: kernel_frames, then user_frames addresses of 64 bits, each from the innermost outwards. */
struct df_stack_sample {
	__df_u32 record_bytes; /* header + addresses */
	__df_u8 kind; /* DF_KIND_STACK_SAMPLE */
	__df_u8 padding;
	__df_u8 kernel_frames;
	__df_u8 user_frames;
	__df_u64 time_ns; /* CLOCK_MONOTONIC */
	__df_u32 process_id; /* tgid */
	__df_u32 thread_id;
	__df_u32 processor;
	__df_u32 padding_end;
	char command[DF_COMMAND_BYTES];
};

_Static_assert(sizeof(struct df_stack_sample) == 48, "the addresses follow, aligned to eight bytes");

#endif
