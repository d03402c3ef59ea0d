/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DF_DEMANGLE_H
#define DF_DEMANGLE_H

#include <stddef.h>
#include <stdint.h>

/* Of the Swift runtime (swift/Demangling/Demangle.h): a malloc'ed text, or NULL when `name` is not a mangled one. */
char *swift_demangle(const char *name, size_t name_length, char *buffer, size_t *buffer_size, uint32_t flags);

#endif
