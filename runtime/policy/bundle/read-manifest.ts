import {
  ABI_VERSION,
  BUNDLE_FORMAT,
  canonicalJson,
  EXPIRY_NEED,
  type InvariantResult,
  isEntryName,
  isExpiry,
  MANIFEST_ENTRY,
  type Manifest,
  SIGNATURES_FOLDER,
} from '../../abi/index.ts'
import { decodeUtf8, isObject } from '../../base/values.ts'
import { readsProblem } from './reads-shape.ts'
import { Refused } from './refusal.ts'

/**
 * Parses a manifest of a supported format and ABI. Unknown keys are ignored, because requirements of a policy are listed in
 * `needs`.
 *
 * @throws Refused if the manifest is invalid or of another format or ABI
 */
export function readManifest(bytes: Uint8Array): Manifest {
  const text = decodeUtf8(bytes)
  if (text === null) throw shape('it is not UTF-8')
  const json = parse(text)
  if (!isObject(json)) throw shape('it is not an object')
  if (json.format !== BUNDLE_FORMAT) {
    throw new Refused(
      'format',
      `the bundle has format ${show(json.format)}, and this runtime reads format ${BUNDLE_FORMAT}: rebuild it`,
    )
  }
  if (json.abi !== ABI_VERSION) {
    throw new Refused(
      'abi',
      `the bundle was compiled for ABI ${show(json.abi)}, and this runtime runs ABI ${ABI_VERSION}: ` +
        'rebuild it with `iap build` of this version',
    )
  }
  for (const [key, check] of Object.entries(MEMBERS)) {
    const problem = check(json[key])
    if (problem !== null) throw shape(`\`${key}\` ${problem}`)
  }
  const read = json as unknown as Manifest
  // An earlier runtime would ignore an expiry that is not in `needs`.
  if ((read.expires !== undefined) !== read.needs.includes(EXPIRY_NEED))
    throw shape(`\`expires\` and \`${EXPIRY_NEED}\` in \`needs\` must be set together`)
  return read
}

function parse(text: string): unknown {
  let json: unknown
  let canonical: string
  try {
    json = JSON.parse(text)
    canonical = canonicalJson(json)
  } catch {
    throw shape('it is not JSON')
  }
  // Refuses duplicate keys and anything else that readers could interpret differently.
  if (canonical !== text) throw shape('it is not in canonical form (keys sorted and single, two spaces)')
  return json
}

type Check = (value: unknown) => string | null

const text: Check = (value) => (typeof value === 'string' && value !== '' ? null : 'must be a string')
const count: Check = (value) => (Number.isSafeInteger(value) && (value as number) >= 0 ? null : 'must be a whole number from 0')
const digest: Check = (value) =>
  typeof value === 'string' && /^[0-9a-f]{64}$/.test(value) ? null : 'must be a SHA-256 in hexadecimal'

function optional(check: Check): Check {
  return (value) => (value === undefined ? null : check(value))
}

function list(item: Check): Check {
  return (value) => {
    if (!Array.isArray(value)) return 'must be a list'
    for (const [at, element] of value.entries()) {
      const problem = item(element)
      if (problem !== null) return `at ${at} ${problem}`
    }
    return null
  }
}

function object(members: Readonly<Record<string, Check>>): Check {
  return (value) => {
    if (!isObject(value)) return 'must be an object'
    for (const [key, check] of Object.entries(members)) {
      const problem = check(value[key])
      if (problem !== null) return `has \`${key}\`, which ${problem}`
    }
    return null
  }
}

/** Returns a check of a list whose keys must be strictly ascending. */
function ascending(item: Check, keyOf: (element: unknown) => string): Check {
  return (value) => {
    const problem = list(item)(value)
    if (problem !== null) return problem
    const keys = (value as readonly unknown[]).map(keyOf)
    return keys.every((key, at) => at === 0 || (keys[at - 1] as string) < key) ? null : 'must be sorted, and hold each once'
  }
}

const byName = (element: unknown): string => (element as { name: string }).name

const path: Check = (value) =>
  typeof value === 'string' && isEntryName(value) && value !== MANIFEST_ENTRY && !value.startsWith(SIGNATURES_FOLDER)
    ? null
    : 'must be the name of a file that a manifest may list'

const VERDICTS: readonly InvariantResult['verdict'][] = ['tried', 'holds', 'unknown', 'broken']

const verdict: Check = (value) =>
  VERDICTS.some((each) => each === value) ? null : `must be one of ${VERDICTS.map((each) => `\`${each}\``).join(', ')}`

const MEMBERS: { readonly [Key in Exclude<keyof Manifest, 'format' | 'abi'>]-?: Check } = {
  compiler: text,
  revision: (value) =>
    typeof value === 'string' && /^sha256:[0-9a-f]{64}$/.test(value) ? null : 'must be `sha256:` and 64 hexadecimal digits',
  sequence: count,
  expires: optional((value) => (isExpiry(value) ? null : 'must be a time such as `2027-01-31T00:00:00Z`')),
  needs: ascending(text, String),
  identities: ascending(object({ name: text, methods: list(text) }), byName),
  services: ascending(object({ name: text, hosts: list(text), labels: optional(ascending(text, String)) }), byName),
  data: ascending(object({ name: text, schema: (value) => (isObject(value) ? null : 'must be an object') }), byName),
  bodies: ascending(text, String),
  formerly: optional(ascending(object({ name: text, was: ascending(text, String) }), byName)),
  reads: optional(readsProblem),
  check: object({ warnings: count }),
  invariants: ascending(object({ name: text, verdict, requests: count }), byName),
  tests: object({ passed: count, failed: count }),
  files: ascending(object({ path, sha256: digest, size: count }), (element) => (element as { path: string }).path),
}

function shape(problem: string): Refused {
  return new Refused('manifest-shape', `the manifest of the bundle is not valid: ${problem}; rebuild the bundle`)
}

function show(value: unknown): string {
  return typeof value === 'number' ? String(value) : 'unknown (not a number)'
}
