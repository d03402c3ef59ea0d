/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
#ifndef DF_KERNEL_H
#define DF_KERNEL_H

/*
 * What the recorder and its BPF programs share besides the record of df_event.h: limits, the configuration, the
 * counters of what was lost, and the slot of a call in flight. Nothing of this is written to a file.
 */
#include "df_event.h"

/* The most payload of one record, whatever the configuration says. A power of two. */
#define DF_PAYLOAD_BYTES_MAX 65536
/* Bytes of the value of the map `scratches` besides twice the payload: see struct df_scratch. */
#define DF_SCRATCH_HEADER_BYTES 160
/* Buffers (struct iovec) of one message that are copied; the rest is counted as cut. gRPC writes up to 260. */
#define DF_BUFFERS_MAX 288
/* Messages of one sendmmsg or recvmmsg that become records; the rest is counted as cut. libuv, and with it BIND and node, receives up to 20. */
#define DF_MESSAGES_MAX 32
/* Program path and arguments that an exec record carries, each. */
#define DF_EXEC_PATH_BYTES 256
#define DF_EXEC_ARGUMENT_BYTES 4096

/* Index of a struct df_loss_counter in the per-CPU array `losses`. */
enum df_loss {
	DF_LOSS_RING_FULL = 0,
	DF_LOSS_CALLS_FULL = 1,
	DF_LOSS_PAYLOAD_CUT = 2,
	DF_LOSS_BUFFERS_CUT = 3,
	DF_LOSS_MESSAGES_CUT = 4,
	DF_LOSS_UNREADABLE = 5,
	DF_LOSS_PROCESS_RING_FULL = 6,
	DF_LOSS_COMPAT_CALL = 7, /* a 32-bit program's call, whose arguments have another layout */
	DF_LOSS_SAMPLE_RING_FULL = 8, /* a stack sample */
	DF_LOSS_CAUSES = 9,
};

struct df_loss_counter {
	__df_u64 count; /* records that are missing or cut */
	__df_u64 bytes; /* payload bytes that are missing */
};

/* Set before the programs are loaded; constant afterwards, so that the verifier removes what is switched off. */
struct df_config {
	__df_u64 wakeup_bytes; /* wake the recorder when so much is waiting */
	__df_u32 self_process_id; /* tgid of the recorder, which is left out */
	__df_u32 payload_bytes; /* at most DF_PAYLOAD_BYTES_MAX */
	__df_u8 by_process; /* only processes in the map `traced_processes` */
	__df_u8 follow; /* children of a traced process are traced */
	__df_u8 by_command; /* only threads named `command` */
	__df_u8 padding[5];
	char command[DF_COMMAND_BYTES];
};

/*
 * A thread's call in flight, from its entry to its exit: the value of the hash map `calls`, whose key is the thread id.
 * A slot stays with its thread and is used again, so that a call costs two lookups and no insertion.
 */
struct df_call {
	__df_u64 enter_ns;
	__df_u64 socket; /* struct sock; 0: not known, look the descriptor up at the exit */
	__df_u64 buffer; /* user address of the buffer, iovec array, msghdr or mmsghdr array */
	__df_u64 length; /* bytes, iovecs or messages */
	__df_u64 name; /* user address of a struct sockaddr, or 0 */
	__df_u64 name_length; /* its length, or for recvfrom and accept the address of the length */
	__df_s32 fd;
	__df_u32 sequence; /* TCP: write_seq (sends) or copied_seq (receives) at the entry */
	__df_u16 family; /* AF_INET or AF_INET6 */
	__df_u8 protocol; /* IP protocol number */
	__df_u8 syscall; /* enum df_syscall; 0: no call in flight */
	__df_u8 discards; /* the call moves bytes but not to memory (MSG_TRUNC on TCP) */
	__df_u8 padding[3];
};

_Static_assert(sizeof(struct df_config) == 40, "shared with the BPF object through its .rodata");
_Static_assert(sizeof(struct df_call) == 64, "shared with the BPF object as a map value");

#endif
