import { expect, test } from 'vitest'
import { findDocstrings, parseComment } from './find-docstrings.ts'

const source = `/** About the file. */
import { other } from './other.ts'

/**
 * Returns the sum \u2014 of two numbers.
 *
 * @param a first, in metres
 * @throws RangeError if the sum is not finite
 */
export function add(a: number): number {
  /** Not a declaration of the file. */
  const inner = { /** Hidden. */ a }
  return inner.a
}

/** A shape. */
export interface Shape {
  /** Area in m². */
  readonly area: number
  readonly bare: string

  // How it is drawn.
  /** Draws it. */
  draw(): void
  nested: {
    /** Depth. */
    deep: number
  }
}

export class Circle {
  /** Secret. */
  private readonly secret = 1
  /** Radius. */
  get radius(): number { return this.secret }
}

/** A default. */
export const LIMIT = 3

/** Not exported. */
type Local = string

/** Exported below. */
const late = 1
export { late, type Local as Renamed }
`

const found = findDocstrings([{ path: 'a/b.ts', text: source }])

test('finds the docstrings of declarations and of their public members', () => {
  expect(found.map(({ kind, name, text }) => [kind, name, text])).toEqual([
    ['function', 'add', 'Returns the sum — of two numbers.'],
    ['interface', 'Shape', 'A shape.'],
    ['property', 'Shape.area', 'Area in m².'],
    ['method', 'Shape.draw', 'Draws it.'],
    ['property', 'Shape.nested.deep', 'Depth.'],
    ['property', 'Circle.radius', 'Radius.'],
    ['const', 'LIMIT', 'A default.'],
    ['type', 'Local', 'Not exported.'],
    ['const', 'late', 'Exported below.'],
  ])
})

test('knows the place, the tags and whether a declaration is exported, also by a list', () => {
  expect(found[0]).toMatchObject({
    path: 'a/b.ts',
    line: 4,
    isExported: true,
    tags: [
      { name: 'param', text: 'a first, in metres' },
      { name: 'throws', text: 'RangeError if the sum is not finite' },
    ],
  })
  expect(findDocstrings([{ path: 'c.ts', text: '/** A. */\nconst a = 1\n' }])[0]).toMatchObject({ isExported: false })
})

test('reads JavaScript too', () => {
  expect(findDocstrings([{ path: 'a.cjs', text: '/** Runs. */\nfunction run() {}\n' }])).toMatchObject([{ name: 'run' }])
})

test.each([
  ['/** Reads. @throws Error if it fails */', { text: 'Reads.', tags: [{ name: 'throws', text: 'Error if it fails' }] }],
  ['/** Adds `@was` to a rule of ann@shop.example. */', { text: 'Adds `@was` to a rule of ann@shop.example.', tags: [] }],
  [
    '/**\n * Signs.\n *\n * @example\n * ```ts\n * @sealed\n * class A {}\n * ```\n * @returns a text\n */',
    {
      text: 'Signs.',
      tags: [
        { name: 'example', text: '```ts\n@sealed\nclass A {}\n```' },
        { name: 'returns', text: 'a text' },
      ],
    },
  ],
  ['/** @throws Error */', { text: '', tags: [{ name: 'throws', text: 'Error' }] }],
])('%s', (comment, expected) => {
  expect(parseComment(comment)).toEqual(expected)
})
