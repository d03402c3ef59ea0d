/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
#ifndef DF_PAYLOAD_H
#define DF_PAYLOAD_H

/*
 * From the buffers of a call to the payload of a record, and the record to the ring.
 *
 * The functions that are not static inline are verified once, on their own, whatever calls them: this keeps a loop over
 * buffers within a loop over messages inside what 5.10's verifier looks at. Their arguments can only be numbers, so they
 * find the scratch themselves.
 */

static __always_inline struct df_scratch *current_scratch(void)
{
	__u32 processor = bpf_get_smp_processor_id();

	return bpf_map_lookup_elem(&scratches, &processor);
}

static __always_inline bool copy_from_user(struct df_scratch *scratch, __u32 offset, __u64 base, __u32 length)
{
	barrier_var(offset);
	if (offset > config.payload_bytes)
		return false;
	barrier_var(length);
	if (length > config.payload_bytes)
		return false;
	return bpf_probe_read_user(scratch->payload + offset, length, (void *)base) == 0;
}

/* Copies the first `wanted` bytes of an iovec array. Returns how many were copied. */
__noinline int gather_buffers(__u64 vector, __u64 count, __u32 wanted)
{
	struct df_scratch *scratch = current_scratch();
	__u32 captured = 0;
	__u32 index;

	if (!scratch)
		return 0;
	for (index = 0; index < DF_BUFFERS_MAX; index++) {
		struct user_iovec buffer;
		__u32 length;

		if (index >= count || captured >= wanted)
			return captured;
		if (bpf_probe_read_user(&buffer, sizeof(buffer), (void *)(vector + index * sizeof(buffer)))) {
			scratch->event.flags |= DF_FLAG_UNREADABLE;
			return captured;
		}
		length = wanted - captured;
		if (buffer.length < length)
			length = buffer.length;
		if (!copy_from_user(scratch, captured, buffer.base, length)) {
			scratch->event.flags |= DF_FLAG_UNREADABLE;
			return captured;
		}
		captured += length;
	}
	if (captured < wanted && count > DF_BUFFERS_MAX)
		scratch->event.flags |= DF_FLAG_BUFFERS_CUT;
	return captured;
}

/*
 * Sends the record in the scratch for one message of `moved` bytes: its buffers at `buffer` (`length` iovecs, or bytes
 * of a single buffer), its peer at `name`. The scratch can then be used for the next message of the same call.
 */
__noinline int send_message(__u64 name, __u64 buffer, __u64 length, __u32 moved)
{
	struct df_scratch *scratch = current_scratch();
	struct df_event *event;
	__u32 wanted = moved;
	__u32 captured = 0;
	__u32 size;

	if (!scratch)
		return 0;
	event = &scratch->event;
	event->byte_count = moved;
	event->flags &= ~(DF_FLAG_PAYLOAD_CUT | DF_FLAG_BUFFERS_CUT | DF_FLAG_UNREADABLE);
	if (event->protocol == IPPROTO_UDP && name && !put_remote_from_name(event, name)) {
		__builtin_memcpy(event->remote_address, scratch->socket_remote_address, 16);
		event->remote_port = scratch->socket_remote_port;
	}

	if (wanted > config.payload_bytes)
		wanted = config.payload_bytes;
	/* MSG_TRUNC on a datagram: the call returns the datagram's length, which may exceed the buffer. */
	if (scratch->single_buffer && wanted > length)
		wanted = length;
	if (scratch->discards || event->syscall == DF_SYSCALL_SENDFILE)
		wanted = 0;
	if (wanted) {
		if (!scratch->single_buffer)
			captured = gather_buffers(buffer, length, wanted);
		else if (copy_from_user(scratch, 0, buffer, wanted))
			captured = wanted;
		else
			event->flags |= DF_FLAG_UNREADABLE;
	}
	barrier_var(captured);
	if (captured > config.payload_bytes)
		captured = config.payload_bytes;

	if (captured < moved) {
		if (event->flags & DF_FLAG_UNREADABLE) {
			count_loss(DF_LOSS_UNREADABLE, moved - captured);
		} else if (event->flags & DF_FLAG_BUFFERS_CUT) {
			count_loss(DF_LOSS_BUFFERS_CUT, moved - captured);
		} else {
			event->flags |= DF_FLAG_PAYLOAD_CUT;
			count_loss(DF_LOSS_PAYLOAD_CUT, moved - captured);
		}
	}
	event->captured_bytes = captured;
	__builtin_memset(scratch->payload + captured, 0, 8);
	size = sizeof(*event) + ((captured + 7) & ~7U);
	event->record_bytes = size;
	if (bpf_ringbuf_output(&events, event, size, wakeup_flags()))
		count_loss(DF_LOSS_RING_FULL, moved);
	event->tcp_sequence += moved;
	return 0;
}

/* Sends a record for each message of a sendmmsg or recvmmsg, as far as the limit. */
static __always_inline void send_messages(__u64 array, __u64 count)
{
	__u32 index;

	for (index = 0; index < DF_MESSAGES_MAX; index++) {
		struct user_mmsghdr message;

		if (index >= count)
			return;
		if (bpf_probe_read_user(&message, sizeof(message), (void *)(array + index * sizeof(message)))) {
			count_loss(DF_LOSS_UNREADABLE, 0);
			return;
		}
		send_message(message.header.name, message.header.vector, message.header.vector_count, message.byte_count);
	}
	if (count > DF_MESSAGES_MAX)
		count_loss(DF_LOSS_MESSAGES_CUT, 0);
}

#endif
