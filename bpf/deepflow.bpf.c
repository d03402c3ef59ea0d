// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
#include "df_event.h"

char license_text[] __attribute__((section("license"), used)) = "GPL";
