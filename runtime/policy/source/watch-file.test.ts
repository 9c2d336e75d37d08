import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FileWatch, watchFile } from '../index.ts'

let dir: string
let file: string
let seen: string[]
let watch: FileWatch | undefined

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'iap-watch-'))
  file = join(dir, 'x.iapb')
  seen = []
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

async function until(expected: readonly string[]): Promise<void> {
  for (let round = 0; round < 2000 && seen.length < expected.length; round++) await sleep(10)
  // Nor anything more.
  await sleep(50)
  expect(seen).toEqual(expected)
}

it('has looked once when it is ready', async () => {
  writeFileSync(file, 'one')
  await start()
  expect(seen).toEqual(['one'])
})

it('says once that there is no file, and takes it when it comes', async () => {
  await start()
  expect(seen).toEqual(['(source-missing)'])
  await sleep(50)
  writeFileSync(file, 'one')
  await until(['(source-missing)', 'one'])
})

it('sees a file that is replaced by renaming', async () => {
  writeFileSync(file, 'one')
  await start()
  writeFileSync(`${file}.new`, 'two')
  renameSync(`${file}.new`, file)
  await until(['one', 'two'])
})

it('sees a file that is written in place, with the same size and the same modification time', async () => {
  writeFileSync(file, 'one')
  utimesSync(file, 1_000_000, 1_000_000)
  await start()
  writeFileSync(file, 'two')
  utimesSync(file, 1_000_000, 1_000_000)
  await until(['one', 'two'])
})

it('does not offer the same content again, whatever its time', async () => {
  writeFileSync(file, 'one')
  await start()
  writeFileSync(file, 'one')
  utimesSync(file, 2_000_000, 2_000_000)
  await until(['one'])
})

it('sees that a file is deleted and that it comes back, even as it was', async () => {
  writeFileSync(file, 'one')
  await start()
  unlinkSync(file)
  await until(['one', '(source-missing)'])
  writeFileSync(file, 'one')
  await until(['one', '(source-missing)', 'one'])
})

it('sees through a folder that is replaced', async () => {
  const folder = join(dir, 'folder')
  mkdirSync(folder)
  writeFileSync(join(folder, 'x'), 'one')
  await start(join(folder, 'x'))
  renameSync(folder, join(dir, 'old'))
  mkdirSync(folder)
  writeFileSync(join(folder, 'x'), 'two')
  await until(seen.includes('(source-missing)') ? ['one', '(source-missing)', 'two'] : ['one', 'two'])
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
  await until(['1', '2'])
})

it('comes to the whole of a file that is written slowly, and to nothing after it', async () => {
  writeFileSync(file, 'one')
  await start()
  truncateSync(file)
  for (let part = 0; part < 40; part++) {
    appendFileSync(file, 'x')
    await sleep(3)
  }
  const whole = 'x'.repeat(40)
  for (let round = 0; round < 2000 && seen.at(-1) !== whole; round++) await sleep(10)
  await sleep(50)
  expect(seen.at(-1)).toBe(whole)
  // A look or two may have found it resting; not one for each of forty writes.
  expect(seen.length).toBeLessThan(10)
})

it('offers the rest of a file that it saw half of', async () => {
  writeFileSync(file, 'ha')
  await start()
  appendFileSync(file, 'lf')
  await until(['ha', 'half'])
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
  await until(['(source-unreadable)', 'x'.repeat(10)])
})

it('is quiet after it is closed', async () => {
  writeFileSync(file, 'one')
  await start()
  await watch?.close()
  writeFileSync(file, 'two')
  await sleep(60)
  expect(seen).toEqual(['one'])
})

it('told to look, offers what is there, also what it offered before', async () => {
  writeFileSync(file, 'one')
  await start()
  watch?.look()
  await until(['one', 'one'])
})

// Elsewhere the kernel tells other things, and the looks see it.
describe.runIf(process.platform === 'linux')('between two looks that are an hour apart, told by the kernel', () => {
  let looks: number

  async function startSlow(path = file): Promise<void> {
    looks = 0
    watch = watchFile(path, {
      interval: 3_600_000,
      onContent: async (bytes) => void seen.push(Buffer.from(bytes).toString()),
      onSame: () => looks++,
      onProblem: (code) => seen.push(`(${code})`),
    })
    await watch.ready
  }

  it('sees a file that is replaced, written in place, deleted, and made again', async () => {
    writeFileSync(file, 'one')
    await startSlow()
    writeFileSync(`${file}.new`, 'two')
    renameSync(`${file}.new`, file)
    await until(['one', 'two'])
    writeFileSync(file, 'three')
    await until(['one', 'two', 'three'])
    unlinkSync(file)
    await until(['one', 'two', 'three', '(source-missing)'])
    writeFileSync(file, 'four')
    await until(['one', 'two', 'three', '(source-missing)', 'four'])
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
    await until(['1', '2'])
  })

  it('does not look for what changes beside the file', async () => {
    writeFileSync(file, 'one')
    await startSlow()
    for (let line = 0; line < 20; line++) appendFileSync(join(dir, 'audit.jsonl'), 'x\n')
    await sleep(100)
    expect(looks).toBe(0)
    writeFileSync(file, 'two')
    await until(['one', 'two'])
  })

  it('looks at once where it is asked to', async () => {
    writeFileSync(file, 'one')
    await startSlow()
    watch?.look()
    await until(['one', 'one'])
  })
})
