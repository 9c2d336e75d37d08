import { execFileSync } from 'node:child_process'
import { constants, type PathLike, type StatOptions, statSync, writeFileSync } from 'node:fs'
import { mkdtemp, open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { watchFile } from '../../base/files/watch-file.ts'

let file = ''
let decoy = ''

// A file when it is looked at, a pipe when it is opened.
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>()
  return { ...real, stat: (path: PathLike, options: StatOptions) => real.stat(path === file ? decoy : path, options) }
})

it.skipIf(process.platform === 'win32')(
  'a pipe put in place of the file between the look and the reading: nothing waits for it',
  async () => {
    const dir = await mkdtemp(join(tmpdir(), 'iap-watch-'))
    file = join(dir, 'x.iapb')
    decoy = join(dir, 'decoy')
    writeFileSync(decoy, 'one')
    execFileSync('mkfifo', [file])
    expect(statSync(file).isFIFO()).toBe(true)
    const seen: string[] = []
    const watch = watchFile(file, {
      interval: 10,
      onContent: async () => seen.push('content'),
      onProblem: (code) => seen.push(code),
    })
    // Whoever waits to read is let go.
    onTestFinished(async () => {
      await (await open(file, constants.O_RDWR | constants.O_NONBLOCK)).close()
      await watch.close()
    })
    await watch.ready
    expect(seen).toEqual(['source-unreadable'])
  },
)
