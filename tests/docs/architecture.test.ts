import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { boxes } from '../boundaries/arrows.ts'

/** The map and the recipes speak of what is there. */
const root = fileURLToPath(new URL('../../', import.meta.url))
const map = readFileSync(`${root}ARCHITECTURE.md`, 'utf8')
const rooms = [...map.matchAll(/^\| (`[^|]*) \|/gm)].flatMap(([, cell = '']) =>
  [...cell.matchAll(/`([^`]+)\/`/g)].map(([, room = '']) => room),
)

const readmes = ['language', 'request', 'compiler', 'analysis', 'interpreter', 'cli', 'sdk', 'runtime']
  .concat(['abi', 'realm', 'base', 'policy', 'tls', 'identity', 'telemetry', 'proxy', 'server'].map((name) => `runtime/${name}`))
  .map((name) => `${name}/README.md`)

describe('ARCHITECTURE.md', () => {
  it('has rooms that are there', () => {
    expect(rooms.length).toBeGreaterThan(20)
    expect(rooms.filter((room) => !existsSync(root + room))).toEqual([])
  })

  it('has each box of the table of arrows', () => {
    // Generators for the tests of others.
    const shown = Object.keys(boxes).filter((box) => box !== 'request/testing' && box !== 'runtime')
    expect(shown.filter((box) => !rooms.includes(box))).toEqual([])
  })
})

describe.each(readmes)('%s', (name) => {
  const text = readFileSync(root + name, 'utf8')

  it('has folders and files that are there', () => {
    const folder = name.slice(0, -'README.md'.length)
    const rows = [...text.matchAll(/^\| (`[^|]*) \|/gm)].flatMap(([, cell = '']) => [...cell.matchAll(/`([^`]+)\/`/g)])
    const begin = /Start reading\.\*\*([\s\S]*)/.exec(text)?.[1] ?? ''
    const files = [...begin.matchAll(/`([\w/.-]+\.ts)`/g)].filter(([, file = '']) => file !== 'index.ts')
    const missing = [...rows, ...files].flatMap(([, path = '']) => (existsSync(root + folder + path) ? [] : [path]))
    expect(missing).toEqual([])
  })

  it('says what is deliberately absent', () => {
    expect(text).toMatch(/\*\*Deliberately absent\.\*\*/)
  })
})

it('CONTRIBUTING.md names files that are there', () => {
  const text = readFileSync(`${root}CONTRIBUTING.md`, 'utf8')
  const files = [...text.matchAll(/`((?:[\w-]+\/)+[\w.-]*)`/g)].map(([, file = '']) => file)
  expect(files.length).toBeGreaterThan(20)
  expect(files.filter((file) => !existsSync(root + file))).toEqual([])
})
