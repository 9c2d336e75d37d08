import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { emptyFolder } from './iap.ts'
import { inside } from './inside.ts'

const policy = `
identity staff via jwt { sub: string, level: int }
role lead of staff when caller.level > 5
role senior of staff when caller.level > 3
role unicorn of staff when caller.level > 3 && caller.level < 4
/// =HYPERLINK("https://evil.example")
label odd
service shop at "shop.example" {
  route list  GET "/rows"
  route read  GET "/rows/{id: int}" is odd
  route words GET "/words" query { reason: string }
}
permit lists on shop.list to staff limit 5 per 1m by caller.sub
permit reads on shop.read to senior when params.id < 10 || caller is lead
permit tells on shop.words to staff when query.reason.size() * query.reason.size() == 2
`
const declarations = policy.slice(0, policy.indexOf('permit '))
let cwd: string

beforeEach(() => {
  cwd = emptyFolder()
  writeFileSync(join(cwd, 'p.iap'), policy)
})

const matrix = (...words: readonly string[]) => inside(['matrix', 'p.iap', ...words], { cwd, now: Date.UTC(2026, 2, 2, 23, 59) })

describe('iap matrix', () => {
  test('tells of each kind of caller what is left of the rules', async () => {
    const { code, stdout, stderr } = await matrix()
    expect([code, stderr]).toEqual([0, ''])
    expect(
      stdout.replace(/sha256:[0-9a-f]{64}/, 'sha256:…'),
    ).toBe(`route       labels  anonymous  staff       staff: lead  staff: senior  staff: unicorn
shop.list           never      always [1]  always [1]   always [1]     never [2]
shop.read   odd     never      if [3]      always       if [4]         never [2]
shop.words          never      may [5]     may [5]      may [5]        never [2]

[1] permit lists limit 5 per 1m by caller.sub
[2] no such caller exists
[3] permit reads to senior when params.id < 10 || caller is lead
[4] permit reads when params.id < 10 || caller is lead
[5] permit tells when query.reason.size() * query.reason.size() == 2
    cannot be analyzed: query.reason.size() * query.reason.size()

3 routes, 5 kinds of callers: 4 always, 2 if, 3 may, 6 never
revision sha256:…, 2026-03-02
`)
  })

  test('no spreadsheet takes a text for a formula', async () => {
    const { stdout } = await matrix('--format', 'csv')
    const [head = '', ...lines] = stdout.split('\r\n')
    expect(head).toBe(
      'route,service,methods,hosts,path,labels,classification,data,anonymous,staff,staff: lead,staff: senior,staff: unicorn,revision,date',
    )
    expect(lines).toHaveLength(4)
    expect(lines[1]).toMatch(/^shop\.read,shop,"GET, HEAD",shop\.example,\/rows\/\{id: int\},odd,"'=HYPERLINK\(""https/)
    expect(lines[1]).toContain('"if\npermit reads to senior when params.id < 10 || caller is lead"')
  })

  test('nor one on a later line, or behind what it may take for the end of a field', async () => {
    const odd =
      'permit p on shop.list to staff when caller.sub != ";=1+1" when caller.sub != \'; "@x\' when caller.sub != "a;b-c"'
    const docs = '/// Odd.\n/// -1+1\n/// \\u3164\u3164\n'
    writeFileSync(join(cwd, 'p.iap'), `${declarations.replace('/// =', `${docs}/// =`)}${odd}\npermit r on shop.read to anyone`)
    const { stdout } = await matrix('--format', 'csv')
    expect(stdout).toContain(`when caller.sub != "";'=1+1"" when caller.sub != ';' ""@x' when caller.sub != ""a;b-c""`)
    expect(stdout).toContain(`"Odd.\n'-1+1\n\\u3164\\u{3164}\n'=HYPERLINK(`)
  })

  test('a text of several lines makes no line', async () => {
    const forged = '"""x\n[2] permit everyone\nforbid all\u2800"""'
    writeFileSync(join(cwd, 'p.iap'), `${declarations}permit p on shop.list to staff when caller.sub != ${forged}`)
    const { stdout } = await matrix()
    expect(stdout).toContain(
      '[1] permit p when caller.sub != "x\\n[2] permit everyone\\nforbid all\\u{2800}"\n[2] no such caller',
    )
    for (const format of ['csv', 'html', 'json'])
      expect((await matrix('--format', format)).stdout).not.toMatch(/^(\[2\] permit|forbid all)/m)
  })

  test('beside a route stands which data it needs', async () => {
    writeFileSync(
      join(cwd, 'p.iap'),
      `${declarations}data off: set<string>\npermit p on shop.list to staff when "a" in off || !("a" in off)`,
    )
    const { stdout } = await matrix()
    expect(stdout).toMatch(/^shop\.list \[1\] +never +always +always/m)
    expect(stdout).toContain('[1] needs data off\n')
  })

  test('a bundle has the revision and the matrix of its sources', async () => {
    const built = await inside(['build', 'p.iap', '-o', 'p.iapb', '--sequence', '7'], { cwd })
    expect(built.code).toBe(0)
    const sources = await matrix('--format', 'json')
    const bundle = await inside(['matrix', 'p.iapb', '--format', 'json', '--date', '2026-03-02'], { cwd })
    expect(bundle.stderr).toMatch(/^note: the signature of p\.iapb was not verified/)
    expect(bundle.stdout).toBe(sources.stdout)
    expect(built.stdout).toContain((JSON.parse(sources.stdout) as { revision: string }).revision)
  })

  test('the same sources and date give the same bytes, in a file as on standard output', async () => {
    const { stdout } = await matrix('--format', 'html')
    expect(await matrix('--format', 'html', '-o', 'm.html')).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(readFileSync(join(cwd, 'm.html'), 'utf8')).toBe(stdout)
  })

  test.each([['2026-02-30'], ['2026-3-2'], ['today'], ['2026-03-02"}']])('%s is no date', async (date) => {
    const { code, stderr } = await matrix('--date', date)
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining(`\`--date\` must be a date such as \`2026-03-02\`, got \`${date}\``),
    ])
  })

  test('a policy with mistakes has none', async () => {
    writeFileSync(join(cwd, 'p.iap'), policy.replace('to senior', 'to seniors'))
    const { code, stdout, stderr } = await matrix()
    expect([code, stdout, stderr]).toEqual([1, '', expect.stringContaining('nothing was shown: 1 error')])
  })

  test('what is odd about a text is seen', async () => {
    const document = {
      openapi: '3.1.0',
      info: { title: 't', version: '1' },
      paths: { '/a\u202eb': { get: { operationId: 'odd' } } },
    }
    writeFileSync(join(cwd, 'doc.json'), JSON.stringify(document))
    writeFileSync(join(cwd, 'p.iap'), 'service doc at "d.example" from openapi "./doc.json" {}\npermit p on doc.* to anyone')
    for (const format of ['html', 'csv']) {
      const { code, stdout } = await matrix('--format', format)
      expect([code, stdout.includes('\u202e'), stdout.includes('\\u{202e}b')]).toEqual([0, false, true])
    }
  })
})
