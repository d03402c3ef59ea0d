/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
#ifndef DF_SYSCALLS_H
#define DF_SYSCALLS_H

/*
 * System calls by number, and their arguments. One program on sys_enter and one on sys_exit see every call; a call that
 * is not listed costs a few comparisons. This is cheaper than a perf tracepoint per call, and needs no tracefs.
 */
#if defined(__TARGET_ARCH_x86)

#define ARGUMENT_0(regs) ((regs)->di)
#define ARGUMENT_1(regs) ((regs)->si)
#define ARGUMENT_2(regs) ((regs)->dx)
#define ARGUMENT_3(regs) ((regs)->r10)
#define ARGUMENT_4(regs) ((regs)->r8)
#define ARGUMENT_5(regs) ((regs)->r9)
#define SYSCALL_NUMBER(regs) ((regs)->orig_ax)

static __always_inline __u8 known_syscall(__u64 number)
{
	switch (number) {
	case 0: return DF_SYSCALL_READ;
	case 1: return DF_SYSCALL_WRITE;
	case 3: return DF_SYSCALL_CLOSE;
	case 19: return DF_SYSCALL_READV;
	case 20: return DF_SYSCALL_WRITEV;
	case 40: return DF_SYSCALL_SENDFILE;
	case 42: return DF_SYSCALL_CONNECT;
	case 43: return DF_SYSCALL_ACCEPT;
	case 44: return DF_SYSCALL_SENDTO;
	case 45: return DF_SYSCALL_RECVFROM;
	case 46: return DF_SYSCALL_SENDMSG;
	case 47: return DF_SYSCALL_RECVMSG;
	case 288: return DF_SYSCALL_ACCEPT4;
	case 299: return DF_SYSCALL_RECVMMSG;
	case 307: return DF_SYSCALL_SENDMMSG;
	default: return 0;
	}
}

/* Whether the current call was made through the 32-bit entry: TS_COMPAT of arch/x86/include/asm/thread_info.h. */
static __always_inline bool is_compat_call(const bool direct)
{
	struct task_struct *task = current_task(direct);

	return field(direct, task, thread_info.status) & 0x2;
}

#elif defined(__TARGET_ARCH_arm64)

#define ARGUMENT_0(regs) ((regs)->orig_x0)
#define ARGUMENT_1(regs) ((regs)->regs[1])
#define ARGUMENT_2(regs) ((regs)->regs[2])
#define ARGUMENT_3(regs) ((regs)->regs[3])
#define ARGUMENT_4(regs) ((regs)->regs[4])
#define ARGUMENT_5(regs) ((regs)->regs[5])
#define SYSCALL_NUMBER(regs) ((regs)->syscallno)

/* include/uapi/asm-generic/unistd.h */
static __always_inline __u8 known_syscall(__u64 number)
{
	switch (number) {
	case 57: return DF_SYSCALL_CLOSE;
	case 63: return DF_SYSCALL_READ;
	case 64: return DF_SYSCALL_WRITE;
	case 65: return DF_SYSCALL_READV;
	case 66: return DF_SYSCALL_WRITEV;
	case 71: return DF_SYSCALL_SENDFILE;
	case 202: return DF_SYSCALL_ACCEPT;
	case 203: return DF_SYSCALL_CONNECT;
	case 206: return DF_SYSCALL_SENDTO;
	case 207: return DF_SYSCALL_RECVFROM;
	case 211: return DF_SYSCALL_SENDMSG;
	case 212: return DF_SYSCALL_RECVMSG;
	case 242: return DF_SYSCALL_ACCEPT4;
	case 243: return DF_SYSCALL_RECVMMSG;
	case 269: return DF_SYSCALL_SENDMMSG;
	default: return 0;
	}
}

/* _TIF_32BIT of arch/arm64/include/asm/thread_info.h. */
static __always_inline bool is_compat_call(const bool direct)
{
	struct task_struct *task = current_task(direct);

	return field(direct, task, thread_info.flags) & (1UL << 22);
}

#endif

static __always_inline bool is_send(__u8 syscall)
{
	return syscall >= DF_SYSCALL_WRITE && syscall <= DF_SYSCALL_SENDFILE;
}

static __always_inline bool is_receive(__u8 syscall)
{
	return syscall >= DF_SYSCALL_READ && syscall <= DF_SYSCALL_RECVMMSG;
}

#endif
