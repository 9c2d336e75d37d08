/** What writers and readers of bundles share (`spec/language/bundle.md`): entry names, canonical JSON, the revision's input. */
import type { BundleFile } from './manifest.ts'

export const MANIFEST_ENTRY = 'manifest.json'
export const POLICY_ENTRY = 'policy.js'
export const SOURCE_MAP_ENTRY = 'policy.js.map'
export const VALIDATORS_ENTRY = 'validators.js'
export const TESTS_ENTRY = 'tests.jsonl'
export const SOURCES_FOLDER = 'sources/'
export const SIGNATURES_FOLDER = 'signatures/'

/**
 * Maximum size in UTF-8 bytes of one line of `tests.jsonl`, including its line feed. `MOST_TESTS_BYTES` bounds the whole file, as
 * running its tests delays other work.
 */
export const MOST_TEST_BYTES = 256 * 1024
export const MOST_TESTS_BYTES = 4 * 1024 * 1024

/** Maximum size of a name and of a segment in UTF-8 bytes, which fits a plain ustar header. */
const MAX_NAME = 240
const MAX_SEGMENT = 100

/**
 * Returns whether a text is a valid name of a bundle's entry: a relative path without segments `.` and `..`. Names are
 * displayed, so they must be well-formed, without backslashes, control characters, line separators or characters that change
 * the text direction.
 */
export function isEntryName(name: string): boolean {
  const segments = name.split('/')
  return utf8Length(name) <= MAX_NAME && fitsUstar(name) && segments.every(isSegment)
}

function isSegment(segment: string): boolean {
  return segment !== '' && segment !== '.' && segment !== '..' && !UNSHOWABLE.test(segment)
}

const UNSHOWABLE = /[\\\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u

/** Returns whether a name fits a ustar header, which has 100 bytes for the name and 155 for the prefix before some `/`. */
function fitsUstar(name: string): boolean {
  if (utf8Length(name) <= MAX_SEGMENT) return true
  for (let at = name.indexOf('/'); at !== -1; at = name.indexOf('/', at + 1)) {
    if (utf8Length(name.slice(0, at)) <= 155 && utf8Length(name.slice(at + 1)) <= MAX_SEGMENT) return true
  }
  return false
}

/** Returns the size of a text in UTF-8 bytes, or infinity for a lone surrogate, which has no UTF-8 form. */
function utf8Length(text: string): number {
  let length = 0
  for (const character of text) {
    const point = character.codePointAt(0) as number
    if (point >= 0xd800 && point <= 0xdfff) return Number.POSITIVE_INFINITY
    length += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4
  }
  return length
}

/**
 * Serializes JSON in canonical form: keys sorted by UTF-16 code units, an indentation of two spaces, and a final line break.
 */
export function canonicalJson(value: unknown): string {
  return `${spelled(value, '\n')}\n`
}

/**
 * Serializes a value with sorted members; `JSON.stringify` puts numeric keys first. `line` is a line break with the
 * indentation.
 */
function spelled(value: unknown, line: string): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const isList = Array.isArray(value)
  const inner = `${line}  `
  const parts = isList
    ? value.map((element) => spelled(element, inner))
    : Object.entries(value)
        .filter(([, member]) => member !== undefined)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, member]) => `${JSON.stringify(key)}: ${spelled(member, inner)}`)
  const [open, close] = isList ? ['[', ']'] : ['{', '}']
  return parts.length === 0 ? `${open}${close}` : `${open}${inner}${parts.join(`,${inner}`)}${line}${close}`
}

/**
 * Returns the text whose SHA-256 digest is the revision of a bundle: one line `<sha256> <size> <path>` for each file, in the
 * order of the manifest.
 */
export function fileList(files: readonly BundleFile[]): string {
  return files.map((file) => `${file.sha256} ${file.size} ${file.path}\n`).join('')
}
