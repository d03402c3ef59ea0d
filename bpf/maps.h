/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
#ifndef DF_MAPS_H
#define DF_MAPS_H

/* The configuration, the maps, and the three things every program does with them: filter, count a loss, send. */

const volatile struct df_config config SEC(".rodata.config");

/* Sized by the recorder (max_entries) before loading. One ring, so that records have one order. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 64 * 1024 * 1024);
} events SEC(".maps");

/* Not LRU: evicting a call in flight would lose it without a count. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, __u32);
	__type(value, struct df_call);
} calls SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, DF_LOSS_CAUSES);
	__type(key, __u32);
	__type(value, struct df_loss_counter);
} losses SEC(".maps");

/* Process ids (tgid) to record, when config.by_process. Without a filter the recorder makes this map and the next small. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, __u32);
	__type(value, __u8);
} traced_processes SEC(".maps");

/* Sockets that a recorded thread has used, when the recording is narrowed: state changes happen in any context. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, __u64);
	__type(value, __u8);
} traced_sockets SEC(".maps");

/*
 * Where a record is put together before it is sent. The payload has room for twice config.payload_bytes and eight: the
 * verifier knows offset and length each to be within the limit, and asks for room for their sum, and for the padding.
 */
struct df_scratch {
	__u8 socket_remote_address[16];
	__u16 socket_remote_port;
	__u8 single_buffer; /* the message is one buffer, not an iovec array */
	__u8 discards;
	__u32 padding;
	struct df_event event;
	__u8 payload[];
};

_Static_assert(sizeof(struct df_scratch) + 8 == DF_SCRATCH_HEADER_BYTES, "the recorder sizes the map by it");

/*
 * Indexed by processor; entries and value size are set by the recorder. Not a per-CPU map, whose values are limited to
 * 32 KiB. Programs on tracepoints do not migrate or nest, and only the system call programs use it.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, DF_SCRATCH_HEADER_BYTES + 2 * DF_PAYLOAD_BYTES_MAX);
} scratches SEC(".maps");

/* The same for exec records. */
struct df_exec_scratch {
	struct df_event event;
	__u8 payload[2 * (DF_EXEC_PATH_BYTES + DF_EXEC_ARGUMENT_BYTES)];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct df_exec_scratch);
} exec_scratches SEC(".maps");

/*
 * Atomic although the counters are per CPU: a packet may change a socket's state, and lose its record, in the middle of a
 * system call's count. Relaxed and without the result, which 5.10 cannot give; and never of a constant 0, which the compiler
 * makes an atomic OR of, which 5.10 does not have either.
 */
static __always_inline void count_loss(__u32 cause, __u64 bytes)
{
	struct df_loss_counter *counter = bpf_map_lookup_elem(&losses, &cause);

	if (!counter)
		return;
	__atomic_fetch_add(&counter->count, 1, __ATOMIC_RELAXED);
	if (bytes)
		__atomic_fetch_add(&counter->bytes, bytes, __ATOMIC_RELAXED);
}

/* Waking the recorder for every record costs eight times as much as letting it look every 10 ms. */
static __always_inline __u64 wakeup_flags(void)
{
	if (bpf_ringbuf_query(&events, BPF_RB_AVAIL_DATA) >= config.wakeup_bytes)
		return BPF_RB_FORCE_WAKEUP;
	return BPF_RB_NO_WAKEUP;
}

static __always_inline bool narrowed(void)
{
	return config.by_process || config.by_command;
}

static __always_inline bool wants_process(__u32 process_id)
{
	if (process_id == config.self_process_id)
		return false;
	if (config.by_process && !bpf_map_lookup_elem(&traced_processes, &process_id))
		return false;
	return true;
}

/* Whether the current thread is recorded. */
static __always_inline bool wants_current(__u32 process_id)
{
	if (!wants_process(process_id))
		return false;
	if (config.by_command) {
		__u64 name[2] = {};
		const volatile __u64 *wanted = (const volatile __u64 *)config.command;

		bpf_get_current_comm(name, sizeof(name));
		if (name[0] != wanted[0] || name[1] != wanted[1])
			return false;
	}
	return true;
}

static __always_inline void trace_socket(__u64 socket)
{
	__u8 one = 1;

	if (narrowed() && !bpf_map_lookup_elem(&traced_sockets, &socket))
		bpf_map_update_elem(&traced_sockets, &socket, &one, BPF_ANY);
}

#endif
