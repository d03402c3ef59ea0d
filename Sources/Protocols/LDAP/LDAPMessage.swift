/// A message: SEQUENCE { messageID INTEGER, protocolOp, controls [0] OPTIONAL }. Source: RFC 4511 §4.1.1.
struct LDAPMessage: Sendable {
  var identifier: UInt32
  var operation: LDAPOperation
  /// Content of the operation, as far as it is there.
  var body: Range<Int>
}

/// The operation, by the number of its tag. Source: RFC 4511 §4.
enum LDAPOperation: UInt8, Sendable {
  case bindRequest = 0
  case bindResponse = 1
  case unbindRequest = 2
  case searchRequest = 3
  case searchResultEntry = 4
  case searchResultDone = 5
  case modifyRequest = 6
  case modifyResponse = 7
  case addRequest = 8
  case addResponse = 9
  case deleteRequest = 10
  case deleteResponse = 11
  case modifyNameRequest = 12
  case modifyNameResponse = 13
  case compareRequest = 14
  case compareResponse = 15
  case abandonRequest = 16
  case searchResultReference = 19
  case extendedRequest = 23
  case extendedResponse = 24
  case intermediateResponse = 25

  /// The part that messages of the operation play.
  enum Part: Sendable {
    case request, response, entry, oneWay
  }

  var part: Part {
    switch self {
    case .bindRequest, .searchRequest, .modifyRequest, .addRequest, .deleteRequest, .modifyNameRequest, .compareRequest, .extendedRequest:
      .request
    case .bindResponse, .searchResultDone, .modifyResponse, .addResponse, .deleteResponse, .modifyNameResponse, .compareResponse,
      .extendedResponse:
      .response
    case .searchResultEntry, .searchResultReference, .intermediateResponse: .entry
    case .unbindRequest, .abandonRequest: .oneWay
    }
  }

  var isFromClient: Bool {
    switch part {
    case .request, .oneWay: true
    case .response, .entry: false
    }
  }

  /// The tag that a message has for the operation: [APPLICATION n], constructed but for three.
  var tag: UInt8 {
    switch self {
    case .unbindRequest, .deleteRequest, .abandonRequest: 0x40 | rawValue
    default: 0x60 | rawValue
    }
  }

  init?(tag: UInt8) {
    guard let operation = LDAPOperation(rawValue: tag & 0x1f), operation.tag == tag else { return nil }
    self = operation
  }

  var name: StaticString? {
    switch self {
    case .bindRequest: "bind"
    case .unbindRequest: "unbind"
    case .searchRequest: "search"
    case .modifyRequest: "modify"
    case .addRequest: "add"
    case .deleteRequest: "delete"
    case .modifyNameRequest: "modifyDN"
    case .compareRequest: "compare"
    case .abandonRequest: "abandon"
    case .extendedRequest: "extended"
    default: nil
    }
  }
}

/// Source: RFC 4511 §4.1.9, appendix A.
enum LDAPResult {
  static func name(_ code: Int) -> StaticString? {
    switch code {
    case 0: "success"
    case 1: "operationsError"
    case 2: "protocolError"
    case 3: "timeLimitExceeded"
    case 4: "sizeLimitExceeded"
    case 5: "compareFalse"
    case 6: "compareTrue"
    case 7: "authMethodNotSupported"
    case 8: "strongerAuthRequired"
    case 10: "referral"
    case 11: "adminLimitExceeded"
    case 12: "unavailableCriticalExtension"
    case 13: "confidentialityRequired"
    case 14: "saslBindInProgress"
    case 16: "noSuchAttribute"
    case 17: "undefinedAttributeType"
    case 18: "inappropriateMatching"
    case 19: "constraintViolation"
    case 20: "attributeOrValueExists"
    case 21: "invalidAttributeSyntax"
    case 32: "noSuchObject"
    case 33: "aliasProblem"
    case 34: "invalidDNSyntax"
    case 36: "aliasDereferencingProblem"
    case 48: "inappropriateAuthentication"
    case 49: "invalidCredentials"
    case 50: "insufficientAccessRights"
    case 51: "busy"
    case 52: "unavailable"
    case 53: "unwillingToPerform"
    case 54: "loopDetect"
    case 64: "namingViolation"
    case 65: "objectClassViolation"
    case 66: "notAllowedOnNonLeaf"
    case 67: "notAllowedOnRDN"
    case 68: "entryAlreadyExists"
    case 69: "objectClassModsProhibited"
    case 71: "affectsMultipleDSAs"
    case 80: "other"
    case 118: "canceled"
    default: nil
    }
  }

  /// Whether the operation did what it was for, or goes on.
  static func isSuccess(_ code: Int) -> Bool { [0, 5, 6, 10, 14].contains(code) }

  /// Whether the server, not what it was asked, is the reason.
  static func isServers(_ code: Int) -> Bool { [1, 3, 11, 51, 52, 53, 54, 80].contains(code) }
}
