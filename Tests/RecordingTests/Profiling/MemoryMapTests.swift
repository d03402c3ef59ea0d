import Recording
import Testing

@Suite struct MemoryMapTests {
  private static let text = """
    55d000000000-55d000001000 r--p 00000000 fe:00 1234                       /usr/bin/my program
    55d000001000-55d000005000 r-xp 00001000 fe:00 1234                       /usr/bin/my program
    55d000005000-55d000006000 rw-p 00005000 fe:00 1234                       /usr/bin/my program
    7f0000000000-7f0000010000 rwxp 00000000 00:00 0
    7f1000000000-7f1000020000 r-xp 00026000 fe:00 77                         /usr/lib/libold.so (deleted)
    7ffd00000000-7ffd00002000 r-xp 00000000 00:00 0                          [vdso]
    not a line
    7ffd00000000 r-xp
    """

  @Test("executable regions are found by address, with what is behind them")
  func regions() throws {
    let map = MemoryMap(Self.text)
    #expect(map.regions.count == 4)
    let program = try #require(map.region(at: 0x55d0_0000_1000))
    #expect(program.path == "/usr/bin/my program")
    #expect(program.fileOffset == 0x1000)
    #expect(program.inode == 1234)
    #expect(program.isFile)
    #expect(map.region(at: 0x55d0_0000_4fff) == program)
    #expect(map.region(at: 0x55d0_0000_5000) == nil)
    #expect(map.region(at: 0x55d0_0000_0fff) == nil)
    #expect(map.region(at: 0) == nil)
    #expect(map.region(at: .max) == nil)
    #expect(map.region(at: 0x7f00_0000_8000)?.path == "")
    #expect(map.region(at: 0x7f00_0000_8000)?.isFile == false)
    #expect(map.region(at: 0x7f10_0000_0000)?.path == "/usr/lib/libold.so (deleted)")
    #expect(map.region(at: 0x7ffd_0000_0000)?.isFile == false)
  }
}
