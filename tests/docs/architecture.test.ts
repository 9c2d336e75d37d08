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

it('CONTRIBUTING.md names files that are there', () => {
  const text = readFileSync(`${root}CONTRIBUTING.md`, 'utf8')
  const files = [...text.matchAll(/`((?:[\w-]+\/)+[\w.-]*)`/g)].map(([, file = '']) => file)
  expect(files.length).toBeGreaterThan(20)
  expect(files.filter((file) => !existsSync(root + file))).toEqual([])
})
