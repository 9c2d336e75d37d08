/** What a link to the playground holds, and its bounds. A link may come from anybody, so all of it is checked. */

export interface SharedFile {
  /** Path relative to the project, such as `policies/orders.iap`. */
  readonly name: string
  readonly text: string
}

export interface ShareOptions {
  /** Name of the file in view. Default: the first one. */
  readonly open?: string
  /** Name of the panel in view, such as `decide` or `tests`. Unknown names are ignored. */
  readonly panel?: string
  /** The request of the panel `decide`: the input of `iap eval`, as JSON text. */
  readonly request?: string
  /** The earlier version for the panel `difference`. */
  readonly before?: readonly SharedFile[]
}

export interface SharedProject extends ShareOptions {
  /** In the order of their tabs. */
  readonly files: readonly SharedFile[]
}

/** Thrown if a project cannot be shared, or if a link cannot be read. The message is for the user. */
export class ShareError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'ShareError'
  }
}

/** A version of the format. Readers reject versions that they do not know. */
export const VERSION = 'v1'
/** Maximum characters of a fragment. Browsers and chats cut longer addresses. */
export const MOST_CHARACTERS = 100_000
/** Maximum bytes of JSON in a fragment. A few kilobytes may be compressed from gigabytes. */
export const MOST_BYTES = 1_000_000
export const MOST_FILES = 50
const LONGEST_NAME = 100

/** Returns why a name cannot be that of a file of the playground; null if it can. */
export function fileNameProblem(name: string): string | null {
  if (name.length > LONGEST_NAME) return `a file name has at most ${LONGEST_NAME} characters, and this one has ${name.length}`
  if (!/^[a-z0-9_][a-z0-9_.-]*(?:\/[a-z0-9_][a-z0-9_.-]*)*$/i.test(name))
    return `\`${name}\` is not a file name: expected letters, digits, \`_\`, \`-\`, \`.\` and \`/\` between folders`
  if (!/\.(?:iap|json|ya?ml)$/.test(name)) return `\`${name}\`: expected a name that ends with .iap, .json, .yaml or .yml`
  return null
}

/**
 * Returns a value as a project.
 *
 * @throws ShareError with the first thing that is wrong with it
 */
export function sharedProject(value: unknown): SharedProject {
  const { files, before, open, panel, request } = objectIn(value, 'the link')
  const read = filesIn(files, 'files')
  if (read.length === 0) throw new ShareError('the link has no files')
  const options = { open: textIn(open, 'open'), panel: textIn(panel, 'panel'), request: textIn(request, 'request') }
  return {
    files: read,
    ...Object.fromEntries(Object.entries(options).filter(([, text]) => text !== undefined)),
    ...(before !== undefined && { before: filesIn(before, 'before') }),
  }
}

function objectIn(value: unknown, place: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Readonly<Record<string, unknown>>
  throw new ShareError(`${place}: expected an object, got ${kindOf(value)}`)
}

function filesIn(value: unknown, place: string): readonly SharedFile[] {
  if (!Array.isArray(value)) throw new ShareError(`\`${place}\`: expected a list of files, got ${kindOf(value)}`)
  if (value.length > MOST_FILES) throw new ShareError(`\`${place}\`: expected at most ${MOST_FILES} files, got ${value.length}`)
  const names = new Set<string>()
  return value.map((one) => {
    const file = objectIn(one, `\`${place}\``)
    const [name, text] = [textIn(file.name, 'name') ?? '', textIn(file.text, 'text') ?? '']
    const problem = names.has(name) ? `the file \`${name}\` occurs twice` : fileNameProblem(name)
    if (problem !== null) throw new ShareError(problem)
    names.add(name)
    return { name, text }
  })
}

function textIn(value: unknown, place: string): string | undefined {
  if (value === undefined || typeof value === 'string') return value
  throw new ShareError(`\`${place}\`: expected text, got ${kindOf(value)}`)
}

function kindOf(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'a list' : value === undefined ? 'nothing' : `a ${typeof value}`
}
