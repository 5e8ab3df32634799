/// DESIGN §6 once more, in Python's fractions and by asking what each single frame shows: no segments, no maps, no code of
/// ours. Reads OTIO files as JSON. Knows what ``RandomCuts`` makes.
enum FrameMapJudge {
  static let script = """
    import json, sys
    from fractions import Fraction as F
    from math import floor, ceil

    RATES = {23.976: F(24000, 1001), 29.97: F(30000, 1001), 59.94: F(60000, 1001)}

    def rate(x):
        for k, v in RATES.items():
            if abs(x - k) < 0.005: return v
        return F(x).limit_denominator(1001)

    def secs(t): return F(t['value']).limit_denominator(10**6) / rate(t['rate'])

    def speed(x): return F(repr(x)) if len(repr(x).replace('-', '').replace('.', '').strip('0')) < 6 else \\
        F(repr(x)).limit_denominator(1001)

    def kind(c): return c['OTIO_SCHEMA'].split('.')[0]

    def said(c, key): return ((c.get('metadata') or {}).get('pegbar') or {}).get(key)

    def warp(c):
        s = F(1)
        for e in c.get('effects') or []:
            if kind(e) == 'LinearTimeWarp': s *= speed(e['time_scalar'])
            if kind(e) == 'FreezeFrame': s = F(0)
        return s

    def duration(c):
        if c.get('source_range'): return secs(c['source_range']['duration'])
        if kind(c) == 'Transition': return F(0)
        return extent(c)

    def extent(c):
        inner = [duration(x) for x in c.get('children') or []]
        return (max if kind(c) == 'Stack' else sum)(inner)

    def through(k, d, c):
        # An item's frame k of d, in its own time before speed; with the speed that is left.
        s = warp(c)
        if s < 0:
            m = d - 1 - k
            k = F(0) if m < 0 and k < d else m
            s = -s
        step = said(c, 'step')
        if step:
            f, p = step['frames'], step.get('phase', 0)
            k = max(F(0), F(floor(F(k + p) / f) * f - p))
        return k, s

    def clip(c, k, d, R, facts):
        url = c['media_references']['DEFAULT_MEDIA']['target_url']
        fact = facts[url]
        r = rate(fact['rate'])
        k, s = through(k, d, c)
        begin = F(fact['start'][0], fact['start'][1])
        at = (secs(c['source_range']['start_time']) - begin) * r
        frame = floor(at + k * s * (1 if said(c, 'rate_mode') == 'frames' else r / R))
        return [[c['name'], min(max(frame, 0), fact['count'] - 1)]]

    def item(c, q, start, end, R, facts):
        # What an item that begins at frame `start` shows at position q of its track, q possibly in its handles.
        if not c.get('enabled', True) or kind(c) == 'Gap': return []
        if kind(c) == 'Clip': return clip(c, q - start, end - start, R, facts)
        k, s = through(q - start, end - start, c)
        begin = secs(c['source_range']['start_time']) * R if c.get('source_range') else F(0)
        inner = begin + k * s
        if not 0 <= inner < ceil(extent(c) * R): return []
        return stack(c, inner, R, facts) if kind(c) == 'Stack' else track(c, inner, R, facts)

    def track(t, q, R, facts):
        at, items, joins = F(0), [], []
        for i, c in enumerate(t['children']):
            if kind(c) == 'Transition':
                joins.append((i, ceil((at - secs(c['in_offset'])) * R), ceil((at + secs(c['out_offset'])) * R)))
            else:
                items.append((i, ceil(at * R), ceil((at + duration(c)) * R), c))
                at += duration(c)
        for i, js, je in joins:
            if js <= q < je:
                shown = []
                for n, start, end, c in items:
                    if n in (i - 1, i + 1): shown += item(c, q, start, end, R, facts)
                return shown
        for n, start, end, c in items:
            if start <= q < end: return item(c, q, start, end, R, facts)
        return []

    def stack(s, q, R, facts):
        shown = []
        for t in s['children']:
            if not t.get('enabled', True) or t.get('kind') == 'Audio': continue
            end = ceil(duration(t) * R)
            if 0 <= q < end: shown += item(t, q, 0, end, R, facts)
        return shown

    for line in sys.stdin:
        path, facts = line.rstrip('\\n').split('\\t')
        cut, facts = json.load(open(path)), json.loads(facts)
        r = cut['metadata']['pegbar']['rate']
        R = F(r) if isinstance(r, str) else F(r)
        n = ceil(extent(cut['tracks']) * R)
        print(json.dumps([stack(cut['tracks'], F(k), R, facts) for k in range(n)], separators=(',', ':')))
    """
}
