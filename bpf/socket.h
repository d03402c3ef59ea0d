/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
#ifndef DF_SOCKET_H
#define DF_SOCKET_H

/* From a file descriptor to a TCP or UDP socket, and from the socket to its addresses. */

struct df_socket {
	struct sock *sock;
	__u16 family;
	__u8 protocol;
};

/*
 * Fills `found` when the current thread's descriptor is a TCP or UDP socket over IPv4 or IPv6. Other files, and other
 * sockets, end at the first test that fails: this runs for every read and write of the node. bpf_get_current_task_btf
 * would spare reads, but 5.10 refuses it in sys_enter.
 */
static __always_inline bool find_socket(__u32 fd, struct df_socket *found)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	struct fdtable *table = BPF_CORE_READ(task, files, fdt);
	struct file **slots;
	struct file *file = NULL;
	struct socket *socket;
	struct sock *sock;

	if (fd >= BPF_CORE_READ(table, max_fds))
		return false;
	slots = BPF_CORE_READ(table, fd);
	if (bpf_probe_read_kernel(&file, sizeof(file), slots + fd) || !file)
		return false;
	if ((BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT) != S_IFSOCK)
		return false;
	socket = BPF_CORE_READ(file, private_data);
	sock = BPF_CORE_READ(socket, sk);
	if (!sock)
		return false;
	found->sock = sock;
	found->family = BPF_CORE_READ(sock, __sk_common.skc_family);
	if (found->family != AF_INET && found->family != AF_INET6)
		return false;
	found->protocol = BPF_CORE_READ(sock, sk_protocol);
	return found->protocol == IPPROTO_TCP || found->protocol == IPPROTO_UDP;
}

static __always_inline void put_ipv4(__u8 *destination, __be32 address)
{
	__u32 *words = (__u32 *)destination;

	/* RFC 4291 2.5.5.2: an IPv4-mapped IPv6 address. */
	words[0] = 0;
	words[1] = 0;
	words[2] = bpf_htonl(0xffff);
	words[3] = address;
}

static __always_inline void put_addresses(struct df_event *event, struct sock *sock, __u16 family)
{
	struct inet_sock *inet = (struct inet_sock *)sock;

	event->socket_id = (__u64)sock;
	event->network_namespace = BPF_CORE_READ(sock, __sk_common.skc_net.net, ns.inum);
	/* inet_sport, not skc_num: the latter is cleared as soon as a connection is closed or reset. */
	event->local_port = bpf_ntohs(BPF_CORE_READ(inet, inet_sport));
	event->remote_port = bpf_ntohs(BPF_CORE_READ(sock, __sk_common.skc_dport));
	if (family == AF_INET6 && bpf_core_field_exists(sock->__sk_common.skc_v6_daddr)) {
		bpf_core_read(event->local_address, 16, &sock->__sk_common.skc_v6_rcv_saddr);
		bpf_core_read(event->remote_address, 16, &sock->__sk_common.skc_v6_daddr);
	} else {
		put_ipv4(event->local_address, BPF_CORE_READ(sock, __sk_common.skc_rcv_saddr));
		put_ipv4(event->remote_address, BPF_CORE_READ(sock, __sk_common.skc_daddr));
	}
}

/* Replaces the remote end by a struct sockaddr of the program, when that can be read. */
static __always_inline bool put_remote_from_name(struct df_event *event, __u64 name)
{
	__u8 bytes[24];
	__u16 family = 0;

	if (!name || bpf_probe_read_user(&family, sizeof(family), (void *)name))
		return false;
	if (family == AF_INET) {
		/* struct sockaddr_in: family, port, address. */
		if (bpf_probe_read_user(bytes, 8, (void *)name))
			return false;
		put_ipv4(event->remote_address, *(__be32 *)(bytes + 4));
	} else if (family == AF_INET6) {
		/* struct sockaddr_in6: family, port, flow information, address. */
		if (bpf_probe_read_user(bytes, 24, (void *)name))
			return false;
		__builtin_memcpy(event->remote_address, bytes + 8, 16);
	} else {
		return false;
	}
	event->remote_port = bpf_ntohs(*(__be16 *)(bytes + 2));
	return true;
}

static __always_inline __u32 tcp_write_sequence(struct sock *sock)
{
	struct tcp_sock *tcp = (struct tcp_sock *)sock;

	return BPF_CORE_READ(tcp, write_seq);
}

static __always_inline __u32 tcp_copied_sequence(struct sock *sock)
{
	struct tcp_sock *tcp = (struct tcp_sock *)sock;

	return BPF_CORE_READ(tcp, copied_seq);
}

#endif
