/** Maps stack traces of `policy.js` to the policy's sources. */
import { decode } from '@jridgewell/sourcemap-codec'
import { POLICY_ENTRY } from '../../abi/index.ts'
import { findFrames, RealmError } from '../../realm/index.ts'

/** Returns an error's stack trace for people to read, or `null` without one. */
export type StackOf = (error: unknown) => string | null

export interface StackReader {
  readonly stackOf: StackOf
  /** Returns the innermost position of an error in the policy, such as ` (policies/orders.iap:12:3)`, or an empty text. */
  readonly placeOf: (error: unknown) => string
}

/** Maximum length of a stack in characters; stacks have ten frames. */
const LONGEST = 16_384
/** Maximum number of characters of a source map for each character of code. */
const MOST_PER_CHARACTER = 4

/**
 * Creates a reader that maps stack traces of code named `folder/policy.js` to policy sources. The source map is parsed on first
 * use. Without one, stack traces name lines of `policy.js`.
 */
export function createStackReader(folder: string, policy: string, sourceMap: string | null): StackReader {
  let places: PlaceOf | null = null
  const limit = policy.length * MOST_PER_CHARACTER + LONGEST
  const placeAt = (file: string, line: string, column: string): string | null => {
    if (file !== `${folder}/${POLICY_ENTRY}` || sourceMap === null) return null
    places ??= sourceMap.length > limit ? () => null : readSourceMap(sourceMap)
    return places(Number(line) - 1, Number(column) - 1)
  }
  return {
    stackOf(error) {
      const stack = textOf(error)
      if (stack === null || sourceMap === null) return stack
      return stack.slice(0, LONGEST).replace(POSITION, (written, file, line, column) => placeAt(file, line, column) ?? written)
    },
    placeOf(error) {
      for (const [, file = '', line = '', column = ''] of (textOf(error) ?? '').slice(0, LONGEST).matchAll(POSITION)) {
        const place = placeAt(file, line, column)
        if (place !== null) return ` (${place})`
      }
      return ''
    },
  }
}

const POSITION = /(iap:[0-9a-f]{12}\/policy\.js):(\d{1,9}):(\d{1,9})/g

/** Returns the stack of an error as text. Stacks of realm errors are computed on demand. */
function textOf(error: unknown): string | null {
  if (!(error instanceof RealmError)) return stackIn(error)
  const known = texts.get(error)
  if (known !== undefined) return known
  const frames = findFrames(error.again).filter(({ file }) => file.startsWith('iap:'))
  const lines = frames.map(({ name, file, line, column }) => `\n    at ${name || '<anonymous>'} (${file}:${line}:${column})`)
  const text = `Error: ${error.message}${lines.join('')}`
  texts.set(error, text)
  return text
}

const texts = new WeakMap<RealmError, string>()

function stackIn(error: unknown): string | null {
  try {
    const stack = error instanceof Error ? error.stack : undefined
    return typeof stack === 'string' ? stack : null
  } catch {
    return null
  }
}

/** Runs `work`. If it throws, maps the stack trace of the error to policy sources. */
export function placing<T>(stackOf: StackOf, work: () => T): T {
  try {
    return work()
  } catch (error) {
    showPlaces(error, stackOf)
    throw error
  }
}

/** Maps the stack trace of a caught error to policy sources. */
export function showPlaces(error: unknown, stackOf: StackOf): void {
  const stack = stackOf(error)
  if (stack === null) return
  try {
    ;(error as Error).stack = stack
  } catch {
    // Frozen by the code that threw it.
  }
}

/** Maps a line and column of `policy.js`, both from 0, to a position such as `policies/orders.iap:12:3`, or to `null`. */
export type PlaceOf = (line: number, column: number) => string | null

/** Parses a source map into a function that maps positions. Never throws: the function of an invalid map returns `null`. */
export function readSourceMap(text: string): PlaceOf {
  try {
    const { version, sources, mappings } = JSON.parse(text) as Partial<Record<string, unknown>>
    if (version !== 3 || !Array.isArray(sources) || typeof mappings !== 'string') return () => null
    const lines = decode(mappings)
    return (line, column) => {
      const [, source, sourceLine, sourceColumn] = lines[line]?.findLast(([start]) => start <= column) ?? []
      const name: unknown = source === undefined ? undefined : sources[source]
      if (typeof name !== 'string' || !isCount(sourceLine) || !isCount(sourceColumn)) return null
      return `${name}:${sourceLine + 1}:${sourceColumn + 1}`
    }
  } catch {
    return () => null
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
