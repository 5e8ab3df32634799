/// An xmeml around tracks: a sequence of 1920x1080 at 24, and a file that tests speak of.
///
/// `media` is 1,000 frames of 24 from 01:00:00:00 (86,400), 1280x720, stereo.
func xmeml(
  timebase: Int = 24, ntsc: Bool = false, video: [String] = [], audio: [String] = [], sequence: String = ""
) -> String {
  let rate = "<rate><timebase>\(timebase)</timebase><ntsc>\(ntsc ? "TRUE" : "FALSE")</ntsc></rate>"
  func tracks(_ list: [String]) -> String { list.map { "<track>\n\($0)\n</track>" }.joined(separator: "\n") }
  return """
    <?xml version="1.0" encoding="UTF-8"?>
    <!DOCTYPE xmeml>
    <xmeml version="5">
    <sequence id="s">
    <name>seq</name>
    <duration>1000</duration>
    \(rate)
    <timecode>\(rate)<frame>\(timebase * 3600)</frame><displayformat>NDF</displayformat></timecode>
    \(sequence)
    <media>
    <video>
    <format><samplecharacteristics><width>1920</width><height>1080</height></samplecharacteristics></format>
    \(tracks(video))
    </video>
    <audio>
    <format><samplecharacteristics><depth>16</depth><samplerate>48000</samplerate></samplecharacteristics></format>
    \(tracks(audio))
    </audio>
    </media>
    </sequence>
    </xmeml>
    """
}

let xmemlMedia = """
  <file id="media"><name>media.mov</name><pathurl>file://localhost/D%3a/a%20b/media.mov</pathurl>
  <rate><timebase>24</timebase><ntsc>FALSE</ntsc></rate><duration>1000</duration>
  <timecode><rate><timebase>24</timebase><ntsc>FALSE</ntsc></rate><frame>86400</frame><reel><name>R1</name></reel></timecode>
  <media><video><samplecharacteristics><width>1280</width><height>720</height></samplecharacteristics></video>
  <audio><channelcount>2</channelcount></audio></media></file>
  """

/// A clip of that file, which is written out where `isFirst`.
func xmemlClip(
  _ name: String, _ start: Int, _ end: Int, in first: Int, out last: Int, isFirst: Bool = false, _ inside: String = ""
) -> String {
  """
  <clipitem id="\(name)"><name>\(name)</name><duration>1000</duration><rate><timebase>24</timebase><ntsc>FALSE</ntsc></rate>
  <start>\(start)</start><end>\(end)</end><in>\(first)</in><out>\(last)</out>
  \(isFirst ? xmemlMedia : "<file id=\"media\"/>")
  \(inside)
  </clipitem>
  """
}

func xmemlDissolve(_ start: Int, _ end: Int, _ alignment: String, id: String = "Cross Dissolve", kind: String = "video")
  -> String
{
  """
  <transitionitem><start>\(start)</start><end>\(end)</end><alignment>\(alignment)</alignment>
  <effect><name>\(id)</name><effectid>\(id)</effectid><effecttype>transition</effecttype><mediatype>\(kind)</mediatype>
  <startratio>0</startratio><endratio>1</endratio><reverse>FALSE</reverse></effect></transitionitem>
  """
}

/// A filter by its effect's id, and parameters by their ids.
func xmemlFilter(_ id: String, _ parameters: [(String, String)]) -> String {
  let list = parameters.map { "<parameter><parameterid>\($0.0)</parameterid><name>\($0.0)</name>\($0.1)</parameter>" }
  return "<filter><effect><name>\(id)</name><effectid>\(id)</effectid>\(list.joined())</effect></filter>"
}
