import Testing

/// Real recordings of real system calls and packets, one after the other: they see each other's traffic. Where the kernel or the
/// privileges do not allow it they are skipped, with the reason.
@Suite(.serialized, .enabled(if: LiveRecording.obstacle == nil, Comment(rawValue: LiveRecording.obstacle ?? "")))
enum LiveCaptureTests {}
