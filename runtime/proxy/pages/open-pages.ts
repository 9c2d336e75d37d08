import { type ConfigSource, renderConfigError } from '../../base/config-error.ts'
import { readRegular } from '../../base/files/read-regular.ts'
import { content, environment, type Problem } from '../../base/startup-error.ts'
import { createPages, type IdentityDisplay, type PageChanges, type Pages } from './index.ts'
import type { DisplayConfig, FileConfig, PagesConfig, TextRead } from './page-files.ts'
import { LARGEST_LOGO, readLogo } from './read-logo.ts'
import { readStyle } from './read-style.ts'
import { readTexts } from './read-texts.ts'

/** Maximum bytes: each page includes the style. */
const LARGEST = 65_536

/**
 * Reads the files that customize the proxy's pages. If a file is missing or invalid, `pages` is `null` and `problems` says why.
 */
export async function openPages({
  pages,
  displays,
  source,
}: {
  readonly pages: PagesConfig
  readonly displays: Readonly<Record<string, DisplayConfig>>
  readonly source: ConfigSource
}): Promise<{ readonly pages: Pages | null; readonly problems: readonly Problem[] }> {
  const problems: Problem[] = []

  async function open<T>(config: FileConfig | null, largest: number, read: (bytes: Buffer) => TextRead<T> | null) {
    if (config === null) return undefined
    const { file, path } = config
    const at = (message: string) =>
      renderConfigError({ file: source.file, ...source.place(path), message: `\`${file}\` ${message}` })
    let bytes: Buffer
    try {
      bytes = await readRegular(file)
    } catch (error) {
      problems.push(environment(at(`cannot be read: ${(error as Error).message}`)))
      return undefined
    }
    const result = bytes.length > largest ? null : read(bytes)
    if (result === null) {
      problems.push(content(at(bytes.length > largest ? `is larger than ${largest} bytes` : 'is not UTF-8')))
      return undefined
    }
    if (result.ok) return result.value
    problems.push(...result.problems.map((problem) => content(renderConfigError({ file, ...problem }))))
    return undefined
  }

  const style = await open(pages.style, LARGEST, (bytes) => readText(bytes, readStyle))
  const texts = await open(pages.texts, LARGEST, (bytes) => readText(bytes, readTexts))
  const identities: Record<string, IdentityDisplay> = Object.create(null)
  for (const [name, { title, logo, displayClaim }] of Object.entries(displays))
    identities[name] = { title: title ?? name, logo: (await open(logo, LARGEST_LOGO, readLogo)) ?? null, displayClaim }
  const changes: PageChanges = { ...(style !== undefined && { style }), ...(texts !== undefined && { texts }), identities }
  return { pages: problems.length > 0 ? null : createPages(changes), problems }
}

/** Decodes UTF-8 without a byte order mark, and reads it; returns `null` if the bytes are not UTF-8. */
function readText<T>(bytes: Buffer, read: (text: string) => TextRead<T>): TextRead<T> | null {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return null
  }
  return read(text)
}
