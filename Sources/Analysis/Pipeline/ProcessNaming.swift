import Capture
import Protocols
import Transport

/// Fills in what rows can only know when the whole capture has been read: processes and services of both ends.
struct ProcessNaming {
  /// Names by process, and addresses as service names, so that each is put together once. Looked up only.
  private var names: [UInt32: TextID] = [:]
  private var addresses: [Endpoint: TextID] = [:]

  mutating func complete(_ rows: inout [RequestRow], _ owners: borrowing SocketOwners, _ texts: inout TextTable) {
    for index in rows.indices {
      let row = rows[index]
      rows[index].clientProcess = process(row, isClient: true, owners, &texts)
      rows[index].serverProcess = process(row, isClient: false, owners, &texts)
      rows[index].clientService = rows[index].clientProcess?.name
      rows[index].serverService = rows[index].serverProcess?.name ?? address(row.server, &texts)
    }
  }

  mutating func complete(_ rows: inout [FlowRow], _ owners: borrowing SocketOwners, _ texts: inout TextTable) {
    for index in rows.indices { complete(&rows[index], owners, &texts) }
  }

  mutating func complete(_ row: inout FlowRow, _ owners: borrowing SocketOwners, _ texts: inout TextTable) {
    if let owner = owners.owner(local: row.client, remote: row.server, row.ipProtocol, at: row.startTime) {
      row.clientProcess = reference(owner.processID, owners.command(of: owner.processID), &texts)
    }
    if let owner = owners.owner(local: row.server, remote: row.client, row.ipProtocol, at: row.startTime) {
      row.serverProcess = reference(owner.processID, owners.command(of: owner.processID), &texts)
    }
    row.clientService = row.clientProcess?.name
    row.serverService = row.serverProcess?.name ?? address(row.server, &texts)
  }

  private mutating func process(
    _ row: RequestRow, isClient: Bool, _ owners: borrowing SocketOwners, _ texts: inout TextTable
  ) -> ProcessReference? {
    if row.source == .ebpf, isClient == (row.observationPoint == .clientProcess),
      let thread = row.requestThread ?? row.responseThread
    {
      return reference(thread.processID, owners.command(of: thread.processID), &texts)
    }
    let (local, remote) = isClient ? (row.client, row.server) : (row.server, row.client)
    guard let owner = owners.owner(local: local, remote: remote, row.ipProtocol, at: row.startTime) else { return nil }
    return reference(owner.processID, owners.command(of: owner.processID), &texts)
  }

  private mutating func reference(_ processID: UInt32, _ command: CommandName?, _ texts: inout TextTable) -> ProcessReference? {
    guard let command else { return nil }
    if let name = names[processID] { return ProcessReference(processID: processID, name: name) }
    let name = texts.intern(command.description)
    names[processID] = name
    return ProcessReference(processID: processID, name: name)
  }

  private mutating func address(_ endpoint: Endpoint, _ texts: inout TextTable) -> TextID {
    if let known = addresses[endpoint] { return known }
    let text = texts.intern(endpoint.description)
    addresses[endpoint] = text
    return text
  }
}
