/** Where a function stood. Lines and columns from 1. */
export interface Frame {
  readonly name: string
  readonly file: string
  readonly line: number
  readonly column: number
}

const MOST = 10
/** Looks in a second, of half a millisecond each: a policy whose every decision throws must not hold up other requests. */
const MOST_LOOKS = 20
let second = 0
let looks = 0

/**
 * The frames of what is thrown when something is done again. Errors of a realm have no stack: reading one calls the host, whose
 * error comes out in the realm if the stack is used up there. So V8's inspector is asked, which tells it in a text. Empty where
 * it cannot.
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
    // A Node without an inspector.
    return []
  }
}

const PLACE = Symbol.for('iap.again')

function framesOf(again: () => unknown): readonly Frame[] {
  // Loaded where it is needed, which is hardly ever.
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
