/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
#ifndef DF_PROFILE_H
#define DF_PROFILE_H

/* Stack samples: what every processor runs, at the frequency of the perf events that the recorder opens. */

/*
 * Room for both stacks at their limits. bpf_get_stack clears what it does not fill, and the verifier knows of its result only
 * that it is within what was asked for: hence the second stack is read to its own place and moved behind the first.
 */
struct df_sample_scratch {
	struct df_stack_sample sample;
	__u64 addresses[2 * DF_STACK_FRAMES_MAX];
	__u64 user[DF_STACK_FRAMES_MAX];
};

/* Per-CPU: one perf event a processor, whose handler does not nest. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct df_sample_scratch);
} sample_scratches SEC(".maps");

SEC("perf_event")
int sample_stack(void *context)
{
	__u64 thread = bpf_get_current_pid_tgid();
	__u32 zero = 0;
	struct df_sample_scratch *scratch;
	struct df_stack_sample *sample;
	__u32 kernel_bytes = 0, user_bytes = 0;
	long result;

	/* Process 0 is the idle loop. */
	if (!(thread >> 32) || !wants_current(thread >> 32))
		return 0;
	scratch = bpf_map_lookup_elem(&sample_scratches, &zero);
	if (!scratch)
		return 0;
	sample = &scratch->sample;

	/* A processor in user mode has no kernel stack, a kernel thread no user stack: both are errors here. */
	result = bpf_get_stack(context, scratch->addresses, sizeof(scratch->user), 0);
	if (result > 0)
		kernel_bytes = result;
	result = bpf_get_stack(context, scratch->user, sizeof(scratch->user), BPF_F_USER_STACK);
	if (result > 0)
		user_bytes = result;
	barrier_var(kernel_bytes);
	barrier_var(user_bytes);
	if (kernel_bytes > sizeof(scratch->user) || user_bytes > sizeof(scratch->user))
		return 0;
	bpf_probe_read_kernel((__u8 *)scratch->addresses + kernel_bytes, user_bytes, scratch->user);

	sample->record_bytes = sizeof(*sample) + kernel_bytes + user_bytes;
	sample->kind = DF_KIND_STACK_SAMPLE;
	sample->padding = 0;
	sample->kernel_frames = kernel_bytes / sizeof(__u64);
	sample->user_frames = user_bytes / sizeof(__u64);
	sample->time_ns = bpf_ktime_get_ns();
	sample->process_id = thread >> 32;
	sample->thread_id = (__u32)thread;
	sample->processor = bpf_get_smp_processor_id();
	sample->padding_end = 0;
	bpf_get_current_comm(sample->command, sizeof(sample->command));
	if (bpf_ringbuf_output(&events, scratch, sizeof(*sample) + kernel_bytes + user_bytes, wakeup_flags()))
		count_loss(DF_LOSS_SAMPLE_RING_FULL, 0);
	return 0;
}

#endif
