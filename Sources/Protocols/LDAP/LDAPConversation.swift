/// Whether the connection turns to TLS, and how many entries searches have brought.
struct LDAPConversation: ConversationState {
  /// StartTLS was asked for under this identifier.
  var startTLSIdentifier: UInt32?
  var startsTLS = false
}
