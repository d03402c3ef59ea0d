@testable import Protocols

/// What the engine makes of a recorded file: for each conversation its exchanges, as "type status code", in the order they were delivered.
func recordedAnswers(_ file: String) -> [[String]] {
  FixtureReader.conversations(file: file).map { conversation in
    var run = EngineRun(
      clientPort: conversation.clientPort, serverPort: conversation.serverPort, isDatagram: conversation.isDatagram)
    for chunk in conversation.chunks { run.send(chunk.bytes, from: chunk.sender) }
    return run.exchanges(.closed).map { exchange in
      "\(summaryField("type", exchange.request)) \(summaryField("status", exchange.response)) \(summaryField("code", exchange.response))"
    }
  }
}

/// The value of a field in a summary that was spelled out; "-" when it is not there.
func summaryField(_ name: String, _ summary: String?) -> String {
  summary?.split(separator: " ").first { $0.hasPrefix("\(name)=") }.map { String($0.dropFirst(name.count + 1)) } ?? "-"
}
