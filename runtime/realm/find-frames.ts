/** A stack frame. Lines and columns count from 1. */
export interface Frame {
  readonly name: string
  readonly file: string
  readonly line: number
  readonly column: number
}

const MOST = 10
/**
 * Maximum number of searches a second, each of half a millisecond: a policy that always throws must not delay other requests.
 */
const MOST_LOOKS = 20
let second = 0
let looks = 0

/**
 * Returns the stack frames of an error of a realm, by repeating the code that throws it. Returns an empty list if frames are
 * unavailable, or after 20 calls within a second. Such errors have no stack, because reading one calls the host, which may leak
 * its own error when the stack overflows. V8's inspector provides the stack as text instead.
 */
export function findFrames(again: () => unknown): readonly Frame[] {
  const now = Math.floor(performance.now() / 1000)
  if (now !== second) looks = 0
  second = now
  looks += 1
  if (looks > MOST_LOOKS) return []
  try {
    return framesOf(again)
  } catch {
    // Node without an inspector.
    return []
  }
}

const PLACE = Symbol.for('iap.again')

function framesOf(again: () => unknown): readonly Frame[] {
  // Loaded on demand, hardly ever.
  const { Session } = process.getBuiltinModule('node:inspector')
  const session = new Session()
  session.connect()
  try {
    Object.defineProperty(globalThis, PLACE, { value: again, configurable: true })
    let frames: readonly Frame[] = []
    session.post('Runtime.enable')
    session.post('Runtime.evaluate', { expression: "globalThis[Symbol.for('iap.again')]()", silent: true }, (_, told) => {
      const found = told?.exceptionDetails?.stackTrace?.callFrames ?? []
      frames = found.slice(0, MOST).map(({ functionName, url, lineNumber, columnNumber }) => ({
        name: functionName,
        file: url,
        line: lineNumber + 1,
        column: columnNumber + 1,
      }))
    })
    session.post('Runtime.disable')
    return frames
  } finally {
    Reflect.deleteProperty(globalThis, PLACE)
    session.disconnect()
  }
}
