// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
/*
 * What threads do with TCP and UDP sockets, what becomes of TCP connections, the lives of processes, and what runs.
 *
 * The programs select, stamp and copy; they parse no protocol. Runs on Linux 5.10 and later with BTF: no attach cookies,
 * no bpf_loop, no dynptr, no task storage.
 */
#include "kernel_types.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include "df_kernel.h"
#include "df_sample.h"
#include "maps.h"
#include "socket.h"
#include "syscalls.h"
#include "payload.h"
#include "profile.h"

char license_text[] SEC("license") = "GPL";

static __always_inline void put_thread(struct df_event *event, __u64 thread)
{
	event->process_id = thread >> 32;
	event->thread_id = (__u32)thread;
	bpf_get_current_comm(event->command, sizeof(event->command));
	event->cgroup_id = bpf_get_current_cgroup_id();
}

/* Starts the record of a call in the scratch: everything but its bytes. */
static __always_inline void put_call(const bool direct, struct df_event *event, const struct df_call *call, struct sock *sock,
				     __u64 thread)
{
	__builtin_memset(event, 0, sizeof(*event));
	event->record_bytes = sizeof(*event);
	event->syscall = call->syscall;
	event->protocol = call->protocol;
	event->enter_ns = call->enter_ns;
	event->exit_ns = bpf_ktime_get_ns();
	event->fd = call->fd;
	event->flags = DF_FLAG_FILE_DESCRIPTOR;
	put_thread(event, thread);
	put_addresses(direct, event, sock, call->family);
}

static __always_inline void send_bare(struct df_event *event)
{
	if (bpf_ringbuf_output(&events, event, sizeof(*event), wakeup_flags()))
		count_loss(DF_LOSS_RING_FULL, 0);
}

/* Reads the arguments of a call into its slot. False when the call is none of ours (a peek moves no bytes). */
static __always_inline bool read_arguments(struct df_call *call, struct pt_regs *regs)
{
	__u64 flags = 0;

	call->buffer = ARGUMENT_1(regs);
	call->length = ARGUMENT_2(regs);
	call->name = 0;
	call->name_length = 0;
	call->discards = 0;
	switch (call->syscall) {
	case DF_SYSCALL_RECVFROM:
		flags = ARGUMENT_3(regs);
		call->name = ARGUMENT_4(regs);
		call->name_length = ARGUMENT_5(regs);
		break;
	case DF_SYSCALL_SENDTO:
		call->name = ARGUMENT_4(regs);
		call->name_length = ARGUMENT_5(regs);
		break;
	case DF_SYSCALL_RECVMSG:
		flags = ARGUMENT_2(regs);
		break;
	case DF_SYSCALL_RECVMMSG:
		flags = ARGUMENT_3(regs);
		break;
	case DF_SYSCALL_CONNECT:
		call->name = ARGUMENT_1(regs);
		call->name_length = ARGUMENT_2(regs);
		break;
	}
	if (flags & (MSG_PEEK | MSG_ERRQUEUE))
		return false;
	/* tcp(7): with MSG_TRUNC the bytes are discarded instead of passed back. */
	if ((flags & MSG_TRUNC) && call->protocol == IPPROTO_TCP)
		call->discards = 1;
	return true;
}

/* A descriptor is gone when close returns, so its record is made at the entry. */
static __always_inline void send_close(const bool direct, struct df_socket *socket, __u32 fd, __u64 thread)
{
	struct df_scratch *scratch = current_scratch();
	struct df_call call = {};

	if (!scratch)
		return;
	call.enter_ns = bpf_ktime_get_ns();
	call.fd = fd;
	call.family = socket->family;
	call.protocol = socket->protocol;
	call.syscall = DF_SYSCALL_CLOSE;
	put_call(direct, &scratch->event, &call, socket->sock, thread);
	scratch->event.exit_ns = call.enter_ns;
	scratch->event.kind = DF_KIND_CLOSE;
	send_bare(&scratch->event);
}

static __always_inline int on_enter(const bool direct, __u64 *context)
{
	struct pt_regs *regs = (struct pt_regs *)context[0];
	__u8 syscall = known_syscall(context[1]);
	struct df_call *call, fresh = {};
	struct df_socket socket = {};
	__u64 thread;
	__u32 thread_id, fd;

	if (!syscall)
		return 0;
	thread = bpf_get_current_pid_tgid();
	if (!wants_current(thread >> 32))
		return 0;
	fd = ARGUMENT_0(regs);
	if (!find_socket(direct, fd, &socket))
		return 0;
	if (is_compat_call(direct)) {
		count_loss(DF_LOSS_COMPAT_CALL, 0);
		return 0;
	}
	if (syscall == DF_SYSCALL_CLOSE) {
		send_close(direct, &socket, fd, thread);
		return 0;
	}

	thread_id = thread;
	call = bpf_map_lookup_elem(&calls, &thread_id);
	if (!call) {
		if (bpf_map_update_elem(&calls, &thread_id, &fresh, BPF_NOEXIST)) {
			count_loss(DF_LOSS_CALLS_FULL, 0);
			return 0;
		}
		call = bpf_map_lookup_elem(&calls, &thread_id);
		if (!call)
			return 0;
	}
	call->enter_ns = bpf_ktime_get_ns();
	call->socket = (__u64)socket.sock;
	call->fd = fd;
	call->family = socket.family;
	call->protocol = socket.protocol;
	call->syscall = syscall;
	call->sequence = 0;
	if (socket.protocol == IPPROTO_TCP) {
		if (is_send(syscall))
			call->sequence = tcp_write_sequence(direct, socket.sock);
		else if (is_receive(syscall))
			call->sequence = tcp_copied_sequence(direct, socket.sock);
	}
	if (!read_arguments(call, regs))
		call->syscall = 0;
	return 0;
}

SEC("tp_btf/sys_enter")
int enter_syscall(__u64 *context)
{
	return on_enter(false, context);
}

SEC("tp_btf/sys_enter")
int enter_syscall_direct(__u64 *context)
{
	return on_enter(true, context);
}

static __always_inline void finish_connect(struct df_scratch *scratch, struct df_call *call, struct sock *sock, long result)
{
	struct df_event *event = &scratch->event;

	event->kind = DF_KIND_CONNECT;
	event->error_number = result < 0 ? -result : 0;
	/* A connect that failed has already cleared the socket's remote end. */
	put_remote_from_name(event, call->name);
	send_bare(event);
}

/* Errors by which a non-blocking or interrupted call only says "again". */
static __always_inline bool says_again(long result)
{
	return result == -EAGAIN || result == -EINTR || (result <= -ERESTARTSYS && result >= -ERESTART_RESTARTBLOCK);
}

static __always_inline void finish_accept(const bool direct, struct df_scratch *scratch, struct df_call *call, long result, __u64 thread)
{
	struct df_event *event = &scratch->event;
	struct df_socket accepted = {};

	event->kind = DF_KIND_ACCEPT;
	if (result < 0) {
		event->error_number = -result;
		send_bare(event);
		return;
	}
	if (!find_socket(direct, result, &accepted))
		return;
	trace_socket((__u64)accepted.sock);
	call->fd = result;
	call->family = accepted.family;
	put_call(direct, event, call, accepted.sock, thread);
	event->kind = DF_KIND_ACCEPT;
	send_bare(event);
}

/*
 * The sequence number of the call's first byte.
 *
 * A send begins at write_seq as it was at the entry. A receive ends at copied_seq as it is at the exit, so that it began
 * `moved` bytes before, also when another thread received while this one waited; but when the exit is one byte further
 * than the entry explains, the call has eaten a FIN too, which has a sequence number and is no byte.
 */
static __always_inline __u32 first_sequence(const bool direct, const struct df_call *call, struct sock *sock, __u32 moved)
{
	__u32 begin;

	if (is_send(call->syscall))
		return call->sequence;
	begin = tcp_copied_sequence(direct, sock) - moved;
	return begin == call->sequence + 1 ? call->sequence : begin;
}

static __always_inline void finish_data(const bool direct, struct df_scratch *scratch, struct df_call *call, struct sock *sock, long result)
{
	struct df_event *event = &scratch->event;
	bool many = call->syscall == DF_SYSCALL_SENDMMSG || call->syscall == DF_SYSCALL_RECVMMSG;

	event->kind = DF_KIND_DATA;
	event->direction = is_send(call->syscall) ? DF_DIRECTION_SEND : DF_DIRECTION_RECEIVE;
	if (result < 0) {
		event->error_number = -result;
		send_bare(event);
		return;
	}
	/* Nothing sent on a stream is nothing; nothing received is its end, and an empty datagram is a datagram. */
	if (result == 0 && (many || (event->direction == DF_DIRECTION_SEND && call->protocol == IPPROTO_TCP)))
		return;
	if (call->protocol == IPPROTO_TCP && call->sequence) {
		__u32 moved = result;

		/* Of recvmmsg on a stream only the entry tells, since the result counts messages. */
		event->tcp_sequence = many ? call->sequence : first_sequence(direct, call, sock, moved);
		event->flags |= DF_FLAG_TCP_SEQUENCE;
	}
	__builtin_memcpy(scratch->socket_remote_address, event->remote_address, 16);
	scratch->socket_remote_port = event->remote_port;
	scratch->discards = call->discards;
	scratch->single_buffer = 0;

	switch (call->syscall) {
	case DF_SYSCALL_SENDMMSG:
	case DF_SYSCALL_RECVMMSG:
		send_messages(call->buffer, result);
		break;
	case DF_SYSCALL_SENDMSG:
	case DF_SYSCALL_RECVMSG: {
		struct user_msghdr header;

		if (bpf_probe_read_user(&header, sizeof(header), (void *)call->buffer)) {
			__builtin_memset(&header, 0, sizeof(header));
			event->flags |= DF_FLAG_UNREADABLE;
		}
		send_message(header.name, header.vector, header.vector_count, result);
		break;
	}
	case DF_SYSCALL_READV:
	case DF_SYSCALL_WRITEV:
		send_message(0, call->buffer, call->length, result);
		break;
	default:
		scratch->single_buffer = 1;
		send_message(call->name, call->buffer, call->length, result);
		break;
	}
}

static __always_inline int on_exit(const bool direct, __u64 *context)
{
	struct pt_regs *regs = (struct pt_regs *)context[0];
	long result = (long)context[1];
	__u8 syscall = known_syscall(SYSCALL_NUMBER(regs));
	struct df_scratch *scratch;
	struct df_call *call;
	struct sock *sock;
	__u64 thread;
	__u32 thread_id;

	if (!syscall || syscall == DF_SYSCALL_CLOSE)
		return 0;
	thread = bpf_get_current_pid_tgid();
	thread_id = thread;
	call = bpf_map_lookup_elem(&calls, &thread_id);
	if (!call || call->syscall != syscall)
		return 0;
	if (call->socket) {
		sock = typed_sock(direct, (void *)call->socket);
	} else {
		/* The recorder found this call in flight when it began; what it could not know is looked up now. */
		struct df_socket socket = {};

		if (call->fd != (__s32)ARGUMENT_0(regs) || !wants_current(thread >> 32) || !find_socket(direct, call->fd, &socket)) {
			call->syscall = 0;
			return 0;
		}
		sock = socket.sock;
		call->family = socket.family;
		call->protocol = socket.protocol;
		call->enter_ns = bpf_ktime_get_ns();
		if (!read_arguments(call, regs)) {
			call->syscall = 0;
			return 0;
		}
		call->sequence = 0;
		if (socket.protocol == IPPROTO_TCP && is_receive(syscall) && result > 0)
			call->sequence = tcp_copied_sequence(direct, sock) - (__u32)result;
	}
	if (says_again(result)) {
		call->syscall = 0;
		return 0;
	}
	scratch = current_scratch();
	if (scratch) {
		put_call(direct, &scratch->event, call, sock, thread);
		trace_socket((__u64)sock);
		if (syscall == DF_SYSCALL_CONNECT)
			finish_connect(scratch, call, sock, result);
		else if (syscall == DF_SYSCALL_ACCEPT || syscall == DF_SYSCALL_ACCEPT4)
			finish_accept(direct, scratch, call, result, thread);
		else
			finish_data(direct, scratch, call, sock, result);
	}
	call->syscall = 0;
	return 0;
}

SEC("tp_btf/sys_exit")
int exit_syscall(__u64 *context)
{
	return on_exit(false, context);
}

SEC("tp_btf/sys_exit")
int exit_syscall_direct(__u64 *context)
{
	return on_exit(true, context);
}

/*
 * State changes that a program's own call causes: connect, listen, close, shutdown. The others happen when a packet
 * arrives, whoever is running then.
 */
static __always_inline bool is_own_state_change(int old_state, int new_state)
{
	return new_state == TCP_SYN_SENT || new_state == TCP_LISTEN || new_state == TCP_FIN_WAIT1 || new_state == TCP_LAST_ACK ||
	       old_state == TCP_LISTEN;
}

SEC("tp_btf/inet_sock_set_state")
int change_state(__u64 *context)
{
	struct sock *sock = (struct sock *)context[0];
	int old_state = (int)context[1];
	int new_state = (int)context[2];
	__u64 thread = bpf_get_current_pid_tgid();
	bool own = is_own_state_change(old_state, new_state);
	struct df_event *event;
	__u64 identity = (__u64)sock;
	__u16 family;

	/* Opening, listening, who closed first, and the end; the states between add nothing. */
	if (new_state != TCP_SYN_SENT && new_state != TCP_ESTABLISHED && new_state != TCP_FIN_WAIT1 && new_state != TCP_CLOSE_WAIT &&
	    new_state != TCP_LAST_ACK && new_state != TCP_CLOSE && new_state != TCP_LISTEN)
		return 0;
	family = BPF_CORE_READ(sock, __sk_common.skc_family);
	if (BPF_CORE_READ(sock, sk_protocol) != IPPROTO_TCP || (family != AF_INET && family != AF_INET6))
		return 0;
	if (narrowed()) {
		if (own && wants_current(thread >> 32))
			trace_socket(identity);
		if (!bpf_map_lookup_elem(&traced_sockets, &identity))
			return 0;
	}
	event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
	if (!event) {
		count_loss(DF_LOSS_RING_FULL, 0);
		return 0;
	}
	__builtin_memset(event, 0, sizeof(*event));
	event->record_bytes = sizeof(*event);
	event->kind = new_state == TCP_LISTEN ? DF_KIND_LISTENING : DF_KIND_STATE_CHANGE;
	event->protocol = IPPROTO_TCP;
	event->enter_ns = bpf_ktime_get_ns();
	event->exit_ns = event->enter_ns;
	event->old_state = old_state;
	event->new_state = new_state;
	if (own)
		put_thread(event, thread);
	put_addresses(false, event, sock, family);
	bpf_ringbuf_submit(event, wakeup_flags());
	if (new_state == TCP_CLOSE && narrowed())
		bpf_map_delete_elem(&traced_sockets, &identity);
	return 0;
}

/* A process record: socket_id is the parent's process id, error_number the exit status as wait(2) has it. */
static __always_inline void send_process(__u8 kind, __u32 process_id, __u32 thread_id, __u32 parent_id, const char *command, int status)
{
	struct df_event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);

	if (!event) {
		count_loss(DF_LOSS_PROCESS_RING_FULL, 0);
		return;
	}
	__builtin_memset(event, 0, sizeof(*event));
	event->record_bytes = sizeof(*event);
	event->kind = kind;
	event->enter_ns = bpf_ktime_get_ns();
	event->exit_ns = event->enter_ns;
	event->process_id = process_id;
	event->thread_id = thread_id;
	event->socket_id = parent_id;
	event->error_number = status;
	event->cgroup_id = bpf_get_current_cgroup_id();
	bpf_probe_read_kernel(event->command, sizeof(event->command), command);
	bpf_ringbuf_submit(event, wakeup_flags());
}

SEC("tp_btf/sched_process_fork")
int fork_process(__u64 *context)
{
	struct task_struct *parent = (struct task_struct *)context[0];
	struct task_struct *child = (struct task_struct *)context[1];
	__u32 parent_id = BPF_CORE_READ(parent, tgid);
	__u32 child_id = BPF_CORE_READ(child, tgid);
	__u8 one = 1;

	if (!wants_process(parent_id))
		return 0;
	if (config.by_process && child_id != parent_id) {
		if (!config.follow)
			return 0;
		bpf_map_update_elem(&traced_processes, &child_id, &one, BPF_ANY);
	}
	send_process(DF_KIND_PROCESS_FORK, child_id, BPF_CORE_READ(child, pid), parent_id, child->comm, 0);
	return 0;
}

SEC("tp_btf/sched_process_exec")
int execute_program(__u64 *context)
{
	struct task_struct *task = (struct task_struct *)context[0];
	struct linux_binprm *program = (struct linux_binprm *)context[2];
	__u32 processor = bpf_get_smp_processor_id();
	struct df_exec_scratch *scratch;
	struct df_event *event;
	__u64 start, end;
	__u32 size, captured = 0;
	long length;
	__u32 process_id = BPF_CORE_READ(task, tgid);

	if (!wants_process(process_id))
		return 0;
	scratch = bpf_map_lookup_elem(&exec_scratches, &processor);
	if (!scratch)
		return 0;
	event = &scratch->event;
	__builtin_memset(event, 0, sizeof(*event));
	event->kind = DF_KIND_PROCESS_EXEC;
	event->enter_ns = bpf_ktime_get_ns();
	event->exit_ns = event->enter_ns;
	event->process_id = process_id;
	event->thread_id = process_id;
	event->socket_id = BPF_CORE_READ(task, real_parent, tgid);
	event->cgroup_id = bpf_get_current_cgroup_id();
	bpf_probe_read_kernel(event->command, sizeof(event->command), task->comm);

	/* Payload: the program's path with its NUL, then the arguments, each with its NUL, while they can still be read. */
	length = bpf_probe_read_kernel_str(scratch->payload, DF_EXEC_PATH_BYTES, BPF_CORE_READ(program, filename));
	if (length > 0)
		captured = length;
	else
		scratch->payload[captured++] = 0;
	barrier_var(captured);
	if (captured > DF_EXEC_PATH_BYTES)
		captured = DF_EXEC_PATH_BYTES;
	start = BPF_CORE_READ(task, mm, arg_start);
	end = BPF_CORE_READ(task, mm, arg_end);
	if (end > start) {
		__u64 count = end - start;

		if (count > DF_EXEC_ARGUMENT_BYTES) {
			count = DF_EXEC_ARGUMENT_BYTES;
			event->flags |= DF_FLAG_PAYLOAD_CUT;
		}
		barrier_var(count);
		if (count <= DF_EXEC_ARGUMENT_BYTES && !bpf_probe_read_user(scratch->payload + captured, count, (void *)start))
			captured += count;
		else
			event->flags |= DF_FLAG_UNREADABLE;
	}
	barrier_var(captured);
	if (captured > DF_EXEC_PATH_BYTES + DF_EXEC_ARGUMENT_BYTES)
		captured = DF_EXEC_PATH_BYTES + DF_EXEC_ARGUMENT_BYTES;
	event->captured_bytes = captured;
	event->byte_count = captured;
	__builtin_memset(scratch->payload + captured, 0, 8);
	size = sizeof(*event) + ((captured + 7) & ~7U);
	event->record_bytes = size;
	if (bpf_ringbuf_output(&events, event, size, wakeup_flags()))
		count_loss(DF_LOSS_PROCESS_RING_FULL, 0);
	return 0;
}

SEC("tp_btf/sched_process_exit")
int exit_task(__u64 *context)
{
	struct task_struct *task = (struct task_struct *)context[0];
	__u32 process_id = BPF_CORE_READ(task, tgid);
	__u32 thread_id = BPF_CORE_READ(task, pid);
	__u32 parent_id = BPF_CORE_READ(task, real_parent, tgid);
	bool wanted = wants_process(process_id);
	int status;

	bpf_map_delete_elem(&calls, &thread_id);
	if (wanted && thread_id != process_id)
		send_process(DF_KIND_PROCESS_EXIT, process_id, thread_id, parent_id, task->comm, 0);
	/* do_exit has already counted this thread off: at 0 the whole process is gone, whichever thread was the last. */
	if (BPF_CORE_READ(task, signal, live.counter))
		return 0;
	status = BPF_CORE_READ(task, signal, group_exit_code);
	if (!status)
		status = BPF_CORE_READ(task, exit_code);
	if (wanted)
		send_process(DF_KIND_PROCESS_EXIT, process_id, process_id, parent_id, task->comm, status);
	if (config.by_process)
		bpf_map_delete_elem(&traced_processes, &process_id);
	return 0;
}
