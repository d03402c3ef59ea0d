/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
#ifndef DF_SOCKET_H
#define DF_SOCKET_H

/* From a file descriptor to a TCP or UDP socket, and from the socket to its addresses. */

/*
 * Two ways to read a kernel structure. The portable one calls bpf_probe_read_kernel for each field, which costs some 40 ns
 * on a processor that must guard its returns. The direct one is a load that the verifier proves harmless; it needs
 * bpf_rdonly_cast (Linux 6.2) to give a type to a pointer that came out of a `void *` or an array. `direct` is a constant
 * of the program, and the recorder loads the programs that the kernel accepts.
 */
extern void *bpf_rdonly_cast(const void *object, __u32 type_id) __ksym __weak;

#define typed(pointer, type) ((type *)bpf_rdonly_cast(pointer, bpf_core_type_id_kernel(type)))
#define field(direct, pointer, name) ((direct) ? (pointer)->name : BPF_CORE_READ(pointer, name))

struct df_socket {
	struct sock *sock;
	__u16 family;
	__u8 protocol;
};

static __always_inline struct task_struct *current_task(const bool direct)
{
	if (direct)
		return (struct task_struct *)bpf_get_current_task_btf();
	return (struct task_struct *)bpf_get_current_task();
}

/* The pointer that lies at an address of the kernel. */
static __always_inline void *pointer_at(const bool direct, const void *address)
{
	void *pointer = NULL;

	if (direct)
		return typed(address, struct list_head)->next;
	bpf_probe_read_kernel(&pointer, sizeof(pointer), address);
	return pointer;
}

static __always_inline struct sock *typed_sock(const bool direct, void *sock)
{
	return direct ? typed(sock, struct sock) : (struct sock *)sock;
}

/*
 * Fills `found` when the current thread's descriptor is a TCP or UDP socket over IPv4 or IPv6. Other files, and other
 * sockets, end at the first test that fails: this runs for every read and write of the node.
 */
static __always_inline bool find_socket(const bool direct, __u32 fd, struct df_socket *found)
{
	struct task_struct *task = current_task(direct);
	struct files_struct *files = field(direct, task, files);
	struct fdtable *table = field(direct, files, fdt);
	struct file **slots;
	struct file *file;
	struct inode *inode;
	struct socket *socket;
	struct sock *sock;
	void *pointer;

	if (fd >= field(direct, table, max_fds))
		return false;
	slots = field(direct, table, fd);
	pointer = pointer_at(direct, slots + fd);
	if (!pointer)
		return false;
	file = direct ? typed(pointer, struct file) : (struct file *)pointer;
	inode = field(direct, file, f_inode);
	if ((field(direct, inode, i_mode) & S_IFMT) != S_IFSOCK)
		return false;
	pointer = field(direct, file, private_data);
	socket = direct ? typed(pointer, struct socket) : (struct socket *)pointer;
	sock = field(direct, socket, sk);
	if (!sock)
		return false;
	found->sock = sock;
	found->family = field(direct, sock, __sk_common.skc_family);
	if (found->family != AF_INET && found->family != AF_INET6)
		return false;
	found->protocol = field(direct, sock, sk_protocol);
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

static __always_inline void put_addresses(const bool direct, struct df_event *event, struct sock *sock, __u16 family)
{
	struct inet_sock *inet = direct ? typed(sock, struct inet_sock) : (struct inet_sock *)sock;
	struct net *net = field(direct, sock, __sk_common.skc_net.net);

	event->socket_id = (__u64)sock;
	event->network_namespace = field(direct, net, ns.inum);
	/* inet_sport, not skc_num: the latter is cleared as soon as a connection is closed or reset. */
	event->local_port = bpf_ntohs(field(direct, inet, inet_sport));
	event->remote_port = bpf_ntohs(field(direct, sock, __sk_common.skc_dport));
	if (family == AF_INET6 && bpf_core_field_exists(sock->__sk_common.skc_v6_daddr)) {
		bpf_core_read(event->local_address, 16, &sock->__sk_common.skc_v6_rcv_saddr);
		bpf_core_read(event->remote_address, 16, &sock->__sk_common.skc_v6_daddr);
	} else {
		put_ipv4(event->local_address, field(direct, sock, __sk_common.skc_rcv_saddr));
		put_ipv4(event->remote_address, field(direct, sock, __sk_common.skc_daddr));
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

static __always_inline struct tcp_sock *tcp_of(const bool direct, struct sock *sock)
{
	return direct ? typed(sock, struct tcp_sock) : (struct tcp_sock *)sock;
}

static __always_inline __u32 tcp_write_sequence(const bool direct, struct sock *sock)
{
	struct tcp_sock *tcp = tcp_of(direct, sock);

	return field(direct, tcp, write_seq);
}

static __always_inline __u32 tcp_copied_sequence(const bool direct, struct sock *sock)
{
	struct tcp_sock *tcp = tcp_of(direct, sock);

	return field(direct, tcp, copied_seq);
}

#endif
