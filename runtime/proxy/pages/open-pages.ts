import { type ConfigSource, renderConfigError } from '../../base/config-error.ts'
import { readRegular } from '../../base/files/read-regular.ts'
import { content, environment, type Problem } from '../../base/startup-error.ts'
import { createPages, type PageChanges, type Pages } from './index.ts'
import type { FileConfig, PagesConfig, TextRead } from './page-files.ts'
import { readStyle } from './read-style.ts'
import { readTexts } from './read-texts.ts'

/** Maximum bytes: each page includes the style. */
const LARGEST = 65_536

/**
 * Reads the files that customize the proxy's pages. If a file is missing or invalid, `pages` is `null` and `problems` says why.
 */
export async function openPages({
  pages,
  source,
}: {
  readonly pages: PagesConfig
  readonly source: ConfigSource
}): Promise<{ readonly pages: Pages | null; readonly problems: readonly Problem[] }> {
  const problems: Problem[] = []

  async function open<T>(config: FileConfig | null, read: (text: string) => TextRead<T>): Promise<T | undefined> {
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
    const text = bytes.length > LARGEST ? null : textOf(bytes)
    if (text === null) {
      problems.push(content(at(bytes.length > LARGEST ? `is larger than ${LARGEST} bytes` : 'is not UTF-8')))
      return undefined
    }
    const result = read(text)
    if (result.ok) return result.value
    problems.push(...result.problems.map((problem) => content(renderConfigError({ file, ...problem }))))
    return undefined
  }

  const style = await open(pages.style, readStyle)
  const texts = await open(pages.texts, readTexts)
  const changes: PageChanges = { ...(style !== undefined && { style }), ...(texts !== undefined && { texts }) }
  return { pages: problems.length > 0 ? null : createPages(changes), problems }
}

/** Decodes UTF-8 and removes a byte order mark. */
function textOf(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}
