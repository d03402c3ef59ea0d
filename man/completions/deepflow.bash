#!/bin/bash

__deepflow_cursor_index_in_current_word() {
    local remaining="${COMP_LINE}"

    local word
    for word in "${COMP_WORDS[@]::COMP_CWORD}"; do
        remaining="${remaining##*([[:space:]])"${word}"*([[:space:]])}"
    done

    local -ir index="$((COMP_POINT - ${#COMP_LINE} + ${#remaining}))"
    if [[ "${index}" -le 0 ]]; then
        printf 0
    else
        printf %s "${index}"
    fi
}

# positional arguments:
#
# - 1: the current (sub)command's count of positional arguments
#
# required variables:
#
# - repeating_flags: the repeating flags that the current (sub)command can accept
# - non_repeating_flags: the non-repeating flags that the current (sub)command can accept
# - repeating_options: the repeating options that the current (sub)command can accept
# - non_repeating_options: the non-repeating options that the current (sub)command can accept
# - positional_number: value ignored
# - unparsed_words: unparsed words from the current command line
#
# modified variables:
#
# - non_repeating_flags: remove flags for this (sub)command that are already on the command line
# - non_repeating_options: remove options for this (sub)command that are already on the command line
# - positional_number: set to the current positional number
# - unparsed_words: remove all flags, options, and option values for this (sub)command
__deepflow_offer_flags_options() {
    local -ir positional_count="${1}"
    positional_number=0

    local was_flag_option_terminator_seen=false
    local is_parsing_option_value=false

    local -ar unparsed_word_indices=("${!unparsed_words[@]}")
    local -i word_index
    for word_index in "${unparsed_word_indices[@]}"; do
        if "${is_parsing_option_value}"; then
            # This word is an option value:
            # Reset marker for next word iff not currently the last word
            [[ "${word_index}" -ne "${unparsed_word_indices[${#unparsed_word_indices[@]} - 1]}" ]] && is_parsing_option_value=false
            unset "unparsed_words[${word_index}]"
            # Do not process this word as a flag or an option
            continue
        fi

        local word="${unparsed_words["${word_index}"]}"
        if ! "${was_flag_option_terminator_seen}"; then
            case "${word}" in
            --)
                unset "unparsed_words[${word_index}]"
                # by itself -- is a flag/option terminator, but if it is the last word, it is the start of a completion
                if [[ "${word_index}" -ne "${unparsed_word_indices[${#unparsed_word_indices[@]} - 1]}" ]]; then
                    was_flag_option_terminator_seen=true
                fi
                continue
                ;;
            -*)
                # ${word} is a flag or an option
                # If ${word} is an option, mark that the next word to be parsed is an option value
                local option
                for option in "${repeating_options[@]}" "${non_repeating_options[@]}"; do
                    [[ "${word}" = "${option}" ]] && is_parsing_option_value=true && break
                done

                # Remove ${word} from ${non_repeating_flags} or ${non_repeating_options} so it isn't offered again
                local not_found=true
                local -i index
                for index in "${!non_repeating_flags[@]}"; do
                    if [[ "${non_repeating_flags[${index}]}" = "${word}" ]]; then
                        unset "non_repeating_flags[${index}]"
                        non_repeating_flags=("${non_repeating_flags[@]}")
                        not_found=false
                        break
                    fi
                done
                if "${not_found}"; then
                    for index in "${!non_repeating_flags[@]}"; do
                        if [[ "${non_repeating_flags[${index}]}" = "${word}" ]]; then
                            unset "non_repeating_flags[${index}]"
                            non_repeating_flags=("${non_repeating_flags[@]}")
                            break
                        fi
                    done
                fi
                unset "unparsed_words[${word_index}]"
                continue
                ;;
            esac
        fi

        # ${word} is neither a flag, nor an option, nor an option value
        if [[ "${positional_number}" -lt "${positional_count}" || "${positional_count}" -lt 0 ]]; then
            # ${word} is a positional
            ((positional_number++))
            unset "unparsed_words[${word_index}]"
        else
            if [[ -z "${word}" ]]; then
                # Could be completing a flag, option, or subcommand
                positional_number=-1
            else
                # ${word} is a subcommand or invalid, so stop processing this (sub)command
                positional_number=-2
            fi
            break
        fi
    done

    unparsed_words=("${unparsed_words[@]}")

    if\
        ! "${was_flag_option_terminator_seen}"\
        && ! "${is_parsing_option_value}"\
        && [[ ("${cur}" = -* && "${positional_number}" -ge 0) || "${positional_number}" -eq -1 ]]
    then
        COMPREPLY+=($(compgen -W "${repeating_flags[*]} ${non_repeating_flags[*]} ${repeating_options[*]} ${non_repeating_options[*]}" -- "${cur}"))
    fi
}

__deepflow_add_completions() {
    local completion
    while IFS='' read -r completion; do
        COMPREPLY+=("${completion}")
    done < <(IFS=$'\n' compgen "${@}" -- "${cur}")
}

__deepflow_custom_complete() {
    if [[ -n "${cur}" || -z ${COMP_WORDS[${COMP_CWORD}]} || "${COMP_LINE:${COMP_POINT}:1}" != ' ' ]]; then
        local -ar words=("${COMP_WORDS[@]}")
    else
        local -ar words=("${COMP_WORDS[@]::${COMP_CWORD}}" '' "${COMP_WORDS[@]:${COMP_CWORD}}")
    fi

    "${COMP_WORDS[0]}" "${@}" "${words[@]}"
}

_deepflow() {
    local state
    state="$(shopt -p;shopt -po)"
    trap "${state//$'\n'/;}" RETURN
    shopt -s extglob
    set +o history +o posix

    local -xr SAP_SHELL=bash
    local -x SAP_SHELL_VERSION
    SAP_SHELL_VERSION="$(IFS='.';printf %s "${BASH_VERSINFO[*]}")"
    local -r SAP_SHELL_VERSION

    local -r cur="${2}"
    local -r prev="${3}"

    local -i positional_number
    local -a unparsed_words=("${COMP_WORDS[@]:1:${COMP_CWORD}}")

    local -a repeating_flags=()
    local -a non_repeating_flags=(--version -h --help)
    local -a repeating_options=()
    local -a non_repeating_options=()
    __deepflow_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    record|analyze|flows|requests|metrics|map|query|schema|doctor|traces|trace|profile|import|export|inspect|help)
        # Offer subcommand argument completions
        "_deepflow_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'record analyze flows requests metrics map query schema doctor traces trace profile import export inspect help' -- "${cur}"))
        ;;
    esac
}

_deepflow_record() {
    repeating_flags=()
    non_repeating_flags=(--follow --no-profile --no-syscalls --no-packets -D --list-interfaces -n -q --quiet -v --verbose --version -h --help)
    repeating_options=(-i --interface --pid)
    non_repeating_options=(-w -o --output -s --snapshot-length -c --count --duration --max-size --comm --payload-bytes -F --frequency --ring-buffer -B --buffer-size)
    __deepflow_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '-i'|'--interface')
        return
        ;;
    '-w'|'-o'|'--output')
        __deepflow_add_completions -f
        return
        ;;
    '-s'|'--snapshot-length')
        return
        ;;
    '-c'|'--count')
        return
        ;;
    '--duration')
        return
        ;;
    '--max-size')
        return
        ;;
    '--pid')
        return
        ;;
    '--comm')
        return
        ;;
    '--payload-bytes')
        return
        ;;
    '-F'|'--frequency')
        return
        ;;
    '--ring-buffer')
        return
        ;;
    '-B'|'--buffer-size')
        return
        ;;
    esac
}

_deepflow_analyze() {
    repeating_flags=()
    non_repeating_flags=(--fail-on-loss --fold-ids --json --version -h --help)
    repeating_options=(--decode-as --endpoint-rule --obfuscate --protocol --status --service --process --pid --ip --port --path --resource --trace-id --span-id --request-id --close-type)
    non_repeating_options=(-j --workers --config --min-duration --since --until --format --color)
    __deepflow_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '-j'|'--workers')
        return
        ;;
    '--config')
        __deepflow_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--decode-as')
        __deepflow_add_completions -W 'HTTP'$'\n''HTTP2'$'\n''Dubbo'$'\n''gRPC'$'\n''SofaRPC'$'\n''FastCGI'$'\n''bRPC'$'\n''Tars'$'\n''SOME/IP'$'\n''ISO8583'$'\n''Triple'$'\n''MySQL'$'\n''PostgreSQL'$'\n''Oracle'$'\n''Redis'$'\n''MongoDB'$'\n''Memcached'$'\n''Kafka'$'\n''MQTT'$'\n''AMQP'$'\n''OpenWire'$'\n''NATS'$'\n''Pulsar'$'\n''ZMTP'$'\n''RocketMQ'$'\n''WebSphereMQ'$'\n''DNS'$'\n''TLS'$'\n''Ping'$'\n''QUIC'$'\n''SMTP'$'\n''ZooKeeper'$'\n''LDAP'$'\n''SIP'$'\n''Thrift'$'\n''AMQP1'$'\n''STOMP'$'\n''TDS'$'\n''Cassandra'$'\n''ClickHouse'
        return
        ;;
    '--endpoint-rule')
        return
        ;;
    '--obfuscate')
        __deepflow_add_completions -W 'MySQL'$'\n''PostgreSQL'$'\n''TDS'$'\n''Cassandra'$'\n''ClickHouse'$'\n''Oracle'$'\n''Redis'
        return
        ;;
    '--protocol')
        __deepflow_add_completions -W 'HTTP'$'\n''HTTP2'$'\n''Dubbo'$'\n''gRPC'$'\n''SofaRPC'$'\n''FastCGI'$'\n''bRPC'$'\n''Tars'$'\n''SOME/IP'$'\n''ISO8583'$'\n''Triple'$'\n''MySQL'$'\n''PostgreSQL'$'\n''Oracle'$'\n''Redis'$'\n''MongoDB'$'\n''Memcached'$'\n''Kafka'$'\n''MQTT'$'\n''AMQP'$'\n''OpenWire'$'\n''NATS'$'\n''Pulsar'$'\n''ZMTP'$'\n''RocketMQ'$'\n''WebSphereMQ'$'\n''DNS'$'\n''TLS'$'\n''Ping'$'\n''QUIC'$'\n''SMTP'$'\n''ZooKeeper'$'\n''LDAP'$'\n''SIP'$'\n''Thrift'$'\n''AMQP1'$'\n''STOMP'$'\n''TDS'$'\n''Cassandra'$'\n''ClickHouse'$'\n''TCP'$'\n''UDP'
        return
        ;;
    '--status')
        __deepflow_add_completions -W 'ok'$'\n''timeout'$'\n''server_error'$'\n''client_error'$'\n''unknown'$'\n''parse_failed'$'\n''error'
        return
        ;;
    '--service')
        return
        ;;
    '--process')
        return
        ;;
    '--pid')
        return
        ;;
    '--ip')
        return
        ;;
    '--port')
        return
        ;;
    '--path')
        return
        ;;
    '--resource')
        return
        ;;
    '--trace-id')
        return
        ;;
    '--span-id')
        return
        ;;
    '--request-id')
        return
        ;;
    '--close-type')
        __deepflow_add_completions -W 'unknown'$'\n''finish'$'\n''server_rst_flow'$'\n''tcp_timeout'$'\n''forced_report'$'\n''server_syn_miss'$'\n''server_half_close_flow'$'\n''client_rst_flow'$'\n''client_ack_miss'$'\n''client_half_close_flow'$'\n''client_source_port_reuse'$'\n''server_reset'$'\n''server_queue_lack'$'\n''client_establish_other_rst'$'\n''server_establish_other_rst'$'\n''finish_client_rst'
        return
        ;;
    '--min-duration')
        return
        ;;
    '--since')
        return
        ;;
    '--until')
        return
        ;;
    '--format')
        __deepflow_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
        return
        ;;
    '--color')
        __deepflow_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __deepflow_add_completions -f
        return
        ;;
    esac
}

_deepflow_flows() {
    repeating_flags=()
    non_repeating_flags=(--fail-on-loss --fold-ids --json --no-l7 --version -h --help)
    repeating_options=(--decode-as --endpoint-rule --obfuscate --protocol --status --service --process --pid --ip --port --path --resource --trace-id --span-id --request-id --close-type)
    non_repeating_options=(-j --workers --config --by --min-duration --since --until --limit --sort --fields --format --color)
    __deepflow_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '-j'|'--workers')
        return
        ;;
    '--config')
        __deepflow_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--decode-as')
        __deepflow_add_completions -W 'HTTP'$'\n''HTTP2'$'\n''Dubbo'$'\n''gRPC'$'\n''SofaRPC'$'\n''FastCGI'$'\n''bRPC'$'\n''Tars'$'\n''SOME/IP'$'\n''ISO8583'$'\n''Triple'$'\n''MySQL'$'\n''PostgreSQL'$'\n''Oracle'$'\n''Redis'$'\n''MongoDB'$'\n''Memcached'$'\n''Kafka'$'\n''MQTT'$'\n''AMQP'$'\n''OpenWire'$'\n''NATS'$'\n''Pulsar'$'\n''ZMTP'$'\n''RocketMQ'$'\n''WebSphereMQ'$'\n''DNS'$'\n''TLS'$'\n''Ping'$'\n''QUIC'$'\n''SMTP'$'\n''ZooKeeper'$'\n''LDAP'$'\n''SIP'$'\n''Thrift'$'\n''AMQP1'$'\n''STOMP'$'\n''TDS'$'\n''Cassandra'$'\n''ClickHouse'
        return
        ;;
    '--endpoint-rule')
        return
        ;;
    '--obfuscate')
        __deepflow_add_completions -W 'MySQL'$'\n''PostgreSQL'$'\n''TDS'$'\n''Cassandra'$'\n''ClickHouse'$'\n''Oracle'$'\n''Redis'
        return
        ;;
    '--by')
        return
        ;;
    '--protocol')
        __deepflow_add_completions -W 'HTTP'$'\n''HTTP2'$'\n''Dubbo'$'\n''gRPC'$'\n''SofaRPC'$'\n''FastCGI'$'\n''bRPC'$'\n''Tars'$'\n''SOME/IP'$'\n''ISO8583'$'\n''Triple'$'\n''MySQL'$'\n''PostgreSQL'$'\n''Oracle'$'\n''Redis'$'\n''MongoDB'$'\n''Memcached'$'\n''Kafka'$'\n''MQTT'$'\n''AMQP'$'\n''OpenWire'$'\n''NATS'$'\n''Pulsar'$'\n''ZMTP'$'\n''RocketMQ'$'\n''WebSphereMQ'$'\n''DNS'$'\n''TLS'$'\n''Ping'$'\n''QUIC'$'\n''SMTP'$'\n''ZooKeeper'$'\n''LDAP'$'\n''SIP'$'\n''Thrift'$'\n''AMQP1'$'\n''STOMP'$'\n''TDS'$'\n''Cassandra'$'\n''ClickHouse'$'\n''TCP'$'\n''UDP'
        return
        ;;
    '--status')
        __deepflow_add_completions -W 'ok'$'\n''timeout'$'\n''server_error'$'\n''client_error'$'\n''unknown'$'\n''parse_failed'$'\n''error'
        return
        ;;
    '--service')
        return
        ;;
    '--process')
        return
        ;;
    '--pid')
        return
        ;;
    '--ip')
        return
        ;;
    '--port')
        return
        ;;
    '--path')
        return
        ;;
    '--resource')
        return
        ;;
    '--trace-id')
        return
        ;;
    '--span-id')
        return
        ;;
    '--request-id')
        return
        ;;
    '--close-type')
        __deepflow_add_completions -W 'unknown'$'\n''finish'$'\n''server_rst_flow'$'\n''tcp_timeout'$'\n''forced_report'$'\n''server_syn_miss'$'\n''server_half_close_flow'$'\n''client_rst_flow'$'\n''client_ack_miss'$'\n''client_half_close_flow'$'\n''client_source_port_reuse'$'\n''server_reset'$'\n''server_queue_lack'$'\n''client_establish_other_rst'$'\n''server_establish_other_rst'$'\n''finish_client_rst'
        return
        ;;
    '--min-duration')
        return
        ;;
    '--since')
        return
        ;;
    '--until')
        return
        ;;
    '--limit')
        return
        ;;
    '--sort')
        return
        ;;
    '--fields')
        return
        ;;
    '--format')
        __deepflow_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
        return
        ;;
    '--color')
        __deepflow_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __deepflow_add_completions -f
        return
        ;;
    esac
}

_deepflow_requests() {
    repeating_flags=()
    non_repeating_flags=(--fail-on-loss --fold-ids --json --version -h --help)
    repeating_options=(--decode-as --endpoint-rule --obfuscate --protocol --status --service --process --pid --ip --port --path --resource --trace-id --span-id --request-id --close-type)
    non_repeating_options=(-j --workers --config --min-duration --since --until --limit --sort --fields --format --color)
    __deepflow_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '-j'|'--workers')
        return
        ;;
    '--config')
        __deepflow_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--decode-as')
        __deepflow_add_completions -W 'HTTP'$'\n''HTTP2'$'\n''Dubbo'$'\n''gRPC'$'\n''SofaRPC'$'\n''FastCGI'$'\n''bRPC'$'\n''Tars'$'\n''SOME/IP'$'\n''ISO8583'$'\n''Triple'$'\n''MySQL'$'\n''PostgreSQL'$'\n''Oracle'$'\n''Redis'$'\n''MongoDB'$'\n''Memcached'$'\n''Kafka'$'\n''MQTT'$'\n''AMQP'$'\n''OpenWire'$'\n''NATS'$'\n''Pulsar'$'\n''ZMTP'$'\n''RocketMQ'$'\n''WebSphereMQ'$'\n''DNS'$'\n''TLS'$'\n''Ping'$'\n''QUIC'$'\n''SMTP'$'\n''ZooKeeper'$'\n''LDAP'$'\n''SIP'$'\n''Thrift'$'\n''AMQP1'$'\n''STOMP'$'\n''TDS'$'\n''Cassandra'$'\n''ClickHouse'
        return
        ;;
    '--endpoint-rule')
        return
        ;;
    '--obfuscate')
        __deepflow_add_completions -W 'MySQL'$'\n''PostgreSQL'$'\n''TDS'$'\n''Cassandra'$'\n''ClickHouse'$'\n''Oracle'$'\n''Redis'
        return
        ;;
    '--protocol')
        __deepflow_add_completions -W 'HTTP'$'\n''HTTP2'$'\n''Dubbo'$'\n''gRPC'$'\n''SofaRPC'$'\n''FastCGI'$'\n''bRPC'$'\n''Tars'$'\n''SOME/IP'$'\n''ISO8583'$'\n''Triple'$'\n''MySQL'$'\n''PostgreSQL'$'\n''Oracle'$'\n''Redis'$'\n''MongoDB'$'\n''Memcached'$'\n''Kafka'$'\n''MQTT'$'\n''AMQP'$'\n''OpenWire'$'\n''NATS'$'\n''Pulsar'$'\n''ZMTP'$'\n''RocketMQ'$'\n''WebSphereMQ'$'\n''DNS'$'\n''TLS'$'\n''Ping'$'\n''QUIC'$'\n''SMTP'$'\n''ZooKeeper'$'\n''LDAP'$'\n''SIP'$'\n''Thrift'$'\n''AMQP1'$'\n''STOMP'$'\n''TDS'$'\n''Cassandra'$'\n''ClickHouse'$'\n''TCP'$'\n''UDP'
        return
        ;;
    '--status')
        __deepflow_add_completions -W 'ok'$'\n''timeout'$'\n''server_error'$'\n''client_error'$'\n''unknown'$'\n''parse_failed'$'\n''error'
        return
        ;;
    '--service')
        return
        ;;
    '--process')
        return
        ;;
    '--pid')
        return
        ;;
    '--ip')
        return
        ;;
    '--port')
        return
        ;;
    '--path')
        return
        ;;
    '--resource')
        return
        ;;
    '--trace-id')
        return
        ;;
    '--span-id')
        return
        ;;
    '--request-id')
        return
        ;;
    '--close-type')
        __deepflow_add_completions -W 'unknown'$'\n''finish'$'\n''server_rst_flow'$'\n''tcp_timeout'$'\n''forced_report'$'\n''server_syn_miss'$'\n''server_half_close_flow'$'\n''client_rst_flow'$'\n''client_ack_miss'$'\n''client_half_close_flow'$'\n''client_source_port_reuse'$'\n''server_reset'$'\n''server_queue_lack'$'\n''client_establish_other_rst'$'\n''server_establish_other_rst'$'\n''finish_client_rst'
        return
        ;;
    '--min-duration')
        return
        ;;
    '--since')
        return
        ;;
    '--until')
        return
        ;;
    '--limit')
        return
        ;;
    '--sort')
        return
        ;;
    '--fields')
        return
        ;;
    '--format')
        __deepflow_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
        return
        ;;
    '--color')
        __deepflow_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __deepflow_add_completions -f
        return
        ;;
    esac
}

_deepflow_metrics() {
    repeating_flags=()
    non_repeating_flags=(--fail-on-loss --fold-ids --json --version -h --help)
    repeating_options=(--decode-as --endpoint-rule --obfuscate --protocol --status --service --process --pid --ip --port --path --resource --trace-id --span-id --request-id --close-type)
    non_repeating_options=(-j --workers --config --by --interval --table --seen-by --min-duration --since --until --limit --sort --fields --format --color)
    __deepflow_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '-j'|'--workers')
        return
        ;;
    '--config')
        __deepflow_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--decode-as')
        __deepflow_add_completions -W 'HTTP'$'\n''HTTP2'$'\n''Dubbo'$'\n''gRPC'$'\n''SofaRPC'$'\n''FastCGI'$'\n''bRPC'$'\n''Tars'$'\n''SOME/IP'$'\n''ISO8583'$'\n''Triple'$'\n''MySQL'$'\n''PostgreSQL'$'\n''Oracle'$'\n''Redis'$'\n''MongoDB'$'\n''Memcached'$'\n''Kafka'$'\n''MQTT'$'\n''AMQP'$'\n''OpenWire'$'\n''NATS'$'\n''Pulsar'$'\n''ZMTP'$'\n''RocketMQ'$'\n''WebSphereMQ'$'\n''DNS'$'\n''TLS'$'\n''Ping'$'\n''QUIC'$'\n''SMTP'$'\n''ZooKeeper'$'\n''LDAP'$'\n''SIP'$'\n''Thrift'$'\n''AMQP1'$'\n''STOMP'$'\n''TDS'$'\n''Cassandra'$'\n''ClickHouse'
        return
        ;;
    '--endpoint-rule')
        return
        ;;
    '--obfuscate')
        __deepflow_add_completions -W 'MySQL'$'\n''PostgreSQL'$'\n''TDS'$'\n''Cassandra'$'\n''ClickHouse'$'\n''Oracle'$'\n''Redis'
        return
        ;;
    '--by')
        return
        ;;
    '--interval')
        __deepflow_add_completions -W '1s'$'\n''1m'
        return
        ;;
    '--table')
        __deepflow_add_completions -W 'application'$'\n''application_map'$'\n''network'$'\n''network_map'
        return
        ;;
    '--seen-by')
        __deepflow_add_completions -W 'server'$'\n''client'
        return
        ;;
    '--protocol')
        __deepflow_add_completions -W 'HTTP'$'\n''HTTP2'$'\n''Dubbo'$'\n''gRPC'$'\n''SofaRPC'$'\n''FastCGI'$'\n''bRPC'$'\n''Tars'$'\n''SOME/IP'$'\n''ISO8583'$'\n''Triple'$'\n''MySQL'$'\n''PostgreSQL'$'\n''Oracle'$'\n''Redis'$'\n''MongoDB'$'\n''Memcached'$'\n''Kafka'$'\n''MQTT'$'\n''AMQP'$'\n''OpenWire'$'\n''NATS'$'\n''Pulsar'$'\n''ZMTP'$'\n''RocketMQ'$'\n''WebSphereMQ'$'\n''DNS'$'\n''TLS'$'\n''Ping'$'\n''QUIC'$'\n''SMTP'$'\n''ZooKeeper'$'\n''LDAP'$'\n''SIP'$'\n''Thrift'$'\n''AMQP1'$'\n''STOMP'$'\n''TDS'$'\n''Cassandra'$'\n''ClickHouse'$'\n''TCP'$'\n''UDP'
        return
        ;;
    '--status')
        __deepflow_add_completions -W 'ok'$'\n''timeout'$'\n''server_error'$'\n''client_error'$'\n''unknown'$'\n''parse_failed'$'\n''error'
        return
        ;;
    '--service')
        return
        ;;
    '--process')
        return
        ;;
    '--pid')
        return
        ;;
    '--ip')
        return
        ;;
    '--port')
        return
        ;;
    '--path')
        return
        ;;
    '--resource')
        return
        ;;
    '--trace-id')
        return
        ;;
    '--span-id')
        return
        ;;
    '--request-id')
        return
        ;;
    '--close-type')
        __deepflow_add_completions -W 'unknown'$'\n''finish'$'\n''server_rst_flow'$'\n''tcp_timeout'$'\n''forced_report'$'\n''server_syn_miss'$'\n''server_half_close_flow'$'\n''client_rst_flow'$'\n''client_ack_miss'$'\n''client_half_close_flow'$'\n''client_source_port_reuse'$'\n''server_reset'$'\n''server_queue_lack'$'\n''client_establish_other_rst'$'\n''server_establish_other_rst'$'\n''finish_client_rst'
        return
        ;;
    '--min-duration')
        return
        ;;
    '--since')
        return
        ;;
    '--until')
        return
        ;;
    '--limit')
        return
        ;;
    '--sort')
        return
        ;;
    '--fields')
        return
        ;;
    '--format')
        __deepflow_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
        return
        ;;
    '--color')
        __deepflow_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __deepflow_add_completions -f
        return
        ;;
    esac
}

_deepflow_map() {
    repeating_flags=()
    non_repeating_flags=(--fail-on-loss --fold-ids --json --version -h --help)
    repeating_options=(--decode-as --endpoint-rule --obfuscate --protocol --status --service --process --pid --ip --port --path --resource --trace-id --span-id --request-id --close-type)
    non_repeating_options=(-j --workers --config --min-duration --since --until --limit --sort --fields --format --color)
    __deepflow_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '-j'|'--workers')
        return
        ;;
    '--config')
        __deepflow_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--decode-as')
        __deepflow_add_completions -W 'HTTP'$'\n''HTTP2'$'\n''Dubbo'$'\n''gRPC'$'\n''SofaRPC'$'\n''FastCGI'$'\n''bRPC'$'\n''Tars'$'\n''SOME/IP'$'\n''ISO8583'$'\n''Triple'$'\n''MySQL'$'\n''PostgreSQL'$'\n''Oracle'$'\n''Redis'$'\n''MongoDB'$'\n''Memcached'$'\n''Kafka'$'\n''MQTT'$'\n''AMQP'$'\n''OpenWire'$'\n''NATS'$'\n''Pulsar'$'\n''ZMTP'$'\n''RocketMQ'$'\n''WebSphereMQ'$'\n''DNS'$'\n''TLS'$'\n''Ping'$'\n''QUIC'$'\n''SMTP'$'\n''ZooKeeper'$'\n''LDAP'$'\n''SIP'$'\n''Thrift'$'\n''AMQP1'$'\n''STOMP'$'\n''TDS'$'\n''Cassandra'$'\n''ClickHouse'
        return
        ;;
    '--endpoint-rule')
        return
        ;;
    '--obfuscate')
        __deepflow_add_completions -W 'MySQL'$'\n''PostgreSQL'$'\n''TDS'$'\n''Cassandra'$'\n''ClickHouse'$'\n''Oracle'$'\n''Redis'
        return
        ;;
    '--protocol')
        __deepflow_add_completions -W 'HTTP'$'\n''HTTP2'$'\n''Dubbo'$'\n''gRPC'$'\n''SofaRPC'$'\n''FastCGI'$'\n''bRPC'$'\n''Tars'$'\n''SOME/IP'$'\n''ISO8583'$'\n''Triple'$'\n''MySQL'$'\n''PostgreSQL'$'\n''Oracle'$'\n''Redis'$'\n''MongoDB'$'\n''Memcached'$'\n''Kafka'$'\n''MQTT'$'\n''AMQP'$'\n''OpenWire'$'\n''NATS'$'\n''Pulsar'$'\n''ZMTP'$'\n''RocketMQ'$'\n''WebSphereMQ'$'\n''DNS'$'\n''TLS'$'\n''Ping'$'\n''QUIC'$'\n''SMTP'$'\n''ZooKeeper'$'\n''LDAP'$'\n''SIP'$'\n''Thrift'$'\n''AMQP1'$'\n''STOMP'$'\n''TDS'$'\n''Cassandra'$'\n''ClickHouse'$'\n''TCP'$'\n''UDP'
        return
        ;;
    '--status')
        __deepflow_add_completions -W 'ok'$'\n''timeout'$'\n''server_error'$'\n''client_error'$'\n''unknown'$'\n''parse_failed'$'\n''error'
        return
        ;;
    '--service')
        return
        ;;
    '--process')
        return
        ;;
    '--pid')
        return
        ;;
    '--ip')
        return
        ;;
    '--port')
        return
        ;;
    '--path')
        return
        ;;
    '--resource')
        return
        ;;
    '--trace-id')
        return
        ;;
    '--span-id')
        return
        ;;
    '--request-id')
        return
        ;;
    '--close-type')
        __deepflow_add_completions -W 'unknown'$'\n''finish'$'\n''server_rst_flow'$'\n''tcp_timeout'$'\n''forced_report'$'\n''server_syn_miss'$'\n''server_half_close_flow'$'\n''client_rst_flow'$'\n''client_ack_miss'$'\n''client_half_close_flow'$'\n''client_source_port_reuse'$'\n''server_reset'$'\n''server_queue_lack'$'\n''client_establish_other_rst'$'\n''server_establish_other_rst'$'\n''finish_client_rst'
        return
        ;;
    '--min-duration')
        return
        ;;
    '--since')
        return
        ;;
    '--until')
        return
        ;;
    '--limit')
        return
        ;;
    '--sort')
        return
        ;;
    '--fields')
        return
        ;;
    '--format')
        __deepflow_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
        return
        ;;
    '--color')
        __deepflow_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __deepflow_add_completions -f
        return
        ;;
    esac
}

_deepflow_query() {
    repeating_flags=()
    non_repeating_flags=(--fail-on-loss --fold-ids --json --version -h --help)
    repeating_options=(--decode-as --endpoint-rule --obfuscate)
    non_repeating_options=(-j --workers --config --format --color)
    __deepflow_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '-j'|'--workers')
        return
        ;;
    '--config')
        __deepflow_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--decode-as')
        __deepflow_add_completions -W 'HTTP'$'\n''HTTP2'$'\n''Dubbo'$'\n''gRPC'$'\n''SofaRPC'$'\n''FastCGI'$'\n''bRPC'$'\n''Tars'$'\n''SOME/IP'$'\n''ISO8583'$'\n''Triple'$'\n''MySQL'$'\n''PostgreSQL'$'\n''Oracle'$'\n''Redis'$'\n''MongoDB'$'\n''Memcached'$'\n''Kafka'$'\n''MQTT'$'\n''AMQP'$'\n''OpenWire'$'\n''NATS'$'\n''Pulsar'$'\n''ZMTP'$'\n''RocketMQ'$'\n''WebSphereMQ'$'\n''DNS'$'\n''TLS'$'\n''Ping'$'\n''QUIC'$'\n''SMTP'$'\n''ZooKeeper'$'\n''LDAP'$'\n''SIP'$'\n''Thrift'$'\n''AMQP1'$'\n''STOMP'$'\n''TDS'$'\n''Cassandra'$'\n''ClickHouse'
        return
        ;;
    '--endpoint-rule')
        return
        ;;
    '--obfuscate')
        __deepflow_add_completions -W 'MySQL'$'\n''PostgreSQL'$'\n''TDS'$'\n''Cassandra'$'\n''ClickHouse'$'\n''Oracle'$'\n''Redis'
        return
        ;;
    '--format')
        __deepflow_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
        return
        ;;
    '--color')
        __deepflow_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __deepflow_add_completions -f
        return
        ;;
    esac
}

_deepflow_schema() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=(--format --color)
    __deepflow_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--format')
        __deepflow_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
        return
        ;;
    '--color')
        __deepflow_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_deepflow_doctor() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=(--format --color)
    __deepflow_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--format')
        __deepflow_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
        return
        ;;
    '--color')
        __deepflow_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_deepflow_traces() {
    repeating_flags=()
    non_repeating_flags=(--fail-on-loss --fold-ids --json --version -h --help)
    repeating_options=(--decode-as --endpoint-rule --obfuscate --protocol --status --service --process --pid --ip --port --path --resource --trace-id --span-id --request-id --close-type)
    non_repeating_options=(-j --workers --config --min-duration --since --until --limit --sort --fields --format --color)
    __deepflow_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '-j'|'--workers')
        return
        ;;
    '--config')
        __deepflow_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--decode-as')
        __deepflow_add_completions -W 'HTTP'$'\n''HTTP2'$'\n''Dubbo'$'\n''gRPC'$'\n''SofaRPC'$'\n''FastCGI'$'\n''bRPC'$'\n''Tars'$'\n''SOME/IP'$'\n''ISO8583'$'\n''Triple'$'\n''MySQL'$'\n''PostgreSQL'$'\n''Oracle'$'\n''Redis'$'\n''MongoDB'$'\n''Memcached'$'\n''Kafka'$'\n''MQTT'$'\n''AMQP'$'\n''OpenWire'$'\n''NATS'$'\n''Pulsar'$'\n''ZMTP'$'\n''RocketMQ'$'\n''WebSphereMQ'$'\n''DNS'$'\n''TLS'$'\n''Ping'$'\n''QUIC'$'\n''SMTP'$'\n''ZooKeeper'$'\n''LDAP'$'\n''SIP'$'\n''Thrift'$'\n''AMQP1'$'\n''STOMP'$'\n''TDS'$'\n''Cassandra'$'\n''ClickHouse'
        return
        ;;
    '--endpoint-rule')
        return
        ;;
    '--obfuscate')
        __deepflow_add_completions -W 'MySQL'$'\n''PostgreSQL'$'\n''TDS'$'\n''Cassandra'$'\n''ClickHouse'$'\n''Oracle'$'\n''Redis'
        return
        ;;
    '--protocol')
        __deepflow_add_completions -W 'HTTP'$'\n''HTTP2'$'\n''Dubbo'$'\n''gRPC'$'\n''SofaRPC'$'\n''FastCGI'$'\n''bRPC'$'\n''Tars'$'\n''SOME/IP'$'\n''ISO8583'$'\n''Triple'$'\n''MySQL'$'\n''PostgreSQL'$'\n''Oracle'$'\n''Redis'$'\n''MongoDB'$'\n''Memcached'$'\n''Kafka'$'\n''MQTT'$'\n''AMQP'$'\n''OpenWire'$'\n''NATS'$'\n''Pulsar'$'\n''ZMTP'$'\n''RocketMQ'$'\n''WebSphereMQ'$'\n''DNS'$'\n''TLS'$'\n''Ping'$'\n''QUIC'$'\n''SMTP'$'\n''ZooKeeper'$'\n''LDAP'$'\n''SIP'$'\n''Thrift'$'\n''AMQP1'$'\n''STOMP'$'\n''TDS'$'\n''Cassandra'$'\n''ClickHouse'$'\n''TCP'$'\n''UDP'
        return
        ;;
    '--status')
        __deepflow_add_completions -W 'ok'$'\n''timeout'$'\n''server_error'$'\n''client_error'$'\n''unknown'$'\n''parse_failed'$'\n''error'
        return
        ;;
    '--service')
        return
        ;;
    '--process')
        return
        ;;
    '--pid')
        return
        ;;
    '--ip')
        return
        ;;
    '--port')
        return
        ;;
    '--path')
        return
        ;;
    '--resource')
        return
        ;;
    '--trace-id')
        return
        ;;
    '--span-id')
        return
        ;;
    '--request-id')
        return
        ;;
    '--close-type')
        __deepflow_add_completions -W 'unknown'$'\n''finish'$'\n''server_rst_flow'$'\n''tcp_timeout'$'\n''forced_report'$'\n''server_syn_miss'$'\n''server_half_close_flow'$'\n''client_rst_flow'$'\n''client_ack_miss'$'\n''client_half_close_flow'$'\n''client_source_port_reuse'$'\n''server_reset'$'\n''server_queue_lack'$'\n''client_establish_other_rst'$'\n''server_establish_other_rst'$'\n''finish_client_rst'
        return
        ;;
    '--min-duration')
        return
        ;;
    '--since')
        return
        ;;
    '--until')
        return
        ;;
    '--limit')
        return
        ;;
    '--sort')
        return
        ;;
    '--fields')
        return
        ;;
    '--format')
        __deepflow_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
        return
        ;;
    '--color')
        __deepflow_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __deepflow_add_completions -f
        return
        ;;
    esac
}

_deepflow_trace() {
    repeating_flags=()
    non_repeating_flags=(--fail-on-loss --fold-ids --explain --json --version -h --help)
    repeating_options=(--decode-as --endpoint-rule --obfuscate --protocol --status --service --process --pid --ip --port --path --resource --trace-id --span-id --request-id --close-type)
    non_repeating_options=(-j --workers --config --min-duration --since --until --format --color)
    __deepflow_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '-j'|'--workers')
        return
        ;;
    '--config')
        __deepflow_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--decode-as')
        __deepflow_add_completions -W 'HTTP'$'\n''HTTP2'$'\n''Dubbo'$'\n''gRPC'$'\n''SofaRPC'$'\n''FastCGI'$'\n''bRPC'$'\n''Tars'$'\n''SOME/IP'$'\n''ISO8583'$'\n''Triple'$'\n''MySQL'$'\n''PostgreSQL'$'\n''Oracle'$'\n''Redis'$'\n''MongoDB'$'\n''Memcached'$'\n''Kafka'$'\n''MQTT'$'\n''AMQP'$'\n''OpenWire'$'\n''NATS'$'\n''Pulsar'$'\n''ZMTP'$'\n''RocketMQ'$'\n''WebSphereMQ'$'\n''DNS'$'\n''TLS'$'\n''Ping'$'\n''QUIC'$'\n''SMTP'$'\n''ZooKeeper'$'\n''LDAP'$'\n''SIP'$'\n''Thrift'$'\n''AMQP1'$'\n''STOMP'$'\n''TDS'$'\n''Cassandra'$'\n''ClickHouse'
        return
        ;;
    '--endpoint-rule')
        return
        ;;
    '--obfuscate')
        __deepflow_add_completions -W 'MySQL'$'\n''PostgreSQL'$'\n''TDS'$'\n''Cassandra'$'\n''ClickHouse'$'\n''Oracle'$'\n''Redis'
        return
        ;;
    '--protocol')
        __deepflow_add_completions -W 'HTTP'$'\n''HTTP2'$'\n''Dubbo'$'\n''gRPC'$'\n''SofaRPC'$'\n''FastCGI'$'\n''bRPC'$'\n''Tars'$'\n''SOME/IP'$'\n''ISO8583'$'\n''Triple'$'\n''MySQL'$'\n''PostgreSQL'$'\n''Oracle'$'\n''Redis'$'\n''MongoDB'$'\n''Memcached'$'\n''Kafka'$'\n''MQTT'$'\n''AMQP'$'\n''OpenWire'$'\n''NATS'$'\n''Pulsar'$'\n''ZMTP'$'\n''RocketMQ'$'\n''WebSphereMQ'$'\n''DNS'$'\n''TLS'$'\n''Ping'$'\n''QUIC'$'\n''SMTP'$'\n''ZooKeeper'$'\n''LDAP'$'\n''SIP'$'\n''Thrift'$'\n''AMQP1'$'\n''STOMP'$'\n''TDS'$'\n''Cassandra'$'\n''ClickHouse'$'\n''TCP'$'\n''UDP'
        return
        ;;
    '--status')
        __deepflow_add_completions -W 'ok'$'\n''timeout'$'\n''server_error'$'\n''client_error'$'\n''unknown'$'\n''parse_failed'$'\n''error'
        return
        ;;
    '--service')
        return
        ;;
    '--process')
        return
        ;;
    '--pid')
        return
        ;;
    '--ip')
        return
        ;;
    '--port')
        return
        ;;
    '--path')
        return
        ;;
    '--resource')
        return
        ;;
    '--trace-id')
        return
        ;;
    '--span-id')
        return
        ;;
    '--request-id')
        return
        ;;
    '--close-type')
        __deepflow_add_completions -W 'unknown'$'\n''finish'$'\n''server_rst_flow'$'\n''tcp_timeout'$'\n''forced_report'$'\n''server_syn_miss'$'\n''server_half_close_flow'$'\n''client_rst_flow'$'\n''client_ack_miss'$'\n''client_half_close_flow'$'\n''client_source_port_reuse'$'\n''server_reset'$'\n''server_queue_lack'$'\n''client_establish_other_rst'$'\n''server_establish_other_rst'$'\n''finish_client_rst'
        return
        ;;
    '--min-duration')
        return
        ;;
    '--since')
        return
        ;;
    '--until')
        return
        ;;
    '--format')
        __deepflow_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
        return
        ;;
    '--color')
        __deepflow_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __deepflow_add_completions -f
        return
        ;;
    esac
}

_deepflow_profile() {
    repeating_flags=()
    non_repeating_flags=(--fail-on-loss --fold-ids --json --version -h --help)
    repeating_options=(--decode-as --endpoint-rule --obfuscate --process --pid --thread)
    non_repeating_options=(-j --workers --config --by --event-type --since --until --limit --sort --fields --format --color)
    __deepflow_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '-j'|'--workers')
        return
        ;;
    '--config')
        __deepflow_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--decode-as')
        __deepflow_add_completions -W 'HTTP'$'\n''HTTP2'$'\n''Dubbo'$'\n''gRPC'$'\n''SofaRPC'$'\n''FastCGI'$'\n''bRPC'$'\n''Tars'$'\n''SOME/IP'$'\n''ISO8583'$'\n''Triple'$'\n''MySQL'$'\n''PostgreSQL'$'\n''Oracle'$'\n''Redis'$'\n''MongoDB'$'\n''Memcached'$'\n''Kafka'$'\n''MQTT'$'\n''AMQP'$'\n''OpenWire'$'\n''NATS'$'\n''Pulsar'$'\n''ZMTP'$'\n''RocketMQ'$'\n''WebSphereMQ'$'\n''DNS'$'\n''TLS'$'\n''Ping'$'\n''QUIC'$'\n''SMTP'$'\n''ZooKeeper'$'\n''LDAP'$'\n''SIP'$'\n''Thrift'$'\n''AMQP1'$'\n''STOMP'$'\n''TDS'$'\n''Cassandra'$'\n''ClickHouse'
        return
        ;;
    '--endpoint-rule')
        return
        ;;
    '--obfuscate')
        __deepflow_add_completions -W 'MySQL'$'\n''PostgreSQL'$'\n''TDS'$'\n''Cassandra'$'\n''ClickHouse'$'\n''Oracle'$'\n''Redis'
        return
        ;;
    '--by')
        __deepflow_add_completions -W 'function'$'\n''process'$'\n''thread'
        return
        ;;
    '--event-type')
        __deepflow_add_completions -W 'on-cpu'$'\n''off-cpu'$'\n''mem-alloc'$'\n''mem-inuse'
        return
        ;;
    '--process')
        return
        ;;
    '--pid')
        return
        ;;
    '--thread')
        return
        ;;
    '--since')
        return
        ;;
    '--until')
        return
        ;;
    '--limit')
        return
        ;;
    '--sort')
        return
        ;;
    '--fields')
        return
        ;;
    '--format')
        __deepflow_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
        return
        ;;
    '--color')
        __deepflow_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __deepflow_add_completions -f
        return
        ;;
    esac
}

_deepflow_import() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(-o --output --event-type --unit)
    __deepflow_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '-o'|'--output')
        __deepflow_add_completions -f
        return
        ;;
    '--event-type')
        __deepflow_add_completions -W 'on-cpu'$'\n''off-cpu'$'\n''mem-alloc'$'\n''mem-inuse'
        return
        ;;
    '--unit')
        __deepflow_add_completions -W 'us'$'\n''bytes'$'\n''samples'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __deepflow_add_completions -f
        return
        ;;
    esac
}

_deepflow_export() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __deepflow_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    sqlite|json|flamegraph|folded)
        # Offer subcommand argument completions
        "_deepflow_export_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'sqlite json flamegraph folded' -- "${cur}"))
        ;;
    esac
}

_deepflow_export_sqlite() {
    repeating_flags=()
    non_repeating_flags=(--fail-on-loss --fold-ids -v --verbose --version -h --help)
    repeating_options=(--decode-as --endpoint-rule --obfuscate)
    non_repeating_options=(-j --workers --config -o --output)
    __deepflow_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '-j'|'--workers')
        return
        ;;
    '--config')
        __deepflow_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--decode-as')
        __deepflow_add_completions -W 'HTTP'$'\n''HTTP2'$'\n''Dubbo'$'\n''gRPC'$'\n''SofaRPC'$'\n''FastCGI'$'\n''bRPC'$'\n''Tars'$'\n''SOME/IP'$'\n''ISO8583'$'\n''Triple'$'\n''MySQL'$'\n''PostgreSQL'$'\n''Oracle'$'\n''Redis'$'\n''MongoDB'$'\n''Memcached'$'\n''Kafka'$'\n''MQTT'$'\n''AMQP'$'\n''OpenWire'$'\n''NATS'$'\n''Pulsar'$'\n''ZMTP'$'\n''RocketMQ'$'\n''WebSphereMQ'$'\n''DNS'$'\n''TLS'$'\n''Ping'$'\n''QUIC'$'\n''SMTP'$'\n''ZooKeeper'$'\n''LDAP'$'\n''SIP'$'\n''Thrift'$'\n''AMQP1'$'\n''STOMP'$'\n''TDS'$'\n''Cassandra'$'\n''ClickHouse'
        return
        ;;
    '--endpoint-rule')
        return
        ;;
    '--obfuscate')
        __deepflow_add_completions -W 'MySQL'$'\n''PostgreSQL'$'\n''TDS'$'\n''Cassandra'$'\n''ClickHouse'$'\n''Oracle'$'\n''Redis'
        return
        ;;
    '-o'|'--output')
        __deepflow_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __deepflow_add_completions -f
        return
        ;;
    esac
}

_deepflow_export_json() {
    repeating_flags=()
    non_repeating_flags=(--fail-on-loss --fold-ids --version -h --help)
    repeating_options=(--decode-as --endpoint-rule --obfuscate)
    non_repeating_options=(-j --workers --config -o --output)
    __deepflow_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '-j'|'--workers')
        return
        ;;
    '--config')
        __deepflow_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--decode-as')
        __deepflow_add_completions -W 'HTTP'$'\n''HTTP2'$'\n''Dubbo'$'\n''gRPC'$'\n''SofaRPC'$'\n''FastCGI'$'\n''bRPC'$'\n''Tars'$'\n''SOME/IP'$'\n''ISO8583'$'\n''Triple'$'\n''MySQL'$'\n''PostgreSQL'$'\n''Oracle'$'\n''Redis'$'\n''MongoDB'$'\n''Memcached'$'\n''Kafka'$'\n''MQTT'$'\n''AMQP'$'\n''OpenWire'$'\n''NATS'$'\n''Pulsar'$'\n''ZMTP'$'\n''RocketMQ'$'\n''WebSphereMQ'$'\n''DNS'$'\n''TLS'$'\n''Ping'$'\n''QUIC'$'\n''SMTP'$'\n''ZooKeeper'$'\n''LDAP'$'\n''SIP'$'\n''Thrift'$'\n''AMQP1'$'\n''STOMP'$'\n''TDS'$'\n''Cassandra'$'\n''ClickHouse'
        return
        ;;
    '--endpoint-rule')
        return
        ;;
    '--obfuscate')
        __deepflow_add_completions -W 'MySQL'$'\n''PostgreSQL'$'\n''TDS'$'\n''Cassandra'$'\n''ClickHouse'$'\n''Oracle'$'\n''Redis'
        return
        ;;
    '-o'|'--output')
        __deepflow_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __deepflow_add_completions -f
        return
        ;;
    esac
}

_deepflow_export_flamegraph() {
    repeating_flags=()
    non_repeating_flags=(--fail-on-loss --fold-ids --no-threads --version -h --help)
    repeating_options=(--decode-as --endpoint-rule --obfuscate --process --pid --thread)
    non_repeating_options=(-j --workers --config -o --output --trace --profile --since --until)
    __deepflow_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '-j'|'--workers')
        return
        ;;
    '--config')
        __deepflow_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--decode-as')
        __deepflow_add_completions -W 'HTTP'$'\n''HTTP2'$'\n''Dubbo'$'\n''gRPC'$'\n''SofaRPC'$'\n''FastCGI'$'\n''bRPC'$'\n''Tars'$'\n''SOME/IP'$'\n''ISO8583'$'\n''Triple'$'\n''MySQL'$'\n''PostgreSQL'$'\n''Oracle'$'\n''Redis'$'\n''MongoDB'$'\n''Memcached'$'\n''Kafka'$'\n''MQTT'$'\n''AMQP'$'\n''OpenWire'$'\n''NATS'$'\n''Pulsar'$'\n''ZMTP'$'\n''RocketMQ'$'\n''WebSphereMQ'$'\n''DNS'$'\n''TLS'$'\n''Ping'$'\n''QUIC'$'\n''SMTP'$'\n''ZooKeeper'$'\n''LDAP'$'\n''SIP'$'\n''Thrift'$'\n''AMQP1'$'\n''STOMP'$'\n''TDS'$'\n''Cassandra'$'\n''ClickHouse'
        return
        ;;
    '--endpoint-rule')
        return
        ;;
    '--obfuscate')
        __deepflow_add_completions -W 'MySQL'$'\n''PostgreSQL'$'\n''TDS'$'\n''Cassandra'$'\n''ClickHouse'$'\n''Oracle'$'\n''Redis'
        return
        ;;
    '-o'|'--output')
        __deepflow_add_completions -f
        return
        ;;
    '--trace')
        return
        ;;
    '--profile')
        __deepflow_add_completions -W 'on-cpu'$'\n''off-cpu'$'\n''mem-alloc'$'\n''mem-inuse'
        return
        ;;
    '--process')
        return
        ;;
    '--pid')
        return
        ;;
    '--thread')
        return
        ;;
    '--since')
        return
        ;;
    '--until')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __deepflow_add_completions -f
        return
        ;;
    esac
}

_deepflow_export_folded() {
    repeating_flags=()
    non_repeating_flags=(--fail-on-loss --fold-ids --version -h --help)
    repeating_options=(--decode-as --endpoint-rule --obfuscate --process --pid --thread)
    non_repeating_options=(-j --workers --config -o --output --event-type --since --until)
    __deepflow_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '-j'|'--workers')
        return
        ;;
    '--config')
        __deepflow_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--decode-as')
        __deepflow_add_completions -W 'HTTP'$'\n''HTTP2'$'\n''Dubbo'$'\n''gRPC'$'\n''SofaRPC'$'\n''FastCGI'$'\n''bRPC'$'\n''Tars'$'\n''SOME/IP'$'\n''ISO8583'$'\n''Triple'$'\n''MySQL'$'\n''PostgreSQL'$'\n''Oracle'$'\n''Redis'$'\n''MongoDB'$'\n''Memcached'$'\n''Kafka'$'\n''MQTT'$'\n''AMQP'$'\n''OpenWire'$'\n''NATS'$'\n''Pulsar'$'\n''ZMTP'$'\n''RocketMQ'$'\n''WebSphereMQ'$'\n''DNS'$'\n''TLS'$'\n''Ping'$'\n''QUIC'$'\n''SMTP'$'\n''ZooKeeper'$'\n''LDAP'$'\n''SIP'$'\n''Thrift'$'\n''AMQP1'$'\n''STOMP'$'\n''TDS'$'\n''Cassandra'$'\n''ClickHouse'
        return
        ;;
    '--endpoint-rule')
        return
        ;;
    '--obfuscate')
        __deepflow_add_completions -W 'MySQL'$'\n''PostgreSQL'$'\n''TDS'$'\n''Cassandra'$'\n''ClickHouse'$'\n''Oracle'$'\n''Redis'
        return
        ;;
    '-o'|'--output')
        __deepflow_add_completions -f
        return
        ;;
    '--event-type')
        __deepflow_add_completions -W 'on-cpu'$'\n''off-cpu'$'\n''mem-alloc'$'\n''mem-inuse'
        return
        ;;
    '--process')
        return
        ;;
    '--pid')
        return
        ;;
    '--thread')
        return
        ;;
    '--since')
        return
        ;;
    '--until')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __deepflow_add_completions -f
        return
        ;;
    esac
}

_deepflow_inspect() {
    repeating_flags=()
    non_repeating_flags=(--verify --json --version -h --help)
    repeating_options=()
    non_repeating_options=(--format --color)
    __deepflow_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--format')
        __deepflow_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
        return
        ;;
    '--color')
        __deepflow_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __deepflow_add_completions -f
        return
        ;;
    esac
}

_deepflow_help() {
    repeating_flags=()
    non_repeating_flags=(--version)
    repeating_options=()
    non_repeating_options=()
    __deepflow_offer_flags_options -1
}

complete -o filenames -F _deepflow deepflow
