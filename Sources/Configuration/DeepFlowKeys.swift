/// The keys of DeepFlow's agent configuration, so that a key that deepflow does not use can be told from one that is mistyped.
enum DeepFlowKeys {
  /// Each parent with the keys below it. What lies below those is not looked at.
  ///
  /// Source: deepflowio/deepflow, server/agent_config/template.yaml, as of June 2026.
  static let all: [String] = text.split(separator: "\n").reduce(into: (parent: "", keys: [String]())) { read, line in
    if line.hasSuffix(":") {
      read.parent = String(line.dropLast())
    } else {
      read.keys += line.split(separator: " ").map { "\(read.parent).\($0)" }
    }
  }.keys

  private static let text = """
    global.limits:
        max_millicpus max_memory max_log_backhaul_rate max_local_log_file_size local_log_retention max_sockets
        max_sockets_tolerate_interval
    global.alerts:
        thread_threshold process_threshold check_core_file_disabled
    global.circuit_breakers.sys_memory_percentage:
        trigger_threshold metric
    global.circuit_breakers.relative_sys_load:
        trigger_threshold recovery_threshold metric
    global.circuit_breakers.free_disk:
        percentage_trigger_threshold absolute_trigger_threshold directories
    global.tunning:
        cpu_affinity process_scheduling_priority idle_memory_trimming swap_disabled page_cache_reclaim_percentage
        resource_monitoring_interval
    global.ntp:
        enabled max_drift min_drift
    global.communication:
        proactive_request_interval max_escape_duration proxy_controller_ip proxy_controller_port ingester_ip ingester_port
        grpc_buffer_size max_throughput_to_ingester ingester_traffic_overflow_action request_via_nat_ip
    global.self_monitoring.log:
        log_level log_file log_backhaul_enabled
    global.self_monitoring.profile:
        enabled
    global.self_monitoring.debug:
        enabled local_udp_port debug_metrics_enabled
    global.self_monitoring:
        interval
    global.standalone_mode:
        max_data_file_size data_file_dir
    inputs.proc:
        enabled proc_dir_path socket_info_sync_interval min_lifetime process_blacklist process_matcher
    inputs.proc.tag_extraction:
        script_command exec_username
    inputs.proc.ai_agent:
        http_endpoints max_payload_size file_io_enabled
    inputs.proc.symbol_table.golang_specific:
        enabled
    inputs.proc.symbol_table.java:
        refresh_defer_duration max_symbol_file_size
    inputs.cbpf.common:
        capture_mode
    inputs.cbpf.af_packet:
        interface_regex inner_interface_capture_enabled inner_interface_regex bond_interfaces extra_bpf_filter src_interfaces
        bpf_filter_disabled skip_npb_bpf
    inputs.cbpf.af_packet.tunning:
        socket_version ring_blocks_enabled ring_blocks packet_fanout_count packet_fanout_mode interface_promisc_enabled
    inputs.cbpf.special_network.dpdk:
        reorder_cache_window_size
    inputs.cbpf.tunning:
        dispatcher_queue_enabled max_capture_packet_size max_capture_pps
    inputs.cbpf.preprocess:
        tunnel_decap_protocols tunnel_trim_protocols
    inputs.ebpf:
        disabled
    inputs.ebpf.socket.uprobe.golang:
        enabled tracing_timeout
    inputs.ebpf.socket.uprobe.tls:
        enabled
    inputs.ebpf.socket.kprobe:
        disabled enable_unix_socket
    inputs.ebpf.socket.kprobe.blacklist:
        ports
    inputs.ebpf.socket.kprobe.whitelist:
        ports
    inputs.ebpf.socket.sock_ops.tcp_option_trace:
        enabled sampling_window_bytes
    inputs.ebpf.socket.tunning:
        max_capture_rate syscall_trace_id_disabled map_prealloc_disabled hooked_socket_syscalls fentry_enabled
    inputs.ebpf.file.io_event:
        collect_mode minimal_duration enable_virtual_file_collect
    inputs.ebpf.profile.unwinding:
        dwarf_disabled dwarf_regex dwarf_process_map_size dwarf_shard_map_size
    inputs.ebpf.profile.on_cpu:
        disabled sampling_frequency aggregate_by_cpu
    inputs.ebpf.profile.preprocess:
        stack_compression
    inputs.ebpf.profile.languages:
        python_disabled php_disabled nodejs_disabled lua_disabled
    inputs.ebpf.tunning:
        collector_queue_size userspace_worker_threads kick_kern_nice perf_pages_count kernel_ring_size max_socket_entries
        socket_map_reclaim_threshold max_trace_entries
    inputs.resources:
        push_interval workload_resource_sync_enabled
    inputs.resources.private_cloud:
        hypervisor_resource_enabled vm_mac_source vm_xml_directory vm_mac_mapping_script
    inputs.resources.kubernetes:
        kubernetes_namespace api_resources api_list_page_size api_list_max_interval ingress_flavour pod_mac_collection_method
    inputs.resources.pull_resource_from_controller:
        domain_filter only_kubernetes_pod_ip_in_local_cluster
    inputs.integration:
        enabled listen_port
    inputs.integration.compression:
        trace profile
    inputs.integration.prometheus_extra_labels:
        enabled extra_labels label_length value_length
    inputs.integration.feature_control:
        profile_integration_disabled trace_integration_disabled metric_integration_disabled log_integration_disabled
    processors.packet.policy:
        fast_path_map_size fast_path_disabled forward_table_capacity max_first_path_level
    processors.packet.toa:
        sender_queue_size cache_size
    processors.request_log.application_protocol_inference:
        inference_max_retries inference_result_ttl inference_whitelist enabled_protocols custom_protocols
    processors.request_log.application_protocol_inference.protocol_special_config.oracle:
        is_be int_compressed resp_0x04_extra_byte
    processors.request_log.application_protocol_inference.protocol_special_config.mysql:
        decompress_payload endpoint_disabled
    processors.request_log.application_protocol_inference.protocol_special_config.grpc:
        streaming_data_enabled
    processors.request_log.filters.port_number_prefilters:
        HTTP HTTP2 Dubbo SofaRPC FastCGI bRPC Tars SomeIP MySQL PostgreSQL Oracle Redis MongoDB Memcached ISO8583 NetSign Kafka MQTT
        AMQP OpenWire NATS WebSphereMQ Pulsar ZMTP RocketMQ DNS TLS PING Custom
    processors.request_log.filters.tag_filters:
        HTTP HTTP2 Dubbo gRPC SOFARPC FastCGI bRPC Tars SomeIP MySQL PostgreSQL Oracle Redis MongoDB Memcached ISO8583 NetSign Kafka
        MQTT AMQP OpenWire NATS WebSphereMQ Pulsar ZMTP RocketMQ DNS TLS PING Custom
    processors.request_log.filters:
        unconcerned_dns_nxdomain_response_suffixes cbpf_disabled
    processors.request_log.timeouts:
        tcp_request_timeout udp_request_timeout session_aggregate_window_duration session_aggregate
    processors.request_log.tag_extraction.tracing_tag:
        http_real_client x_request_id apm_trace_id copy_apm_trace_id apm_span_id
    processors.request_log.tag_extraction.http_endpoint:
        extraction_disabled match_rules
    processors.request_log.tag_extraction.custom_fields:
        HTTP HTTP2
    processors.request_log.tag_extraction:
        custom_field_policies obfuscate_protocols
    processors.request_log.tag_extraction.raw:
        error_request_header error_response_header error_request_payload error_response_payload
    processors.request_log.tunning:
        payload_truncation session_aggregate_slot_capacity session_aggregate_max_entries consistent_timestamp_in_l7_metrics
    processors.flow_log.time_window:
        max_tolerable_packet_delay extra_tolerable_flow_delay
    processors.flow_log.conntrack:
        flow_flush_interval
    processors.flow_log.conntrack.flow_generation:
        server_ports cloud_traffic_ignore_mac ignore_l2_end
    processors.flow_log.conntrack.timeouts:
        established closing_rst opening_rst others
    processors.flow_log.tunning:
        flow_map_hash_slots concurrent_flow_limit rrt_cache_capacity memory_pool_size max_batched_buffer_size flow_aggregator_queue_size
        flow_generator_queue_size quadruple_generator_queue_size
    outputs.socket:
        data_socket_type raw_udp_qos_bypass multiple_sockets_to_ingester
    outputs.flow_log.filters:
        l4_capture_network_types l7_capture_network_types l4_ignored_observation_points l7_ignored_observation_points
    outputs.flow_log.aggregators:
        aggregate_health_check_l4_flow_log
    outputs.flow_log.throttles:
        l4_throttle l7_throttle
    outputs.flow_log.tunning:
        collector_queue_size
    outputs.flow_metrics:
        enabled
    outputs.flow_metrics.filters:
        inactive_server_port_aggregation inactive_ip_aggregation npm_metrics npm_metrics_concurrent apm_metrics second_metrics
    outputs.flow_metrics.tunning:
        sender_queue_size
    outputs.compression:
        application_log pcap l7_flow_log l4_flow_log
    plugins:
        wasm_plugins so_plugins
    dev:
        feature_flags
    """
}
