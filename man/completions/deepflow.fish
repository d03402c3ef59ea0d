function __deepflow_should_offer_completions_for_flags_or_options -a expected_commands
    set -l non_repeating_flags_or_options $argv[2..]
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __deepflow_parse_tokens
    test "$commands" = "$expected_commands"; and return $non_repeating_flags_or_options_absent
end

function __deepflow_should_offer_completions_for_positional -a expected_commands positional_index_comparison expected_positional_index
    set -l non_repeating_flags_or_options
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __deepflow_parse_tokens
    test "$commands" = "$expected_commands" -a \( "$positional_index" "$positional_index_comparison" "$expected_positional_index" \)
end

function __deepflow_parse_tokens -S
    set -l unparsed_tokens (__deepflow_tokens -pc)
    switch $unparsed_tokens[1]
    case 'deepflow'
        __deepflow_parse_subcommand 0 'version' 'h/help'
        switch $unparsed_tokens[1]
        case 'record'
            __deepflow_parse_subcommand -r 1 'i/interface=+' 'w/output=' 's/snapshot-length=' 'c/count=' 'duration=' 'max-size=' 'pid=+' 'comm=' 'follow' 'payload-bytes=' 'F/frequency=' 'no-profile' 'no-syscalls' 'no-packets' 'ring-buffer=' 'B/buffer-size=' 'D/list-interfaces' 'n' 'q/quiet' 'v/verbose' 'version' 'h/help'
        case 'analyze'
            __deepflow_parse_subcommand -r 1 'fail-on-loss' 'j/workers=' 'format=' 'json' 'color=' 'version' 'h/help'
        case 'flows'
            __deepflow_parse_subcommand -r 1 'fail-on-loss' 'j/workers=' 'by=' 'protocol=+' 'status=+' 'service=+' 'process=+' 'pid=+' 'ip=+' 'port=+' 'path=+' 'resource=+' 'trace-id=+' 'span-id=+' 'request-id=+' 'close-type=+' 'min-duration=' 'since=' 'until=' 'limit=' 'sort=' 'fields=' 'format=' 'json' 'color=' 'no-l7' 'version' 'h/help'
        case 'requests'
            __deepflow_parse_subcommand -r 1 'fail-on-loss' 'j/workers=' 'protocol=+' 'status=+' 'service=+' 'process=+' 'pid=+' 'ip=+' 'port=+' 'path=+' 'resource=+' 'trace-id=+' 'span-id=+' 'request-id=+' 'close-type=+' 'min-duration=' 'since=' 'until=' 'limit=' 'sort=' 'fields=' 'format=' 'json' 'color=' 'version' 'h/help'
        case 'metrics'
            __deepflow_parse_subcommand -r 1 'fail-on-loss' 'j/workers=' 'by=' 'interval=' 'table=' 'seen-by=' 'protocol=+' 'status=+' 'service=+' 'process=+' 'pid=+' 'ip=+' 'port=+' 'path=+' 'resource=+' 'trace-id=+' 'span-id=+' 'request-id=+' 'close-type=+' 'min-duration=' 'since=' 'until=' 'limit=' 'sort=' 'fields=' 'format=' 'json' 'color=' 'version' 'h/help'
        case 'map'
            __deepflow_parse_subcommand -r 1 'fail-on-loss' 'j/workers=' 'protocol=+' 'status=+' 'service=+' 'process=+' 'pid=+' 'ip=+' 'port=+' 'path=+' 'resource=+' 'trace-id=+' 'span-id=+' 'request-id=+' 'close-type=+' 'min-duration=' 'since=' 'until=' 'limit=' 'sort=' 'fields=' 'format=' 'json' 'color=' 'version' 'h/help'
        case 'query'
            __deepflow_parse_subcommand -r 2 'fail-on-loss' 'j/workers=' 'format=' 'json' 'color=' 'version' 'h/help'
        case 'schema'
            __deepflow_parse_subcommand 1 'format=' 'json' 'color=' 'version' 'h/help'
        case 'doctor'
            __deepflow_parse_subcommand 0 'format=' 'json' 'color=' 'version' 'h/help'
        case 'traces'
            __deepflow_parse_subcommand -r 1 'fail-on-loss' 'j/workers=' 'protocol=+' 'status=+' 'service=+' 'process=+' 'pid=+' 'ip=+' 'port=+' 'path=+' 'resource=+' 'trace-id=+' 'span-id=+' 'request-id=+' 'close-type=+' 'min-duration=' 'since=' 'until=' 'limit=' 'sort=' 'fields=' 'format=' 'json' 'color=' 'version' 'h/help'
        case 'trace'
            __deepflow_parse_subcommand -r 2 'fail-on-loss' 'j/workers=' 'explain' 'format=' 'json' 'color=' 'version' 'h/help'
        case 'profile'
            __deepflow_parse_subcommand -r 1 'fail-on-loss' 'j/workers=' 'by=' 'event-type=' 'process=+' 'pid=+' 'thread=+' 'since=' 'until=' 'limit=' 'sort=' 'fields=' 'format=' 'json' 'color=' 'version' 'h/help'
        case 'import'
            __deepflow_parse_subcommand -r 1 'o/output=' 'event-type=' 'unit=' 'version' 'h/help'
        case 'export'
            __deepflow_parse_subcommand 0 'version' 'h/help'
            switch $unparsed_tokens[1]
            case 'sqlite'
                __deepflow_parse_subcommand -r 1 'fail-on-loss' 'j/workers=' 'o/output=' 'v/verbose' 'version' 'h/help'
            case 'json'
                __deepflow_parse_subcommand -r 1 'fail-on-loss' 'j/workers=' 'o/output=' 'version' 'h/help'
            case 'flamegraph'
                __deepflow_parse_subcommand -r 1 'fail-on-loss' 'j/workers=' 'o/output=' 'trace=' 'profile=' 'no-threads' 'process=+' 'pid=+' 'thread=+' 'since=' 'until=' 'version' 'h/help'
            case 'folded'
                __deepflow_parse_subcommand -r 1 'fail-on-loss' 'j/workers=' 'o/output=' 'event-type=' 'process=+' 'pid=+' 'thread=+' 'since=' 'until=' 'version' 'h/help'
            end
        case 'inspect'
            __deepflow_parse_subcommand -r 1 'verify' 'format=' 'json' 'color=' 'version' 'h/help'
        case 'help'
            __deepflow_parse_subcommand -r 1 'version'
        end
    end
end

function __deepflow_tokens
    if test (string split -m 1 -f 1 -- . "$FISH_VERSION") -gt 3
        commandline --tokens-raw $argv
    else
        commandline -o $argv
    end
end

function __deepflow_parse_subcommand -S -a positional_count
    argparse -s r -- $argv
    set -l option_specs $argv[2..]
    set -l is_repeating_positional $_flag_r
    set -el _flag_r
    set -a commands $unparsed_tokens[1]
    set positional_index 0
    while true
        set -e unparsed_tokens[1]
        argparse -sn "$commands" $option_specs -- $unparsed_tokens 2> /dev/null
        set unparsed_tokens $argv
        set positional_index (math $positional_index + 1)
        for non_repeating_flag_or_option in $non_repeating_flags_or_options
            if set -ql "_flag_$(string replace -a - _ -- $non_repeating_flag_or_option)"
                set non_repeating_flags_or_options_absent 1
                break
            end
        end
        test (count $unparsed_tokens) -eq 0 -o \( -z "$is_repeating_positional" -a "$positional_index" -gt "$positional_count" \) && break
    end
end

function __deepflow_complete_directories
    set -l token (commandline -t)
    string match -- '*/' $token
    set -l subdirs $token*/
    printf %s\n $subdirs
end

function __deepflow_custom_completion
    set -x SAP_SHELL fish
    set -x SAP_SHELL_VERSION $FISH_VERSION
    set -l tokens (__deepflow_tokens -p)
    if test -z "$(__deepflow_tokens -t)"
        set -l index (count (__deepflow_tokens -pc))
        set tokens $tokens[..$index] \'\' $tokens[(math $index + 1)..]
    end
    command $tokens[1] $argv $tokens
end

complete -c 'deepflow' -f
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow" version' -l 'version' -d 'Show the version.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_positional "deepflow" -eq 1' -fa 'record' -d 'Record system calls on sockets, packets, processes and stack samples of this node into one bundle.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_positional "deepflow" -eq 1' -fa 'analyze' -d 'Show one page: what is slow, what fails, who talks to whom, and how much was lost.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_positional "deepflow" -eq 1' -fa 'flows' -d 'Show the flow log: one line for each flow at each place where it was seen.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_positional "deepflow" -eq 1' -fa 'requests' -d 'Show the request log: one line for each request at each place where it was seen.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_positional "deepflow" -eq 1' -fa 'metrics' -d 'Show metrics of services: totals, or a time series with --interval.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_positional "deepflow" -eq 1' -fa 'map' -d 'Show who calls whom: one line for each pair of services and protocol.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_positional "deepflow" -eq 1' -fa 'query' -d 'Answer a question in SQL about the tables that \'deepflow schema\' lists.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_positional "deepflow" -eq 1' -fa 'schema' -d 'Show the tables that queries and exports have, or the columns of one.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_positional "deepflow" -eq 1' -fa 'doctor' -d 'Say what this kernel and these privileges allow, and what to do about the rest.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_positional "deepflow" -eq 1' -fa 'traces' -d 'Show the traces, one line each: what one request set off.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_positional "deepflow" -eq 1' -fa 'trace' -d 'Show one trace as a tree: where the time of a request went.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_positional "deepflow" -eq 1' -fa 'profile' -d 'Show what the processors worked at: functions, processes or threads, the largest first.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_positional "deepflow" -eq 1' -fa 'import' -d 'Make one bundle of captures and of profiles of other tools.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_positional "deepflow" -eq 1' -fa 'export' -d 'Write the results as a file: SQLite, JSON, folded stacks, or a flame graph of a trace or of the profile.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_positional "deepflow" -eq 1' -fa 'inspect' -d 'Show what is inside: node, clocks, sources, sections, drops.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_positional "deepflow" -eq 1' -fa 'help' -d 'Show subcommand help information.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow record"' -s 'i' -l 'interface' -d 'Capture on this interface (repeatable, comma list). Default: every one that is up.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow record" o output w' -s 'w' -s 'o' -l 'output' -d 'The bundle; \'-\' is standard output, .gz and .zst compress. Default: deepflow-HOST-YYYYMMDDTHHMMSSZ.pcapng.' -rF
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow record" s snapshot-length' -s 's' -l 'snapshot-length' -d 'Bytes kept of a packet.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow record" c count' -s 'c' -l 'count' -d 'End after this many packets.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow record" duration' -l 'duration' -d 'End after this time: 30, 30s, 5m.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow record" max-size' -l 'max-size' -d 'End before the bundle is larger: 200M, 1G.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow record"' -l 'pid' -d 'Only system calls and samples of this process (repeatable, comma list).' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow record" comm' -l 'comm' -d 'Only system calls and samples of threads of this name.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow record" follow' -l 'follow' -d 'Only system calls and samples of the command (or of --pid) and of its descendants.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow record" payload-bytes' -l 'payload-bytes' -d 'Bytes kept of what a system call moved, up to 65536.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow record" F frequency' -s 'F' -l 'frequency' -d 'Stack samples a second on each processor. Default: 99, with --no-syscalls none.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow record" no-profile' -l 'no-profile' -d 'Take no stack samples.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow record" no-syscalls' -l 'no-syscalls' -d 'Leave system calls and processes out: packets only.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow record" no-packets' -l 'no-packets' -d 'Leave packets out: system calls and processes only.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow record" ring-buffer' -l 'ring-buffer' -d 'Size of the kernel\'s ring of events: 64M.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow record" B buffer-size' -s 'B' -l 'buffer-size' -d 'Size of the kernel\'s packet buffer of each interface, in KiB.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow record" D list-interfaces' -s 'D' -l 'list-interfaces' -d 'List the interfaces and exit.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow record" n' -s 'n' -d 'Accepted for the habit of it: names are never looked up.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow record" q quiet' -s 'q' -l 'quiet' -d 'Say nothing but errors.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow record" v verbose' -s 'v' -l 'verbose' -d 'Show what libbpf and the kernel\'s verifier say.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow record" version' -l 'version' -d 'Show the version.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow record" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_positional "deepflow analyze" -ge 1' -F
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow analyze" fail-on-loss' -l 'fail-on-loss' -d 'Exit with status 3 when evidence was lost.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow analyze" j workers' -s 'j' -l 'workers' -d 'Threads that share the work, 1 or 2; the result is the same. Default: one for each processor.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow analyze" format' -l 'format' -d 'Form of the output.' -rfka 'text json jsonl csv'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow analyze" json' -l 'json' -d 'The same as --format jsonl; on reports, --format json.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow analyze" color' -l 'color' -d 'Colours: on a terminal, always or never. NO_COLOR turns them off.' -rfka 'auto always never'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow analyze" version' -l 'version' -d 'Show the version.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow analyze" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_positional "deepflow flows" -ge 1' -F
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow flows" fail-on-loss' -l 'fail-on-loss' -d 'Exit with status 3 when evidence was lost.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow flows" j workers' -s 'j' -l 'workers' -d 'Threads that share the work, 1 or 2; the result is the same. Default: one for each processor.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow flows" by' -l 'by' -d 'Group by these: process, service, pair (of addresses), interface, path, close_type, client, port, protocol, or any field.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow flows"' -l 'protocol' -d 'Protocol: HTTP, DNS, Redis, TCP, UDP and so on. Several: repeat, or separate by commas.' -rfka 'HTTP HTTP2 gRPC FastCGI Triple Redis DNS TLS Ping QUIC SMTP ZooKeeper LDAP SIP Thrift TCP UDP'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow flows"' -l 'status' -d 'Status: ok, error, client_error, server_error, timeout, unknown, parse_failed, or a response code.' -rfka 'ok timeout server_error client_error unknown parse_failed error'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow flows"' -l 'service' -d 'Service of the client or the server.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow flows"' -l 'process' -d 'Process name of the client or the server.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow flows"' -l 'pid' -d 'Process identifier of the client or the server.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow flows"' -l 'ip' -d 'Address of the client or the server; 10.0.0.0/8 for a network.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow flows"' -l 'port' -d 'Port of the client or the server.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow flows"' -l 'path' -d 'Requests for this path and what lies below it; with * at its end, for what begins like it.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow flows"' -l 'resource' -d 'Requests whose resource (path, statement, key, queried name) contains this text.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow flows"' -l 'trace-id' -d 'The application\'s trace identifier.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow flows"' -l 'span-id' -d 'The application\'s span identifier.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow flows"' -l 'request-id' -d 'Request identifier: X-Request-ID, or the protocol\'s own.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow flows"' -l 'close-type' -d 'How a flow ended: unknown, finish, server_rst_flow, tcp_timeout, forced_report, server_syn_miss, server_half_close_flow, client_rst_flow, client_ack_miss, client_half_close_flow, client_source_port_reuse, server_reset, server_queue_lack, client_establish_other_rst, server_establish_other_rst, finish_client_rst.' -rfka 'unknown finish server_rst_flow tcp_timeout forced_report server_syn_miss server_half_close_flow client_rst_flow client_ack_miss client_half_close_flow client_source_port_reuse server_reset server_queue_lack client_establish_other_rst server_establish_other_rst finish_client_rst'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow flows" min-duration' -l 'min-duration' -d 'Only what took at least this long: 500ms, 1.5s, 2m.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow flows" since' -l 'since' -d 'Only what started at this time or later: RFC 3339, or microseconds since the epoch.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow flows" until' -l 'until' -d 'Only what started before this time.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow flows" limit' -l 'limit' -d 'At most this many rows.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow flows" sort' -l 'sort' -d 'Sort by these fields; -FIELD for the largest first.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow flows" fields' -l 'fields' -d 'Show these fields, in this order.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow flows" format' -l 'format' -d 'Form of the output.' -rfka 'text json jsonl csv'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow flows" json' -l 'json' -d 'The same as --format jsonl; on reports, --format json.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow flows" color' -l 'color' -d 'Colours: on a terminal, always or never. NO_COLOR turns them off.' -rfka 'auto always never'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow flows" no-l7' -l 'no-l7' -d 'Leave application protocols out: faster.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow flows" version' -l 'version' -d 'Show the version.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow flows" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_positional "deepflow requests" -ge 1' -F
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow requests" fail-on-loss' -l 'fail-on-loss' -d 'Exit with status 3 when evidence was lost.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow requests" j workers' -s 'j' -l 'workers' -d 'Threads that share the work, 1 or 2; the result is the same. Default: one for each processor.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow requests"' -l 'protocol' -d 'Protocol: HTTP, DNS, Redis, TCP, UDP and so on. Several: repeat, or separate by commas.' -rfka 'HTTP HTTP2 gRPC FastCGI Triple Redis DNS TLS Ping QUIC SMTP ZooKeeper LDAP SIP Thrift TCP UDP'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow requests"' -l 'status' -d 'Status: ok, error, client_error, server_error, timeout, unknown, parse_failed, or a response code.' -rfka 'ok timeout server_error client_error unknown parse_failed error'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow requests"' -l 'service' -d 'Service of the client or the server.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow requests"' -l 'process' -d 'Process name of the client or the server.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow requests"' -l 'pid' -d 'Process identifier of the client or the server.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow requests"' -l 'ip' -d 'Address of the client or the server; 10.0.0.0/8 for a network.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow requests"' -l 'port' -d 'Port of the client or the server.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow requests"' -l 'path' -d 'Requests for this path and what lies below it; with * at its end, for what begins like it.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow requests"' -l 'resource' -d 'Requests whose resource (path, statement, key, queried name) contains this text.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow requests"' -l 'trace-id' -d 'The application\'s trace identifier.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow requests"' -l 'span-id' -d 'The application\'s span identifier.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow requests"' -l 'request-id' -d 'Request identifier: X-Request-ID, or the protocol\'s own.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow requests"' -l 'close-type' -d 'How a flow ended: unknown, finish, server_rst_flow, tcp_timeout, forced_report, server_syn_miss, server_half_close_flow, client_rst_flow, client_ack_miss, client_half_close_flow, client_source_port_reuse, server_reset, server_queue_lack, client_establish_other_rst, server_establish_other_rst, finish_client_rst.' -rfka 'unknown finish server_rst_flow tcp_timeout forced_report server_syn_miss server_half_close_flow client_rst_flow client_ack_miss client_half_close_flow client_source_port_reuse server_reset server_queue_lack client_establish_other_rst server_establish_other_rst finish_client_rst'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow requests" min-duration' -l 'min-duration' -d 'Only what took at least this long: 500ms, 1.5s, 2m.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow requests" since' -l 'since' -d 'Only what started at this time or later: RFC 3339, or microseconds since the epoch.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow requests" until' -l 'until' -d 'Only what started before this time.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow requests" limit' -l 'limit' -d 'At most this many rows.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow requests" sort' -l 'sort' -d 'Sort by these fields; -FIELD for the largest first.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow requests" fields' -l 'fields' -d 'Show these fields, in this order.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow requests" format' -l 'format' -d 'Form of the output.' -rfka 'text json jsonl csv'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow requests" json' -l 'json' -d 'The same as --format jsonl; on reports, --format json.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow requests" color' -l 'color' -d 'Colours: on a terminal, always or never. NO_COLOR turns them off.' -rfka 'auto always never'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow requests" version' -l 'version' -d 'Show the version.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow requests" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_positional "deepflow metrics" -ge 1' -F
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow metrics" fail-on-loss' -l 'fail-on-loss' -d 'Exit with status 3 when evidence was lost.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow metrics" j workers' -s 'j' -l 'workers' -d 'Threads that share the work, 1 or 2; the result is the same. Default: one for each processor.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow metrics" by' -l 'by' -d 'Group by these: service, client, protocol, endpoint, type, status, ip, port, process, or any field of the log.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow metrics" interval' -l 'interval' -d 'A row for each of these intervals instead of totals.' -rfka '1s 1m'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow metrics" table' -l 'table' -d 'What is counted: exchanges (application) or flows (network); with _map, by client and server.' -rfka 'application application_map network network_map'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow metrics" seen-by' -l 'seen-by' -d 'Whose view of an exchange counts: at the client its time includes the way, and waiting on it.' -rfka 'server client'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow metrics"' -l 'protocol' -d 'Protocol: HTTP, DNS, Redis, TCP, UDP and so on. Several: repeat, or separate by commas.' -rfka 'HTTP HTTP2 gRPC FastCGI Triple Redis DNS TLS Ping QUIC SMTP ZooKeeper LDAP SIP Thrift TCP UDP'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow metrics"' -l 'status' -d 'Status: ok, error, client_error, server_error, timeout, unknown, parse_failed, or a response code.' -rfka 'ok timeout server_error client_error unknown parse_failed error'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow metrics"' -l 'service' -d 'Service of the client or the server.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow metrics"' -l 'process' -d 'Process name of the client or the server.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow metrics"' -l 'pid' -d 'Process identifier of the client or the server.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow metrics"' -l 'ip' -d 'Address of the client or the server; 10.0.0.0/8 for a network.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow metrics"' -l 'port' -d 'Port of the client or the server.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow metrics"' -l 'path' -d 'Requests for this path and what lies below it; with * at its end, for what begins like it.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow metrics"' -l 'resource' -d 'Requests whose resource (path, statement, key, queried name) contains this text.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow metrics"' -l 'trace-id' -d 'The application\'s trace identifier.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow metrics"' -l 'span-id' -d 'The application\'s span identifier.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow metrics"' -l 'request-id' -d 'Request identifier: X-Request-ID, or the protocol\'s own.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow metrics"' -l 'close-type' -d 'How a flow ended: unknown, finish, server_rst_flow, tcp_timeout, forced_report, server_syn_miss, server_half_close_flow, client_rst_flow, client_ack_miss, client_half_close_flow, client_source_port_reuse, server_reset, server_queue_lack, client_establish_other_rst, server_establish_other_rst, finish_client_rst.' -rfka 'unknown finish server_rst_flow tcp_timeout forced_report server_syn_miss server_half_close_flow client_rst_flow client_ack_miss client_half_close_flow client_source_port_reuse server_reset server_queue_lack client_establish_other_rst server_establish_other_rst finish_client_rst'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow metrics" min-duration' -l 'min-duration' -d 'Only what took at least this long: 500ms, 1.5s, 2m.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow metrics" since' -l 'since' -d 'Only what started at this time or later: RFC 3339, or microseconds since the epoch.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow metrics" until' -l 'until' -d 'Only what started before this time.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow metrics" limit' -l 'limit' -d 'At most this many rows.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow metrics" sort' -l 'sort' -d 'Sort by these fields; -FIELD for the largest first.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow metrics" fields' -l 'fields' -d 'Show these fields, in this order.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow metrics" format' -l 'format' -d 'Form of the output.' -rfka 'text json jsonl csv'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow metrics" json' -l 'json' -d 'The same as --format jsonl; on reports, --format json.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow metrics" color' -l 'color' -d 'Colours: on a terminal, always or never. NO_COLOR turns them off.' -rfka 'auto always never'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow metrics" version' -l 'version' -d 'Show the version.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow metrics" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_positional "deepflow map" -ge 1' -F
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow map" fail-on-loss' -l 'fail-on-loss' -d 'Exit with status 3 when evidence was lost.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow map" j workers' -s 'j' -l 'workers' -d 'Threads that share the work, 1 or 2; the result is the same. Default: one for each processor.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow map"' -l 'protocol' -d 'Protocol: HTTP, DNS, Redis, TCP, UDP and so on. Several: repeat, or separate by commas.' -rfka 'HTTP HTTP2 gRPC FastCGI Triple Redis DNS TLS Ping QUIC SMTP ZooKeeper LDAP SIP Thrift TCP UDP'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow map"' -l 'status' -d 'Status: ok, error, client_error, server_error, timeout, unknown, parse_failed, or a response code.' -rfka 'ok timeout server_error client_error unknown parse_failed error'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow map"' -l 'service' -d 'Service of the client or the server.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow map"' -l 'process' -d 'Process name of the client or the server.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow map"' -l 'pid' -d 'Process identifier of the client or the server.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow map"' -l 'ip' -d 'Address of the client or the server; 10.0.0.0/8 for a network.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow map"' -l 'port' -d 'Port of the client or the server.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow map"' -l 'path' -d 'Requests for this path and what lies below it; with * at its end, for what begins like it.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow map"' -l 'resource' -d 'Requests whose resource (path, statement, key, queried name) contains this text.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow map"' -l 'trace-id' -d 'The application\'s trace identifier.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow map"' -l 'span-id' -d 'The application\'s span identifier.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow map"' -l 'request-id' -d 'Request identifier: X-Request-ID, or the protocol\'s own.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow map"' -l 'close-type' -d 'How a flow ended: unknown, finish, server_rst_flow, tcp_timeout, forced_report, server_syn_miss, server_half_close_flow, client_rst_flow, client_ack_miss, client_half_close_flow, client_source_port_reuse, server_reset, server_queue_lack, client_establish_other_rst, server_establish_other_rst, finish_client_rst.' -rfka 'unknown finish server_rst_flow tcp_timeout forced_report server_syn_miss server_half_close_flow client_rst_flow client_ack_miss client_half_close_flow client_source_port_reuse server_reset server_queue_lack client_establish_other_rst server_establish_other_rst finish_client_rst'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow map" min-duration' -l 'min-duration' -d 'Only what took at least this long: 500ms, 1.5s, 2m.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow map" since' -l 'since' -d 'Only what started at this time or later: RFC 3339, or microseconds since the epoch.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow map" until' -l 'until' -d 'Only what started before this time.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow map" limit' -l 'limit' -d 'At most this many rows.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow map" sort' -l 'sort' -d 'Sort by these fields; -FIELD for the largest first.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow map" fields' -l 'fields' -d 'Show these fields, in this order.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow map" format' -l 'format' -d 'Form of the output.' -rfka 'text json jsonl csv'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow map" json' -l 'json' -d 'The same as --format jsonl; on reports, --format json.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow map" color' -l 'color' -d 'Colours: on a terminal, always or never. NO_COLOR turns them off.' -rfka 'auto always never'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow map" version' -l 'version' -d 'Show the version.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow map" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_positional "deepflow query" -ge 1' -F
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow query" fail-on-loss' -l 'fail-on-loss' -d 'Exit with status 3 when evidence was lost.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow query" j workers' -s 'j' -l 'workers' -d 'Threads that share the work, 1 or 2; the result is the same. Default: one for each processor.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow query" format' -l 'format' -d 'Form of the output.' -rfka 'text json jsonl csv'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow query" json' -l 'json' -d 'The same as --format jsonl; on reports, --format json.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow query" color' -l 'color' -d 'Colours: on a terminal, always or never. NO_COLOR turns them off.' -rfka 'auto always never'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow query" version' -l 'version' -d 'Show the version.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow query" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow schema" format' -l 'format' -d 'Form of the output.' -rfka 'text json jsonl csv'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow schema" json' -l 'json' -d 'The same as --format jsonl; on reports, --format json.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow schema" color' -l 'color' -d 'Colours: on a terminal, always or never. NO_COLOR turns them off.' -rfka 'auto always never'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow schema" version' -l 'version' -d 'Show the version.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow schema" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow doctor" format' -l 'format' -d 'Form of the output.' -rfka 'text json jsonl csv'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow doctor" json' -l 'json' -d 'The same as --format jsonl; on reports, --format json.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow doctor" color' -l 'color' -d 'Colours: on a terminal, always or never. NO_COLOR turns them off.' -rfka 'auto always never'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow doctor" version' -l 'version' -d 'Show the version.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow doctor" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_positional "deepflow traces" -ge 1' -F
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow traces" fail-on-loss' -l 'fail-on-loss' -d 'Exit with status 3 when evidence was lost.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow traces" j workers' -s 'j' -l 'workers' -d 'Threads that share the work, 1 or 2; the result is the same. Default: one for each processor.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow traces"' -l 'protocol' -d 'Protocol: HTTP, DNS, Redis, TCP, UDP and so on. Several: repeat, or separate by commas.' -rfka 'HTTP HTTP2 gRPC FastCGI Triple Redis DNS TLS Ping QUIC SMTP ZooKeeper LDAP SIP Thrift TCP UDP'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow traces"' -l 'status' -d 'Status: ok, error, client_error, server_error, timeout, unknown, parse_failed, or a response code.' -rfka 'ok timeout server_error client_error unknown parse_failed error'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow traces"' -l 'service' -d 'Service of the client or the server.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow traces"' -l 'process' -d 'Process name of the client or the server.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow traces"' -l 'pid' -d 'Process identifier of the client or the server.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow traces"' -l 'ip' -d 'Address of the client or the server; 10.0.0.0/8 for a network.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow traces"' -l 'port' -d 'Port of the client or the server.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow traces"' -l 'path' -d 'Requests for this path and what lies below it; with * at its end, for what begins like it.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow traces"' -l 'resource' -d 'Requests whose resource (path, statement, key, queried name) contains this text.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow traces"' -l 'trace-id' -d 'The application\'s trace identifier.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow traces"' -l 'span-id' -d 'The application\'s span identifier.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow traces"' -l 'request-id' -d 'Request identifier: X-Request-ID, or the protocol\'s own.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow traces"' -l 'close-type' -d 'How a flow ended: unknown, finish, server_rst_flow, tcp_timeout, forced_report, server_syn_miss, server_half_close_flow, client_rst_flow, client_ack_miss, client_half_close_flow, client_source_port_reuse, server_reset, server_queue_lack, client_establish_other_rst, server_establish_other_rst, finish_client_rst.' -rfka 'unknown finish server_rst_flow tcp_timeout forced_report server_syn_miss server_half_close_flow client_rst_flow client_ack_miss client_half_close_flow client_source_port_reuse server_reset server_queue_lack client_establish_other_rst server_establish_other_rst finish_client_rst'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow traces" min-duration' -l 'min-duration' -d 'Only what took at least this long: 500ms, 1.5s, 2m.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow traces" since' -l 'since' -d 'Only what started at this time or later: RFC 3339, or microseconds since the epoch.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow traces" until' -l 'until' -d 'Only what started before this time.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow traces" limit' -l 'limit' -d 'At most this many rows.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow traces" sort' -l 'sort' -d 'Sort by these fields; -FIELD for the largest first.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow traces" fields' -l 'fields' -d 'Show these fields, in this order.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow traces" format' -l 'format' -d 'Form of the output.' -rfka 'text json jsonl csv'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow traces" json' -l 'json' -d 'The same as --format jsonl; on reports, --format json.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow traces" color' -l 'color' -d 'Colours: on a terminal, always or never. NO_COLOR turns them off.' -rfka 'auto always never'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow traces" version' -l 'version' -d 'Show the version.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow traces" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_positional "deepflow trace" -ge 1' -F
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow trace" fail-on-loss' -l 'fail-on-loss' -d 'Exit with status 3 when evidence was lost.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow trace" j workers' -s 'j' -l 'workers' -d 'Threads that share the work, 1 or 2; the result is the same. Default: one for each processor.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow trace" explain' -l 'explain' -d 'Say for every span why it hangs below its parent, and how certain that is.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow trace" format' -l 'format' -d 'Form of the output.' -rfka 'text json jsonl csv'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow trace" json' -l 'json' -d 'The same as --format jsonl; on reports, --format json.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow trace" color' -l 'color' -d 'Colours: on a terminal, always or never. NO_COLOR turns them off.' -rfka 'auto always never'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow trace" version' -l 'version' -d 'Show the version.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow trace" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_positional "deepflow profile" -ge 1' -F
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow profile" fail-on-loss' -l 'fail-on-loss' -d 'Exit with status 3 when evidence was lost.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow profile" j workers' -s 'j' -l 'workers' -d 'Threads that share the work, 1 or 2; the result is the same. Default: one for each processor.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow profile" by' -l 'by' -d 'Group by function, process or thread.' -rfka 'function process thread'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow profile" event-type' -l 'event-type' -d 'What was sampled: on-cpu, off-cpu, mem-alloc or mem-inuse.' -rfka 'on-cpu off-cpu mem-alloc mem-inuse'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow profile"' -l 'process' -d 'Name of the process. Several: repeat, or separate by commas.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow profile"' -l 'pid' -d 'Identifier of the process.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow profile"' -l 'thread' -d 'Name of the thread.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow profile" since' -l 'since' -d 'Only samples at this time or later: RFC 3339, or µs since the epoch.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow profile" until' -l 'until' -d 'Only samples before this time.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow profile" limit' -l 'limit' -d 'At most this many rows; 0 for all. Default: 30 in text.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow profile" sort' -l 'sort' -d 'Sort by these fields; -FIELD for the largest first.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow profile" fields' -l 'fields' -d 'Show these fields, in this order.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow profile" format' -l 'format' -d 'Form of the output.' -rfka 'text json jsonl csv'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow profile" json' -l 'json' -d 'The same as --format jsonl; on reports, --format json.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow profile" color' -l 'color' -d 'Colours: on a terminal, always or never. NO_COLOR turns them off.' -rfka 'auto always never'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow profile" version' -l 'version' -d 'Show the version.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow profile" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_positional "deepflow import" -ge 1' -F
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow import" o output' -s 'o' -l 'output' -d 'The bundle to write.' -rF
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow import" event-type' -l 'event-type' -d 'What imported profiles sampled: on-cpu, off-cpu, mem-alloc or mem-inuse.' -rfka 'on-cpu off-cpu mem-alloc mem-inuse'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow import" unit' -l 'unit' -d 'What the numbers of folded stacks count: us (microseconds), bytes or samples.' -rfka 'us bytes samples'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow import" version' -l 'version' -d 'Show the version.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow import" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow export" version' -l 'version' -d 'Show the version.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow export" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_positional "deepflow export" -eq 1' -fa 'sqlite' -d 'Write a SQLite database with DeepFlow\'s table and column names.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_positional "deepflow export" -eq 1' -fa 'json' -d 'Write one JSON object: a key for each table, with its rows as an array.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_positional "deepflow export" -eq 1' -fa 'flamegraph' -d 'Draw a trace, or the profile, as one interactive SVG file.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_positional "deepflow export" -eq 1' -fa 'folded' -d 'Write the profile as folded stacks: process;[t] thread;function;… and a number, one stack a line.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_positional "deepflow export sqlite" -ge 1' -F
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow export sqlite" fail-on-loss' -l 'fail-on-loss' -d 'Exit with status 3 when evidence was lost.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow export sqlite" j workers' -s 'j' -l 'workers' -d 'Threads that share the work, 1 or 2; the result is the same. Default: one for each processor.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow export sqlite" o output' -s 'o' -l 'output' -d 'The file to write.' -rF
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow export sqlite" v verbose' -s 'v' -l 'verbose' -d 'Say on standard error what each part of the database holds and how long it took to write.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow export sqlite" version' -l 'version' -d 'Show the version.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow export sqlite" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_positional "deepflow export json" -ge 1' -F
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow export json" fail-on-loss' -l 'fail-on-loss' -d 'Exit with status 3 when evidence was lost.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow export json" j workers' -s 'j' -l 'workers' -d 'Threads that share the work, 1 or 2; the result is the same. Default: one for each processor.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow export json" o output' -s 'o' -l 'output' -d 'The file to write.' -rF
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow export json" version' -l 'version' -d 'Show the version.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow export json" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_positional "deepflow export flamegraph" -ge 1' -F
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow export flamegraph" fail-on-loss' -l 'fail-on-loss' -d 'Exit with status 3 when evidence was lost.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow export flamegraph" j workers' -s 'j' -l 'workers' -d 'Threads that share the work, 1 or 2; the result is the same. Default: one for each processor.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow export flamegraph" o output' -s 'o' -l 'output' -d 'The file to write.' -rF
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow export flamegraph" trace' -l 'trace' -d '\'slowest\', the ID of a line of \'deepflow traces\', or the application\'s trace identifier.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow export flamegraph" profile' -l 'profile' -d 'Draw the profile instead: on-cpu, off-cpu, mem-alloc or mem-inuse.' -rfka 'on-cpu off-cpu mem-alloc mem-inuse'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow export flamegraph" no-threads' -l 'no-threads' -d 'Put the threads of a process together.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow export flamegraph"' -l 'process' -d 'Name of the process. Several: repeat, or separate by commas.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow export flamegraph"' -l 'pid' -d 'Identifier of the process.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow export flamegraph"' -l 'thread' -d 'Name of the thread.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow export flamegraph" since' -l 'since' -d 'Only samples at this time or later: RFC 3339, or µs since the epoch.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow export flamegraph" until' -l 'until' -d 'Only samples before this time.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow export flamegraph" version' -l 'version' -d 'Show the version.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow export flamegraph" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_positional "deepflow export folded" -ge 1' -F
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow export folded" fail-on-loss' -l 'fail-on-loss' -d 'Exit with status 3 when evidence was lost.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow export folded" j workers' -s 'j' -l 'workers' -d 'Threads that share the work, 1 or 2; the result is the same. Default: one for each processor.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow export folded" o output' -s 'o' -l 'output' -d 'The file to write.' -rF
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow export folded" event-type' -l 'event-type' -d 'What was sampled: on-cpu, off-cpu, mem-alloc or mem-inuse.' -rfka 'on-cpu off-cpu mem-alloc mem-inuse'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow export folded"' -l 'process' -d 'Name of the process. Several: repeat, or separate by commas.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow export folded"' -l 'pid' -d 'Identifier of the process.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow export folded"' -l 'thread' -d 'Name of the thread.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow export folded" since' -l 'since' -d 'Only samples at this time or later: RFC 3339, or µs since the epoch.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow export folded" until' -l 'until' -d 'Only samples before this time.' -rfka ''
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow export folded" version' -l 'version' -d 'Show the version.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow export folded" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_positional "deepflow inspect" -ge 1' -F
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow inspect" verify' -l 'verify' -d 'Check digests and counts; exit with status 1 on damage.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow inspect" format' -l 'format' -d 'Form of the output.' -rfka 'text json jsonl csv'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow inspect" json' -l 'json' -d 'The same as --format jsonl; on reports, --format json.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow inspect" color' -l 'color' -d 'Colours: on a terminal, always or never. NO_COLOR turns them off.' -rfka 'auto always never'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow inspect" version' -l 'version' -d 'Show the version.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow inspect" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'deepflow' -n '__deepflow_should_offer_completions_for_flags_or_options "deepflow help" version' -l 'version' -d 'Show the version.'
