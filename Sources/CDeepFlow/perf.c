/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "df_perf.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int df_perf_open_cpu_clock(int processor, unsigned int frequency)
{
	struct perf_event_attr attributes;
	long descriptor;

	memset(&attributes, 0, sizeof(attributes));
	attributes.size = sizeof(attributes);
	attributes.type = PERF_TYPE_SOFTWARE;
	attributes.config = PERF_COUNT_SW_CPU_CLOCK;
	attributes.freq = 1;
	attributes.sample_freq = frequency;
	/* Virtual machines often have no hardware counters; the CPU clock is everywhere. */
	descriptor = syscall(SYS_perf_event_open, &attributes, -1, processor, -1, PERF_FLAG_FD_CLOEXEC);
	return descriptor < 0 ? -errno : (int)descriptor;
}
