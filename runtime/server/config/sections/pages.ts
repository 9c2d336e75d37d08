import type { FileConfig, PagesConfig } from '../../../proxy/pages/page-files.ts'
import type { RawConfig } from '../raw-config.ts'
import { type Reading, readPath } from './reading.ts'

export function readPages({ pages = {} }: RawConfig, reading: Reading): PagesConfig {
  const fileAt = (name: 'style' | 'texts'): FileConfig | null =>
    pages[name] === undefined ? null : { file: readPath(pages[name], reading), path: ['pages', name] }
  return { style: fileAt('style'), texts: fileAt('texts') }
}
