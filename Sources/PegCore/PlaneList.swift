/// The planes of a picture, at most four, by value: what a row asks for thousands of times a picture counts no references.
/// Inlinable, for a generic that is not made for its type looks its type up each time.
public struct PlaneList<Plane>: RandomAccessCollection {
  @usableFromInline let first: Plane?
  @usableFromInline let second: Plane?
  @usableFromInline let third: Plane?
  @usableFromInline let fourth: Plane?
  public let count: Int

  /// - Precondition: there are at most four.
  @inlinable
  public init(_ planes: some Collection<Plane>) {
    precondition(planes.count <= 4, "a picture has at most four planes")
    var rest = planes.makeIterator()
    (first, second, third, fourth) = (rest.next(), rest.next(), rest.next(), rest.next())
    count = planes.count
  }

  @inlinable public var startIndex: Int { 0 }
  @inlinable public var endIndex: Int { count }

  @inlinable
  public subscript(index: Int) -> Plane {
    let plane =
      switch index {
      case 0: first
      case 1: second
      case 2: third
      case 3: fourth
      default: nil as Plane?
      }
    guard let plane else { preconditionFailure("there is no plane \(index) of \(count)") }
    return plane
  }
}

extension PlaneList: ExpressibleByArrayLiteral {
  @inlinable
  public init(arrayLiteral planes: Plane...) { self.init(planes) }
}
