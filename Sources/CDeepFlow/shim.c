/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "df_event.h"
#include "df_kernel.h"
#include "df_recorder.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Runs in the child: only async-signal-safe calls. */
static void become_command(char *const argv[], int release, int failure)
{
	sigset_t none;
	char byte;
	ssize_t count;
	int number, reason;

	do
		count = read(release, &byte, 1);
	while (count < 0 && errno == EINTR);
	if (count != 1)
		_exit(127);
	for (number = 1; number < NSIG; number++)
		signal(number, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execvp(argv[0], argv);
	reason = errno;
	count = write(failure, &reason, sizeof(reason));
	_exit(count == sizeof(reason) ? 127 : 126);
}

int df_child_start(char *const argv[], struct df_child *child)
{
	int release[2], failure[2], reason;

	if (pipe2(release, O_CLOEXEC))
		return errno;
	if (pipe2(failure, O_CLOEXEC)) {
		reason = errno;
		close(release[0]);
		close(release[1]);
		return reason;
	}
	child->process_id = fork();
	if (child->process_id == 0) {
		close(release[1]);
		close(failure[0]);
		become_command(argv, release[0], failure[1]);
	}
	reason = child->process_id < 0 ? errno : 0;
	close(release[0]);
	close(failure[1]);
	child->release = release[1];
	child->failure = failure[0];
	child->exit = reason ? -1 : (int)syscall(SYS_pidfd_open, child->process_id, 0);
	if (reason) {
		close(release[1]);
		close(failure[0]);
	}
	return reason;
}

/* Enough for the end of a verifier log. */
#define LOG_BYTES 65536

static char log_text[LOG_BYTES];
static size_t log_length;
static int log_verbose;

int df_log_append(int level, const char *format, va_list arguments)
{
	char message[4096];
	int length = vsnprintf(message, sizeof(message), format, arguments);
	size_t kept;

	/* 2 is LIBBPF_DEBUG: only of interest to who asked for it. */
	if (length <= 0 || (level >= 2 && !log_verbose))
		return 0;
	kept = (size_t)length < sizeof(message) ? (size_t)length : sizeof(message) - 1;
	if (log_verbose)
		length = (int)write(STDERR_FILENO, message, kept);
	if (log_length + kept >= LOG_BYTES) {
		memmove(log_text, log_text + LOG_BYTES / 2, LOG_BYTES / 2);
		log_length = log_length > LOG_BYTES / 2 ? log_length - LOG_BYTES / 2 : 0;
	}
	memcpy(log_text + log_length, message, kept);
	log_length += kept;
	log_text[log_length] = 0;
	return length;
}

const char *df_log_text(void)
{
	return log_text;
}

void df_log_clear(void)
{
	log_length = 0;
	log_text[0] = 0;
}

void df_log_set_verbose(int verbose)
{
	log_verbose = verbose;
}
