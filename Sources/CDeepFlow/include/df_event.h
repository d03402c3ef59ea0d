/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
#ifndef DF_EVENT_H
#define DF_EVENT_H

/*
 * The record a BPF program writes and a bundle stores, byte for byte: fixed-width types, explicit padding, host order
 * (little-endian on every machine we record on). man/deepflow-bundle.5 documents it; a test holds the two together.
 *
 * A record is this header and captured_bytes of payload, padded with zeros to a multiple of eight. record_bytes is the
 * whole, so that a reader can step over what it does not know.
 */
#if !defined(__bpf__)
#include <stdint.h>
typedef uint8_t __df_u8;
typedef uint16_t __df_u16;
typedef uint32_t __df_u32;
typedef int32_t __df_s32;
typedef uint64_t __df_u64;
#else
typedef unsigned char __df_u8;
typedef unsigned short __df_u16;
typedef unsigned int __df_u32;
typedef int __df_s32;
typedef unsigned long long __df_u64;
#endif

#define DF_COMMAND_BYTES 16

/* df_event.kind; the values of SocketEvent.Kind, and what the recorder consumes itself. */
enum df_kind {
	DF_KIND_DATA = 1,
	DF_KIND_CONNECT = 2,
	DF_KIND_ACCEPT = 3,
	DF_KIND_CLOSE = 4,
	DF_KIND_STATE_CHANGE = 5,
	DF_KIND_EXISTING = 6,
	DF_KIND_LISTENING = 7,
	DF_KIND_PROCESS_FORK = 64,
	DF_KIND_PROCESS_EXEC = 65,
	DF_KIND_PROCESS_EXIT = 66,
	DF_KIND_STACK_SAMPLE = 80, /* struct df_stack_sample */
};

enum df_direction {
	DF_DIRECTION_NONE = 0,
	DF_DIRECTION_SEND = 1,
	DF_DIRECTION_RECEIVE = 2,
};

/* The values of SocketEvent.SystemCall. */
enum df_syscall {
	DF_SYSCALL_READ = 1,
	DF_SYSCALL_READV = 2,
	DF_SYSCALL_RECVFROM = 3,
	DF_SYSCALL_RECVMSG = 4,
	DF_SYSCALL_RECVMMSG = 5,
	DF_SYSCALL_WRITE = 16,
	DF_SYSCALL_WRITEV = 17,
	DF_SYSCALL_SENDTO = 18,
	DF_SYSCALL_SENDMSG = 19,
	DF_SYSCALL_SENDMMSG = 20,
	DF_SYSCALL_SENDFILE = 21,
	DF_SYSCALL_CONNECT = 32,
	DF_SYSCALL_ACCEPT = 33,
	DF_SYSCALL_ACCEPT4 = 34,
	DF_SYSCALL_CLOSE = 35,
};

/* df_event.flags */
#define DF_FLAG_TCP_SEQUENCE 0x0001 /* tcp_sequence is valid */
#define DF_FLAG_FILE_DESCRIPTOR 0x0002 /* fd is valid */
#define DF_FLAG_PAYLOAD_CUT 0x0004 /* fewer bytes captured than moved: payload limit */
#define DF_FLAG_BUFFERS_CUT 0x0008 /* fewer bytes captured than moved: buffer-count limit */
#define DF_FLAG_UNREADABLE 0x0010 /* memory of the process could not be read */

struct df_event {
	__df_u32 record_bytes; /* header + payload + padding */
	__df_u8 kind; /* enum df_kind */
	__df_u8 syscall; /* enum df_syscall, or 0 */
	__df_u8 direction; /* enum df_direction */
	__df_u8 protocol; /* IP protocol number */
	__df_u64 enter_ns; /* CLOCK_MONOTONIC */
	__df_u64 exit_ns;
	__df_u32 process_id; /* tgid */
	__df_u32 thread_id;
	char command[DF_COMMAND_BYTES];
	__df_u64 socket_id; /* address of struct sock; an identity, not a pointer for the reader */
	__df_u64 cgroup_id;
	__df_u8 local_address[16]; /* IPv6, or IPv4-mapped; network order */
	__df_u8 remote_address[16];
	__df_u16 local_port; /* host order */
	__df_u16 remote_port;
	__df_u32 tcp_sequence; /* first byte of the call */
	__df_u32 byte_count; /* bytes the call moved */
	__df_u32 captured_bytes; /* payload that follows */
	__df_s32 fd;
	__df_s32 error_number; /* 0, or the positive errno of a failed call */
	__df_u32 network_namespace;
	__df_u16 flags;
	__df_u8 old_state;
	__df_u8 new_state;
};

_Static_assert(sizeof(struct df_event) == 128, "the header is 128 bytes; deepflow-bundle.5 and the reader rely on it");

#endif
