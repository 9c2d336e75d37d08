import { expect, test } from 'vitest'
import { breachesOf, type WordRule } from './words.ts'

const files = [
  { path: 'runtime/proxy/answer.ts', text: "/** An Answer. */\nexport interface Answer { carry: 'Answer' } // Answer\n" },
  { path: 'runtime/proxy/front-doors/a.ts', text: 'const openDoor = doors.indoor\nconst kind = "gains"\n' },
  { path: 'cli/answer.ts', text: 'const Answer = 1\n' },
]

test.each<[string, WordRule, readonly string[]]>([
  [
    'a name, in these folders',
    { word: 'Answer', becomes: '', kind: 'name', under: ['runtime/'] },
    ['runtime/proxy/answer.ts Answer'],
  ],
  ['a word of names', { word: 'door', becomes: '', kind: 'part' }, ['runtime/proxy/front-doors/a.ts openDoor']],
  ['a word of paths, in the plural too', { word: 'door', becomes: '', kind: 'path' }, ['runtime/proxy/front-doors/a.ts']],
  ['a text', { word: 'gains', becomes: '', kind: 'text' }, ["runtime/proxy/front-doors/a.ts 'gains'"]],
  ['neither comments nor texts as names', { word: 'An', becomes: '', kind: 'name' }, []],
])('%s', (_, rule, expected) => {
  expect(breachesOf(rule, files)).toEqual(expected)
})
