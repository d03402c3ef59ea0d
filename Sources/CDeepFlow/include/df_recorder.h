/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DF_RECORDER_H
#define DF_RECORDER_H

/* What the recorder needs and Swift cannot say: fork, and the variadic log of libbpf. */
#include <stdarg.h>
#include <stddef.h>
#include <sys/types.h>

/* A child that waits to become a command. */
struct df_child {
	pid_t process_id;
	int release; /* write one byte to let it execute; close to make it exit */
	int exit; /* pidfd: readable when the child has exited; -1 where the kernel has none */
	int failure; /* an int of errno can be read here when it could not execute; end of file when it could */
};

/*
 * Forks a child that waits and then executes argv[0] (found by PATH), with default signal handling and an empty signal
 * mask. Returns 0, or the errno of what failed.
 */
int df_child_start(char *const argv[], struct df_child *child);

/*
 * Formats a message of libbpf and keeps it, as many as fit, the newest last. Not for several threads at once. With
 * `df_log_verbose` set it is also written to standard error.
 */
int df_log_append(int level, const char *format, va_list arguments);
/* The messages kept since the last call of df_log_clear, NUL-terminated. */
const char *df_log_text(void);
void df_log_clear(void);
void df_log_set_verbose(int verbose);

#endif
