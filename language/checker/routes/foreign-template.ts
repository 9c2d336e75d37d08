import { parseTemplate } from './template.ts'

/**
 * A path template that does not mean here what its author intended: it is in the syntax of another router, or not in Unicode
 * Normalization Form C.
 */
export interface ForeignTemplate {
  /** Reason for which the template is reported, as a part of the message of `badTemplate`. */
  readonly why: string
  /** The equivalent template in this policy language; null if it cannot be expressed. */
  readonly instead: string | null
  /** Whether `instead` matches more paths than intended, because a parameter's pattern has no equivalent. */
  readonly isWider: boolean
}

/**
 * Finds wildcards and parameters in the syntax of other routers, which would match only themselves, and text that no client sends
 * because it is not in Unicode Normalization Form C. Returns null if there are none.
 *
 * @param text a template as written, which need not be valid
 */
export function foreignTemplate(text: string): ForeignTemplate | null {
  if (!text.startsWith('/') || text.length > MOST) return null
  const normal = text.normalize('NFC')
  const parts = normal.slice(1).split('/')
  const own = parts.filter((part) => parameterIn(part) === null)
  const names = new Set(own.flatMap((part) => /\{\s*([A-Za-z_]\w*)/.exec(part)?.[1] ?? []))
  let why: string | null = null
  let isWider = false
  const ours = parts.map((part, at) => {
    const found = parameterIn(part)
    if (found === null) return part
    isWider ||= found.isWider
    why ??= `\`${part}\` is not a ${found.name === null ? 'wildcard' : 'parameter'} here`
    const isRest = found.isRest && at === parts.length - 1
    const name = free(found.name ?? (isRest ? 'rest' : 'any'), names)
    if (isRest) return `{${name}...}`
    // Any number of segments can only be the last ones.
    return part === '**' ? part : `{${name}${found.isInt ? ': int' : ''}}${found.suffix}`
  })
  if (why === null && normal === text) return null
  const instead = `/${ours.join('/')}`
  return {
    why: why ?? 'it is not in Unicode Normalization Form C (NFC), in which clients send paths',
    instead: parseTemplate(instead).ok && !instead.includes('*') ? instead : null,
    isWider,
  }
}

/** Longer templates are not looked at. */
const MOST = 2000

interface ForeignParameter {
  /** Null for a wildcard. */
  readonly name: string | null
  /** Whether it stands for all further segments, where it is last. */
  readonly isRest: boolean
  readonly isInt: boolean
  /** Whether it has a pattern that is left out. */
  readonly isWider: boolean
  /** Text after it in its segment. */
  readonly suffix: string
}

const NAME = String.raw`(?<name>[A-Za-z_]\w*)`
/** Whole segments, with the router or language in which they are written so. */
const PARAMETERS: readonly RegExp[] = [
  // Express, Rails, gorilla/mux: `:id`, `:path*`, `:id(\d+)`.
  new RegExp(`^:${NAME}(?:\\((?<pattern>.*)\\))?(?<rest>[*+])?\\??$`),
  // Rails, Gin, Echo: `*path`.
  new RegExp(`^(?<rest>\\*{1,2})${NAME}$`),
  // Next.js: `[slug]`, `[...slug]`, `[[...slug]]`.
  new RegExp(`^\\[{1,2}(?<rest>\\.\\.\\.)?${NAME}\\]{1,2}$`),
  // Flask, Django: `<id>`, `<int:id>`, `<path:rest>`.
  new RegExp(`^<(?:(?:(?<rest>path)|(?<int>int)|\\w+):)?${NAME}>$`),
  // API Gateway, ASP.NET, Vert.x: `{proxy+}`, `{*path}`, `{**path}`.
  new RegExp(`^\\{(?<rest>\\*{1,2})${NAME}\\}$`),
  new RegExp(`^\\{${NAME}(?<rest>[*+])\\}$`),
  // Spring, gorilla/mux, chi: `{id:[0-9]+}`. A word is a type that does not exist.
  new RegExp(`^\\{${NAME}:(?!\\s*\\w+\\s*\\}$)(?<pattern>.*)\\}$`),
]

function parameterIn(part: string): ForeignParameter | null {
  for (const pattern of PARAMETERS) {
    const { groups } = pattern.exec(part) ?? {}
    if (groups === undefined) continue
    const isInt = groups.int !== undefined || /^\^?(?:\\d|\[0-9\])(?:[+*]|\{.*\})\$?$/.test(groups.pattern ?? '')
    const isWider = groups.pattern !== undefined && !isInt
    return { name: groups.name ?? null, isRest: groups.rest !== undefined, isInt, isWider, suffix: '' }
  }
  // A whole segment, or a file of any name: `*.png`. Elsewhere a star may be meant.
  const suffix = /^\*{1,2}((?:\.\w+)*)$/.exec(part)?.[1]
  return suffix === undefined ? null : { name: null, isRest: suffix === '', isInt: false, isWider: false, suffix }
}

/** Returns the name, with a number if the template already has it, and takes it. */
function free(name: string, taken: Set<string>): string {
  let at = taken.has(name) ? taken.size + 1 : 1
  while (taken.has(at === 1 ? name : `${name}${at}`)) at += 1
  const candidate = at === 1 ? name : `${name}${at}`
  taken.add(candidate)
  return candidate
}
