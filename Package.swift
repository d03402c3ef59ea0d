// swift-tools-version: 6.2
import PackageDescription

/// Swift 6 mode, strict imports and warnings as errors, for every Swift target.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .treatAllWarnings(as: .error),
]

func module(_ name: String, _ dependencies: [Target.Dependency] = [], plugins: [Target.PluginUsage] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict, plugins: plugins)
}

func suite(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
  .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: strict)
}

let package = Package(
  name: "deepflow",
  products: [.executable(name: "deepflow", targets: ["deepflow"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    // C libraries.
    .systemLibrary(name: "CLibbpf", pkgConfig: "libbpf", providers: [.apt(["libbpf-dev"])]),
    .systemLibrary(name: "CLibelf", pkgConfig: "libelf", providers: [.apt(["libelf-dev"])]),
    .systemLibrary(name: "CPcap", pkgConfig: "libpcap", providers: [.apt(["libpcap-dev"])]),
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .target(name: "CDeepFlow"),

    // The kernel side: compiled by the toolchain's own clang, embedded as text.
    .plugin(name: "CompileBPF", capability: .buildTool(), path: "bpf/Plugin"),
    module("BPFObject", plugins: ["CompileBPF"]),

    // Pure, portable, deterministic. Imports point downwards only.
    module("Wire"),
    module("Capture", ["Wire"]),
    module("BundleFormat", ["Wire", "Capture", "CZstd", "CZlib"]),
    module("Transport", ["Wire", "Capture"]),
    module("Protocols", ["Wire", "Capture", "Transport", "CZlib", "CZstd"]),
    module("Profiles", ["Wire", "Capture"]),
    module("Analysis", ["Wire", "Capture", "Transport", "Protocols", "Profiles"]),
    module("Export", ["Capture", "Analysis", "Profiles", "CSQLite"]),
    module("Configuration", ["Protocols", "Analysis", "CYAML"]),

    // Live, Linux, privileged.
    module("Recording", ["Wire", "Capture", "BundleFormat", "Profiles", "BPFObject", "CDeepFlow", "CLibbpf", "CLibelf", "CPcap"]),

    .executableTarget(
      name: "deepflow",
      dependencies: [
        "Recording", "BundleFormat", "Capture", "Analysis", "Protocols", "Profiles", "Export", "Configuration",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),

    // Tests mirror the sources.
    suite("WireTests", ["Wire"]),
    suite("CaptureTests", ["Capture"]),
    suite("BundleFormatTests", ["BundleFormat", "Wire", "Capture"]),
    suite("TransportTests", ["Transport", "Wire", "Capture"]),
    suite("ProtocolsTests", ["Protocols", "Transport", "Wire", "Capture", "BundleFormat"]),
    suite("ProfilesTests", ["Profiles", "Capture", "Wire"]),
    suite("AnalysisTests", ["Analysis", "Protocols", "Transport", "Wire", "Capture", "BundleFormat"]),
    suite(
      "ExportTests", ["Export", "Analysis", "Profiles", "Protocols", "Transport", "BundleFormat", "Capture", "CSQLite"], exclude: ["golden"]
    ),
    suite("ConfigurationTests", ["Configuration", "Protocols"]),
    suite("RecordingTests", ["Recording", "Profiles", "BundleFormat", "Capture", "Wire", "CDeepFlow", "CLibbpf"]),
    suite("CommandTests", ["deepflow"]),
  ]
)
