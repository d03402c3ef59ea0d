#pragma once
/* libpcap and libbpf both define struct bpf_insn and struct bpf_program; rename libpcap's
   (types only, so the ABI is unchanged) or a debug build that imports both modules fails. */
#define bpf_insn pcap_bpf_insn
#define bpf_program pcap_bpf_program
#include <pcap/pcap.h>
#undef bpf_insn
#undef bpf_program
