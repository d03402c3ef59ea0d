/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DF_PERF_H
#define DF_PERF_H

/*
 * Opens the event that drives stack samples on one processor: the software CPU clock, `frequency` times a second, not armed
 * until a program is attached to it. Returns a descriptor, or the negative errno.
 */
int df_perf_open_cpu_clock(int processor, unsigned int frequency);

#endif
