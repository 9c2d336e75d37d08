import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  type PathLike,
  renameSync,
  rmSync,
  type StatOptions,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  watch as watchFolder,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { until } from '../../../tests/support/until.ts'
import { type FileWatch, watchFile } from './watch-file.ts'

let dir: string
let file: string
let seen: string[]
let watch: FileWatch | undefined
/** Begun. Each begins when the one before has ended. */
let looks: number
/** Called after each look at the status. */
let onLook: () => void

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>()
  async function stat(path: PathLike, options: StatOptions) {
    looks += 1
    try {
      return await real.stat(path, options)
    } finally {
      onLook()
    }
  }
  return { ...real, stat }
})

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'iap-watch-'))
  file = join(dir, 'x.iapb')
  seen = []
  looks = 0
  onLook = () => {}
})

afterEach(async () => {
  await watch?.close()
  rmSync(dir, { recursive: true })
})

async function start(path = file, maxSize?: number): Promise<void> {
  watch = watchFile(path, {
    interval: 10,
    ...(maxSize !== undefined && { maxSize }),
    onContent: async (bytes) => void seen.push(Buffer.from(bytes).toString()),
    onProblem: (code) => seen.push(`(${code})`),
  })
  await watch.ready
}

/** It has come to that, and to nothing more in two whole looks. */
async function untilSeen(expected: readonly string[]): Promise<void> {
  await until(() => seen.length >= expected.length)
  await twoLooks()
  expect(seen).toEqual(expected)
}

async function twoLooks(): Promise<void> {
  const before = looks
  await until(() => looks >= before + 3)
}

it('has looked once when it is ready', async () => {
  writeFileSync(file, 'one')
  await start()
  expect(seen).toEqual(['one'])
})

it('says once that there is no file, and takes it when it comes', async () => {
  await start()
  await twoLooks()
  expect(seen).toEqual(['(source-missing)'])
  writeFileSync(file, 'one')
  await untilSeen(['(source-missing)', 'one'])
})

it('sees a file that is replaced by renaming', async () => {
  writeFileSync(file, 'one')
  await start()
  writeFileSync(`${file}.new`, 'two')
  renameSync(`${file}.new`, file)
  await untilSeen(['one', 'two'])
})

it('sees a file that is written in place, with the same size and the same modification time', async () => {
  writeFileSync(file, 'one')
  utimesSync(file, 1_000_000, 1_000_000)
  await start()
  writeFileSync(file, 'two')
  utimesSync(file, 1_000_000, 1_000_000)
  await untilSeen(['one', 'two'])
})

it('does not offer the same content again, whatever its time', async () => {
  writeFileSync(file, 'one')
  await start()
  writeFileSync(file, 'one')
  utimesSync(file, 2_000_000, 2_000_000)
  await untilSeen(['one'])
})

it('sees that a file is deleted and that it comes back, even as it was', async () => {
  writeFileSync(file, 'one')
  await start()
  unlinkSync(file)
  await untilSeen(['one', '(source-missing)'])
  writeFileSync(file, 'one')
  await untilSeen(['one', '(source-missing)', 'one'])
})

it('sees through a folder that is replaced', async () => {
  const folder = join(dir, 'folder')
  mkdirSync(folder)
  writeFileSync(join(folder, 'x'), 'one')
  await start(join(folder, 'x'))
  renameSync(folder, join(dir, 'old'))
  mkdirSync(folder)
  writeFileSync(join(folder, 'x'), 'two')
  await untilSeen(seen.includes('(source-missing)') ? ['one', '(source-missing)', 'two'] : ['one', 'two'])
})

it('sees links that are switched, as in a mounted ConfigMap', async () => {
  for (const version of ['1', '2']) {
    mkdirSync(join(dir, version))
    writeFileSync(join(dir, version, 'x.iapb'), version)
  }
  symlinkSync('1', join(dir, '..data'))
  symlinkSync(join('..data', 'x.iapb'), file)
  await start()
  symlinkSync('2', join(dir, '..tmp'))
  renameSync(join(dir, '..tmp'), join(dir, '..data'))
  await untilSeen(['1', '2'])
})

it('comes to the whole of a file that is written slowly, and to nothing after it', async () => {
  writeFileSync(file, 'one')
  await start()
  truncateSync(file)
  let length = 0
  onLook = () => {
    if (length++ < 40) appendFileSync(file, 'x')
  }
  await untilSeen(['one', 'x'.repeat(40)])
})

it('offers the rest of a file that it saw half of', async () => {
  writeFileSync(file, 'ha')
  await start()
  appendFileSync(file, 'lf')
  await untilSeen(['ha', 'half'])
})

it('refuses what is no file, and what is too large', async () => {
  await start(dir)
  expect(seen).toEqual(['(source-unreadable)'])
  await watch?.close()
  seen = []
  writeFileSync(file, 'x'.repeat(11))
  await start(file, 10)
  expect(seen).toEqual(['(source-unreadable)'])
  writeFileSync(file, 'x'.repeat(10))
  await untilSeen(['(source-unreadable)', 'x'.repeat(10)])
})

it('is quiet after it is closed', async () => {
  writeFileSync(file, 'one')
  await start()
  await watch?.close()
  writeFileSync(file, 'two')
  const closed = seen
  seen = []
  await start()
  await untilSeen(['two'])
  expect(closed).toEqual(['one'])
})

it('told to look, offers what is there, also what it offered before', async () => {
  writeFileSync(file, 'one')
  await start()
  watch?.look()
  await untilSeen(['one', 'one'])
})

// Elsewhere the kernel tells other things, and the looks see it.
describe.runIf(process.platform === 'linux')('between two looks that are an hour apart, told by the kernel', () => {
  async function startSlow(path = file): Promise<void> {
    watch = watchFile(path, {
      interval: 3_600_000,
      onContent: async (bytes) => void seen.push(Buffer.from(bytes).toString()),
      onProblem: (code) => seen.push(`(${code})`),
    })
    await watch.ready
  }

  async function untilTold(expected: readonly string[]): Promise<void> {
    await until(() => seen.length >= expected.length)
    expect(seen).toEqual(expected)
  }

  it('sees a file that is replaced, written in place, deleted, and made again', async () => {
    writeFileSync(file, 'one')
    await startSlow()
    writeFileSync(`${file}.new`, 'two')
    renameSync(`${file}.new`, file)
    await untilTold(['one', 'two'])
    writeFileSync(file, 'three')
    await untilTold(['one', 'two', 'three'])
    unlinkSync(file)
    await untilTold(['one', 'two', 'three', '(source-missing)'])
    writeFileSync(file, 'four')
    await untilTold(['one', 'two', 'three', '(source-missing)', 'four'])
    writeFileSync(file, 'five')
    await untilTold(['one', 'two', 'three', '(source-missing)', 'four', 'five'])
  })

  it('sees links that are switched, as in a mounted ConfigMap', async () => {
    for (const version of ['1', '2']) {
      mkdirSync(join(dir, version))
      writeFileSync(join(dir, version, 'x.iapb'), version)
    }
    symlinkSync('1', join(dir, '..data'))
    symlinkSync(join('..data', 'x.iapb'), file)
    await startSlow()
    symlinkSync('2', join(dir, '..tmp'))
    renameSync(join(dir, '..tmp'), join(dir, '..data'))
    await untilTold(['1', '2'])
  })

  it('does not look for what changes beside the file', async () => {
    writeFileSync(file, 'one')
    await startSlow()
    const told = new Set<string | null>()
    const beside = watchFolder(dir, (_, name) => told.add(name))
    const before = looks
    for (let line = 0; line < 20; line++) appendFileSync(join(dir, 'audit.jsonl'), 'x\n')
    writeFileSync(join(dir, 'last'), '')
    await until(() => told.has('last'))
    beside.close()
    // A look would have been due 10 ms after the kernel told of it, and before this.
    await sleep(20)
    expect(looks).toBe(before)
    writeFileSync(file, 'two')
    await untilTold(['one', 'two'])
  })

  it('looks at once where it is asked to', async () => {
    writeFileSync(file, 'one')
    await startSlow()
    watch?.look()
    await untilTold(['one', 'one'])
  })
})
