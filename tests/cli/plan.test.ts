import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { createPlanner } from '../../sdk/compiler/index.ts'
import { emptyFolder } from './iap.ts'
import { inside } from './inside.ts'

const policy = `
identity staff via jwt { sub: string, groups: set<string> }
data rows: map<string, { owner: string, unit: string, at: timestamp }>
data units: hierarchy
data vips: set<string>
service shop at "shop.example" {
  route read GET "/rows/{id}"
  route page GET "/pages/{n: int}"
  route list GET "/rows" query { state: "open" | "closed", units: list<string>, page?: int }
}
permit own on shop.read to staff
  when params.id in rows && rows[params.id].owner == caller.sub
  limit 5 per 1m
permit below on shop.read to staff
  when params.id in rows && units.within(rows[params.id].unit, "all") && caller.sub in vips
permit fresh on shop.read to staff
  when "fresh" in caller.groups
  when params.id in rows && rows[params.id].at < request.time
permit lists on shop.list to staff
  when query.state == "open" && query.?page.orValue(1) < 10 && query.units.exists(u, units.within(u, "all"))
permit pages on shop.page to staff when params.n < 10 && request.headers[?"x-a"].orValue("") == "b"
`
const columns = `
params.id: id
rows[params.id]: true
rows[params.id].owner: owner
rows[params.id].unit: unit
`
const mia = ['--route', 'shop.read', '--as', 'staff', '--claims', '{"sub":"mia","groups":[]}']
const data = { units: { it: ['all'] }, vips: ['mia'] }
let cwd: string

beforeEach(() => {
  cwd = emptyFolder()
  writeFileSync(join(cwd, 'p.iap'), policy)
  writeFileSync(join(cwd, 'columns.yaml'), columns)
  writeFileSync(join(cwd, 'data.json'), JSON.stringify(data))
})

const planned = (...words: readonly string[]) => inside(['plan', 'p.iap', ...words], { cwd })
const SQL = ['--format', 'sql', '--dialect', 'sqlite', '--columns', 'columns.yaml'] as const

describe('iap plan', () => {
  test('tells what is left, and what is left out', async () => {
    expect(await planned(...mia)).toEqual({
      code: 0,
      stdout:
        'params.id in rows && units.within(rows[params.id].unit, "all") && "mia" in vips || params.id in rows && rows[params.id].owner == "mia"\n',
      stderr:
        'note: a limit of `own` is not part of the condition\nnote: nothing is permitted until there is data for `rows`, `units`, `vips`\n',
    })
  })

  test('works out what data say, but for those that are not known', async () => {
    const [all, some] = [
      await planned(...mia, '--data', 'data.json'),
      await planned(...mia, '--data', 'data.json', '--unknown', 'vips'),
    ]
    const below = 'params.id in rows && rows[params.id].unit in ["all", "it"]'
    const own = 'params.id in rows && rows[params.id].owner == "mia"'
    expect(all.stdout).toBe(`${below} || ${own}\n`)
    expect(some.stdout).toBe(`${below} && "mia" in vips || ${own}\n`)
  })

  test('reads parameters as the router does, and headers', async () => {
    const page = ['--route', 'shop.page', ...mia.slice(2)]
    expect((await planned(...page, '--param', 'n=7')).stdout).toBe('request.headers[?"x-a"].orValue("") == "b"\n')
    expect((await planned(...page, '--param', 'n=7', '--header', 'X-A=b')).stdout).toBe('true\n')
    expect((await planned(...page, '--param', 'n=70')).stdout).toBe('false\n')
    expect(await planned(...page, '--param', 'n=07')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no whole number'),
    })
  })

  test('reads a query as the route declares it', async () => {
    const list = ['--route', 'shop.list', ...mia.slice(2)]
    const of = async (query: string) => (await planned(...list, '--query', query)).stdout
    expect(await of('state=open&units=it&units=ops')).toBe('units.within("it", "all") || units.within("ops", "all")\n')
    expect(await of('?state=open&page=9&x=1')).toBe('false\n')
    expect(await of('state=open&units=it&page=10')).toBe('false\n')
    expect(await of('state=closed&units=it')).toBe('false\n')
    for (const [query, message] of [
      ['units=it', 'the key `state` of the query is missing'],
      ['state=lost', 'its declared type does not allow'],
      ['state=open&state=open', '`state`'],
      ['state=open&page=x', 'its declared type does not allow'],
    ] as const)
      expect(await planned(...list, '--query', query)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) })
  })

  test('refuses what a database cannot be asked, with the place', async () => {
    const fresh = [...mia.slice(0, -1), '{"sub":"mia","groups":["fresh"]}']
    const told = await planned(...fresh, '--data', 'data.json', '--time', '2026-03-02T09:00:00Z', ...SQL)
    expect([told.code, told.stdout]).toEqual([1, ''])
    expect(told.stderr).toContain(
      'error: the rule `fresh` (p.iap:18:8): values of type `timestamp` cannot be queried in SQLite: rewrite the condition without them\n',
    )
    const json = await planned(...fresh, '--data', 'data.json', ...SQL.slice(2), '--format', 'json')
    expect([json.code, JSON.parse(json.stdout)]).toMatchObject([1, { sql: { dialect: 'sqlite', refused: [{ rule: 'fresh' }] } }])
  })

  test.each<[string, readonly string[]]>([
    ['needs `--route SERVICE.ROUTE`', []],
    ['the policy has no route `shop.reed`: `shop.read` is meant, perhaps', ['--route', 'shop.reed']],
    ['the policy has no identity `robot`: name one that it declares', ['--route', 'shop.read', '--as', 'robot']],
    ['of identity `staff` is missing', ['--route', 'shop.read', '--as', 'staff']],
    ['`--claims` is not valid JSON', [...mia.slice(0, -1), '{']],
    ['caller.auth.amr must be a list of strings', [...mia, '--auth', '{"amr":"otp"}']],
    ['`--claims` and `--auth` need `--as`', ['--route', 'shop.read', '--claims', '{}']],
    ['the route `shop.read` has no parameter `n`', [...mia, '--param', 'n=1']],
    ['the route `shop.read` declares no query', [...mia, '--query', 'a=1']],
    ['must have the form `NAME=TEXT`', [...mia, '--param', 'n']],
    ['`--param id` is given twice', [...mia, '--param', 'id=1', '--param', 'id=2']],
    ['`noon` is no time', [...mia, '--time', 'noon']],
    ['`10.0.0.256` is no address', [...mia, '--source-ip', '10.0.0.256']],
    ['the policy has no datum `row`', [...mia, '--unknown', 'row']],
    ['`--dialect` cannot be', [...mia, '--format', 'sql', '--dialect', 'mysql']],
    ['needs `--dialect postgresql|sqlite`', [...mia, '--format', 'sql']],
    ['`none.yaml` does not exist', [...mia, ...SQL.slice(0, 4), '--columns', 'none.yaml']],
    ['the columns must be a JSON object', [...mia, ...SQL.slice(0, 4), '--columns', 'p.txt']],
  ])('says what is wrong: %s', async (message, words) => {
    writeFileSync(join(cwd, 'p.txt'), 'a text')
    const told = await planned(...words)
    expect([told.code, told.stdout]).toEqual([2, ''])
    expect(told.stderr).toContain(message)
  })

  test('tells mistakes of a policy', async () => {
    writeFileSync(join(cwd, 'wrong.iap'), 'permit')
    const told = await inside(['plan', 'wrong.iap', ...mia], { cwd })
    expect([told.code, told.stdout]).toEqual([1, ''])
    expect(told.stderr).toContain('nothing was planned')
  })
})

describe('createPlanner', () => {
  const sources = [{ name: 'p.iap', text: policy }]
  const question = {
    route: 'shop.read',
    caller: { identity: 'staff', claims: { sub: 'mia', groups: [] } },
    time: '2026-03-02T09:00:00Z',
    data,
  }

  test('plans as the command does, of a bundle as of its sources', async () => {
    await inside(['build', 'p.iap', '-o', 'p.iapb'], { cwd })
    const { stdout } = await inside(['plan', 'p.iapb', ...mia, '--data', 'data.json'], { cwd })
    const plan = (await createPlanner({ sources })).plan(question)
    expect(plan).toMatchObject({ ok: true, cel: stdout.trim(), permitted: null })
  })

  test('says what is wrong with a question, and throws where there is no policy', async () => {
    const planner = await createPlanner({ sources })
    expect(planner.plan({ ...question, route: 'shop.none' })).toMatchObject({ ok: false })
    expect(planner.plan({ ...question, data: { rows: 1 } })).toMatchObject({ ok: false })
    const plan = planner.plan(question)
    if (!plan.ok) throw new Error(plan.message)
    expect(() => plan.where('mysql' as 'sqlite', {})).toThrow('`mysql` is not a SQL dialect')
    expect(() => plan.where('sqlite', { a: 7 })).toThrow('the column for `a` is invalid')
    await expect(createPlanner({ sources: [{ name: 'p.iap', text: 'permit' }] })).rejects.toMatchObject({ code: 'policy' })
    const bundle = new Uint8Array(4)
    await expect(createPlanner({ bundle, keys: 'insecure-unverified' })).rejects.toMatchObject({ code: 'bundle' })
    await expect(createPlanner({ bundle, keys: ['x'] })).rejects.toMatchObject({ code: 'bundle' })
  })
})
