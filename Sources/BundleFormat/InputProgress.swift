/// How far a file was read.
package struct InputProgress: Sendable {
  package var path: String
  /// Bytes read from the file, compressed as they are there.
  package var readByteCount: UInt64
  /// Bytes of the file; `nil` for a pipe.
  package var fileByteCount: UInt64?
}
