import { describe, expect, test } from 'vitest'
import { fixProject } from '../../diagnostics/apply-fixes.ts'
import { checkProject } from '../../project.ts'
import { lint } from '../lint.ts'
import { warningsOf } from '../test-lint.ts'

const people = 'identity staff via oidc { sub: string }\nrole lead of staff\nrole clerk of staff'
const service = 'service s at "s.example" { route r GET "/" }'

test('a name that a file imports and does not use is told of', () => {
  const text = `import { lead, clerk } from "./people.iap"\n${service}\npermit p on s.r to lead`
  expect(warningsOf('IAP5018', text, { 'people.iap': people })).toEqual([
    { place: 'clerk', message: '`clerk` is imported but never used in this file' },
  ])
})

test.each([
  [
    'in a test',
    'import { staff } from "./people.iap"\ntest "t" {\n  as staff { sub: "a" }\n  GET "https://s.example/"\n  expect deny\n}',
    people,
  ],
  [
    'in a row of a test',
    'import { staff } from "./people.iap"\ntest "t" {\n  as $who { sub: "a" }\n  GET "https://s.example/"\n  expect deny\n  cases { "a": { who: "staff" } }\n}',
    people,
  ],
  ['as a type', 'import { Id } from "./people.iap"\ndata ids: set<Id>\nforbid f on * when "a" in ids', 'type Id = string'],
  ['as a service', 'import { t } from "./people.iap"\nforbid f on t.*', 'service t at "t.example" { route r GET "/" }'],
  ['as a label', 'import { pii } from "./people.iap"\nforbid f on label pii, s.r', 'label pii'],
  [
    'as data of a test',
    'import { d } from "./people.iap"\ntest "t" {\n  GET "https://s.example/"\n  data d: []\n  expect deny\n}',
    'data d: set<string>',
  ],
  ['as a def', 'import { off } from "./people.iap"\nforbid f on * when off()', 'def off(): bool = request.path == "/"'],
])('one that is used %s is not', (_, text, other) => {
  expect(warningsOf('IAP5018', `${text}\n${service}\nforbid last on s.r`, { 'people.iap': other })).toEqual([])
})

describe('the mend', () => {
  const mended = (main: string, others: Readonly<Record<string, string>>, entries: readonly string[]) => {
    const files: Record<string, string> = { 'main.iap': main, ...others }
    const look = (changed: ReadonlyMap<string, string>) =>
      lint(checkProject({ read: (name) => changed.get(name) ?? files[name] ?? null }, entries), 'all').diagnostics.filter(
        ({ code }) => code === 'IAP5018',
      )
    const { texts } = fixProject(look, () => true)
    return texts.get('main.iap') ?? null
  }
  const rest = `${service}\nforbid f on s.r when caller is lead`

  test('keeps the names that are used', () => {
    const text = `import { staff, lead, clerk } from "./people.iap"\n${rest}`
    expect(mended(text, { 'people.iap': people }, ['main.iap'])).toBe(`import { lead } from "./people.iap"\n${rest}`)
  })

  test('takes the import out where the file is given anyway', () => {
    const text = `import { clerk } from "./people.iap"\n${service}\nforbid f on s.r`
    expect(mended(text, { 'people.iap': people }, ['main.iap', 'people.iap'])).toBe(`${service}\nforbid f on s.r`)
  })

  test('takes nothing out where the file would not be part of the policy any more', () => {
    const text = `import { clerk } from "./people.iap"\n${service}\nforbid f on s.r`
    expect(mended(text, { 'people.iap': people }, ['main.iap'])).toBeNull()
  })

  test('takes no comment out', () => {
    const text = `import {\n  clerk, // who files\n  lead,\n} from "./people.iap"\n${rest}`
    expect(mended(text, { 'people.iap': people }, ['main.iap'])).toBeNull()
  })
})
