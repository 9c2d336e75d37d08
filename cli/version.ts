import { join } from 'node:path'
import type { Io } from './io.ts'

export function programVersion(io: Pick<Io, 'files' | 'home'>): string {
  const text = io.files.readText(join(io.home, '../package.json'))
  return text === null ? 'of unknown version' : (JSON.parse(text) as { version: string }).version
}
