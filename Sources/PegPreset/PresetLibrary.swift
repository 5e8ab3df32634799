public import Foundation
public import PegCore

/// The presets that this machine has, by name.
///
/// They are looked for in folders `deliverables` below, in this order: the folder that `--presets` names, the one that
/// `$PEGBAR_PRESETS` names, `../share/pegbar/presets` beside the executable, `presets` of the checkout that the working
/// folder or the executable lies in. A name in an earlier folder hides the same name in a later one.
public struct PresetLibrary: Sendable {
  /// Folders that exist, in the order in which they are asked; absolute.
  public let roots: [String]

  /// - Parameters:
  ///   - explicit: what `--presets` says.
  ///   - environment: of the process, for `PEGBAR_PRESETS`; empty text is as good as none.
  ///   - executable: the running program, links resolved or not.
  ///   - workingFolder: where a search for the checkout starts.
  /// - Throws: of kind `missingInput` when a folder that was named does not exist, `badInput` when it holds no presets.
  public init(
    searching explicit: String?, environment: [String: String] = ProcessInfo.processInfo.environment,
    executable: URL? = Bundle.main.executableURL,
    workingFolder: String = FileManager.default.currentDirectoryPath
  ) throws(PegError) {
    var roots: [String] = []
    if let explicit { roots.append(try Self.named(explicit, by: "--presets", from: workingFolder)) }
    if let path = environment["PEGBAR_PRESETS"], !path.isEmpty {
      roots.append(try Self.named(path, by: "PEGBAR_PRESETS", from: workingFolder))
    }
    var starts = [URL(filePath: workingFolder)]
    if let executable = executable?.resolvingSymlinksInPath() {
      let installed = executable.deletingLastPathComponent().appending(path: "../share/pegbar/presets").standardized
      if Self.holdsPresets(installed.path) { roots.append(installed.path) }
      starts.append(executable.deletingLastPathComponent())
    }
    for start in starts {
      if let checkout = Self.checkout(above: start) { roots.append(checkout) }
    }
    var seen: Set<String> = []
    self.roots = roots.filter { seen.insert($0).inserted }
  }

  private static func named(_ path: String, by what: String, from folder: String) throws(PegError) -> String {
    let url = URL(filePath: path, relativeTo: URL(filePath: folder, directoryHint: .isDirectory)).standardizedFileURL
    guard FileManager.default.fileExists(atPath: url.path) else {
      throw PegError(.missingInput, "\(what) names \(path), which does not exist")
    }
    guard holdsPresets(url.path) else {
      throw PegError(
        .badInput, "\(what) names \(path), which holds no presets", hint: "presets lie in a folder deliverables in it")
    }
    return url.path
  }

  private static func holdsPresets(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path + "/deliverables", isDirectory: &isFolder) && isFolder.boolValue
  }

  private static func checkout(above start: URL) -> String? {
    var folder = start.standardizedFileURL
    // A folder's parent is itself at the top.
    for _ in 0..<64 {
      let candidate = folder.appending(path: "presets").path
      if holdsPresets(candidate) { return candidate }
      let parent = folder.deletingLastPathComponent().standardizedFileURL
      if parent.path == folder.path { return nil }
      folder = parent
    }
    return nil
  }

  /// What to say when there is not one preset.
  public var noPresets: PegError {
    PegError(
      .missingInput,
      roots.isEmpty ? "no folder of presets was found" : "there are no presets in \(roots.joined(separator: ", "))",
      hint: "name their folder with --presets or PEGBAR_PRESETS")
  }

  // MARK: By name

  /// Names of all deliverables, sorted.
  public func list() -> [String] {
    var names: Set<String> = []
    for root in roots {
      for file in (try? FileManager.default.contentsOfDirectory(atPath: root + "/deliverables")) ?? [] {
        if file.hasSuffix(".yaml"), !file.hasPrefix(".") { names.insert(String(file.dropLast(5))) }
      }
    }
    return names.sorted()
  }

  /// The deliverable of this name, or in this file when the name ends in `.yaml`.
  ///
  /// - Throws: of kind `missingInput` when there is none, `badInput` with file and line when it does not load.
  public func deliverable(named name: String) throws(PegError) -> Deliverable {
    try load(file: try path(of: name, askedBy: nil)).deliverable()
  }

  /// What is wrong with a preset's file: one finding for each section that does not load.
  public func check(_ file: String) -> [Finding] {
    do {
      return Deliverable.faults(resolving: try load(file: file).node).map { Self.finding($0, at: file) }
    } catch {
      return [Self.finding(error, at: file)]
    }
  }

  private static func finding(_ fault: PegError, at file: String) -> Finding {
    Finding("preset.invalid", .error, fault.sentence, at: file, hint: fault.hint)
  }

  private func path(of name: String, askedBy asker: PresetNode?) throws(PegError) -> String {
    if name.hasSuffix(".yaml") {
      guard FileManager.default.fileExists(atPath: name) else {
        throw PegError(.missingInput, "the preset \(name) does not exist")
      }
      return name
    }
    for root in roots {
      let path = "\(root)/deliverables/\(name).yaml"
      if !name.contains("/"), FileManager.default.fileExists(atPath: path) { return path }
    }
    let known = list()
    if known.isEmpty, asker == nil { throw noPresets }
    let hint =
      Spelling.nearest(to: name, among: known).map { "did you mean \($0)?" }
      ?? "there are \(known.joined(separator: ", "))"
    if let asker { throw asker.fault("extends \(name), which does not exist", hint: hint) }
    throw PegError(.missingInput, "there is no preset \(name)", hint: hint)
  }

  // MARK: Inheritance

  private struct Loaded {
    var node: PresetNode
    var name: String
    var file: String

    func deliverable() throws(PegError) -> Deliverable { try Deliverable(resolving: node, name: name, file: file) }
  }

  private func load(file: String) throws(PegError) -> Loaded {
    var node = try read(file)
    var files = [URL(filePath: file).standardizedFileURL.path]
    while let parent = try Self.parent(of: node) {
      // A preset that extends its own name extends the one that it hides.
      let name = parent.name
      let path: String
      if let other = hidden(name, below: files) {
        path = other
      } else {
        path = try self.path(of: name, askedBy: parent.node)
      }
      let standard = URL(filePath: path).standardizedFileURL.path
      guard !files.contains(standard) else {
        throw parent.node.fault("extends \(name), which extends this one", hint: "a preset cannot extend itself")
      }
      files.append(standard)
      node = Self.withoutParent(node).over(try read(path))
    }
    let name = URL(filePath: file).deletingPathExtension().lastPathComponent
    return Loaded(node: node, name: name, file: file)
  }

  private func hidden(_ name: String, below files: [String]) -> String? {
    guard !name.hasSuffix(".yaml") else { return nil }
    let paths = roots.map { URL(filePath: "\($0)/deliverables/\(name).yaml").standardizedFileURL.path }
    guard let last = files.last, let index = paths.firstIndex(of: last) else { return nil }
    return paths[(index + 1)...].first { FileManager.default.fileExists(atPath: $0) }
  }

  private static func parent(of node: PresetNode) throws(PegError) -> (name: String, node: PresetNode)? {
    guard case .map(let entries) = node.value, let entry = entries.first(where: { $0.key == "extends" }) else {
      return nil
    }
    guard case .text(let name) = entry.value.value else { throw entry.value.fault("extends is the name of a preset") }
    // A file is named from the folder of the one that names it.
    guard name.hasSuffix(".yaml"), !name.hasPrefix("/") else { return (name, entry.value) }
    let folder = URL(filePath: entry.value.file).deletingLastPathComponent()
    return (folder.appending(path: name).standardizedFileURL.path, entry.value)
  }

  private static func withoutParent(_ node: PresetNode) -> PresetNode {
    guard case .map(let entries) = node.value else { return node }
    return PresetNode(value: .map(entries.filter { $0.key != "extends" }), file: node.file, line: node.line)
  }

  private func read(_ file: String) throws(PegError) -> PresetNode {
    let data: Data
    do {
      data = try Data(contentsOf: URL(filePath: file))
    } catch {
      guard FileManager.default.fileExists(atPath: file) else {
        throw PegError(.missingInput, "the preset \(file) does not exist")
      }
      throw PegError(.badInput, "the preset \(file) cannot be read")
    }
    guard data.count <= 1 << 20, let text = String(data: data, encoding: .utf8) else {
      throw PegError(.badInput, "the preset \(file) is no text in UTF-8 of at most 1 MiB")
    }
    return try PresetNode(yaml: text, file: file)
  }
}
