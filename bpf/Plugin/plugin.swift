import Foundation
import PackagePlugin

/// Compiles `bpf/deepflow.bpf.c` with the Swift toolchain's own clang (it has the BPF backend; `DEEPFLOW_BPF_CLANG` names
/// another one) and embeds the object as base64 in a `StaticString`: an array literal of this size costs the compiler
/// seconds, a string literal nothing.
@main struct CompileBPF: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: Target) async throws -> [Command] {
    let bpf = context.package.directoryURL.appending(path: "bpf")
    let shared = context.package.directoryURL.appending(path: "Sources/CDeepFlow/include")
    let clang =
      try ProcessInfo.processInfo.environment["DEEPFLOW_BPF_CLANG"].map { URL(fileURLWithPath: $0) } ?? context.tool(named: "clang").url
    let inputs = try [bpf, shared].flatMap { try FileManager.default.contentsOfDirectory(at: $0, includingPropertiesForKeys: nil) }
      .filter { ["h", "c"].contains($0.pathExtension) }.sorted { $0.path < $1.path }
    let source = bpf.appending(path: "deepflow.bpf.c")
    let generated = context.pluginWorkDirectoryURL.appending(path: "BPFObject.generated.swift")
    // One command, and the object is not listed as an output: an output of unknown type becomes a copied resource, which
    // makes a resource bundle and pulls Foundation into the target. -mcpu=v3: 5.10 and 6.1 refuse v4.
    let script = #"""
      set -eu
      "$1" -target bpf -mcpu=v3 -O2 -g -Wall -Werror -D__TARGET_ARCH_"$7" -fdebug-prefix-map="$5"=. -I "$2" -I "$6" -c "$3" -o "$4.o"
      { printf 'package let embeddedBPFObject: StaticString = "'; base64 -w0 "$4.o"; printf '"\n'; } > "$4"
      """#
    // libbpf's name for the processor; it decides the system calls' numbers and argument registers.
    #if arch(arm64)
      let architecture = "arm64"
    #else
      let architecture = "x86"
    #endif
    return [
      .buildCommand(
        displayName: "Compiling and embedding deepflow.bpf.c", executable: URL(fileURLWithPath: "/bin/sh"),
        arguments: [
          "-c", script, "sh", clang.path, bpf.path, source.path, generated.path, context.package.directoryURL.path, shared.path,
          architecture,
        ],
        inputFiles: inputs, outputFiles: [generated])
    ]
  }
}
