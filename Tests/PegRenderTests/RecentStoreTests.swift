@testable import PegRender
import Testing

/// What is kept of the recent past is bounded in bytes, and what was used longest ago goes first.
@Suite struct RecentStoreTests {
  @Test func theLeastRecentlyUsedGoesFirst() {
    var store = RecentStore<String, Int>(limit: 3)
    for (index, key) in ["a", "b", "c"].enumerated() { store.keep(index, for: key, bytes: 1) }
    #expect(store.value(for: "a") == 0)
    store.keep(3, for: "d", bytes: 1)
    // b was used longest ago: a was looked at after it.
    #expect(store.value(for: "b") == nil)
    #expect(store.value(for: "a") == 0)
    #expect(store.value(for: "c") == 2)
    #expect(store.value(for: "d") == 3)
    #expect(store.bytes == 3)
  }

  @Test func bytesAreHeldToTheLimit() {
    var store = RecentStore<Int, Int>(limit: 100)
    for key in 0..<1000 {
      store.keep(key, for: key, bytes: key % 41)
      #expect(store.bytes <= 100)
    }
    // 999, 998, … weigh 999 % 41 = 15, 14, 13, 12, 11, 10, 9, 8: 92, and the next would be 7: 99, and 6 is too much.
    #expect(store.count == 9)
    #expect(store.value(for: 991) == 991)
    #expect(store.value(for: 990) == nil)
    store.keep(1, for: -1, bytes: 101)
    #expect(store.value(for: -1) == nil)
    #expect(store.bytes == 99)
  }

  @Test func aKeyKeptAgainHasItsNewValue() {
    var store = RecentStore<Int, String>(limit: 10)
    store.keep("old", for: 1, bytes: 4)
    store.keep("new", for: 1, bytes: 6)
    #expect(store.value(for: 1) == "new")
    #expect(store.bytes == 6)
    #expect(store.count == 1)
  }

  @Test func aLimitOfNothingHoldsNothing() {
    var store = RecentStore<Int, Int>(limit: 0)
    store.keep(1, for: 1, bytes: 1)
    #expect(store.count == 0)
  }
}
