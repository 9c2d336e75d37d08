import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { emptyFolder } from './iap.ts'
import { inside } from './inside.ts'

const policy = `
identity staff via jwt { sub: string }
label pii
service shop at "shop.example" {
  route read GET "/rows/{id}" is pii
}
permit look on shop.read to staff
test "staff look" {
  as staff { sub: "mia" }
  GET "https://shop.example/rows/7"
  expect permit
}
`
const document = (more = '') =>
  `openapi: 3.1.0\nservers: [{ url: "https://shop.example" }]\npaths:\n  /rows/{id}: { get: { operationId: read } }\n${more}`
let cwd: string

beforeEach(() => {
  cwd = emptyFolder()
  writeFileSync(join(cwd, 'p.iap'), policy)
  writeFileSync(join(cwd, 'shop.yaml'), document())
  writeFileSync(join(cwd, 'more.yaml'), document('  /more: { get: {} }\n'))
})

const told = (...words: readonly string[]) => inside(['inventory', 'p.iap', ...words], { cwd })

describe('iap inventory', () => {
  test('has nothing to say of a policy that has everything', async () => {
    const answer = { code: 0, stdout: '✓ nothing found\n', stderr: '' }
    // Without anything to compare with, that is not much.
    const note = 'note: there is nothing to compare the policy with: give `--openapi`, `--audit`, `--learned` or `--kubernetes`\n'
    expect(await told()).toEqual({ ...answer, stderr: note })
    expect(await told('--openapi', 'shop.yaml', '--fail-on', 'unknown,unseen,uncovered,untested,unlabelled')).toEqual(answer)
    expect(await told('--openapi', 'shop.yaml', '--format', 'iap')).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(await told('--openapi', 'shop.yaml', '-o', 'draft.iap')).toMatchObject({
      code: 0,
      stderr: 'nothing to draft\n',
    })
  })

  test('fails on what is named, and on nothing else', async () => {
    expect(await told('--openapi', 'more.yaml')).toMatchObject({ code: 0 })
    expect(await told('--openapi', 'more.yaml', '--fail-on', 'untested,uncovered')).toMatchObject({ code: 0, stderr: '' })
    expect(await told('--openapi', 'more.yaml', '--fail-on', 'untested, unknown')).toMatchObject({
      code: 1,
      stderr: '--fail-on: 1 unknown\n',
    })
    expect(await told('--fail-on', 'unknwon')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('did you mean `unknown`?'),
    })
  })

  test('writes a draft, and over nothing', async () => {
    const words = ['--openapi', 'more.yaml', '-o', 'draft.iap', '--format', 'iap']
    const { stdout, stderr } = await told(...words)
    expect([readFileSync(join(cwd, 'draft.iap'), 'utf8'), stderr]).toEqual([stdout, 'draft.iap: 1 service, 1 route\n'])
    expect(await told(...words)).toMatchObject({ code: 2, stderr: expect.stringContaining('already exists') })
  })

  test('takes a document for the service that is named, or for a new one', async () => {
    writeFileSync(
      join(cwd, 'else.yaml'),
      'openapi: 3.0.0\ninfo: { title: Some Thing }\npaths: { /rows/7: { get: {} }, /b: { put: {} } }\n',
    )
    expect((await told('--openapi', 'shop=else.yaml')).stdout).toMatch(/^unknown {5}shop PUT \/b: .*\n! 1 unknown\n$/)
    expect((await told('--openapi', 'else.yaml')).stdout).toMatch(
      /^unknown {5}some_thing: .*\n.*GET \/rows\/7.*\n|! 3 unknown\n$/,
    )
    expect((await told('--openapi', 'stock=else.yaml', '--format', 'iap')).stdout).toContain('service stock at "stock.invalid" {')
  })

  test('takes no log of another format for one in which nobody has asked, and says where nobody has', async () => {
    const [request, checkpoint] = ['{"version":3,"effect":"permit"}', '{"version":3,"kind":"checkpoint"}']
    writeFileSync(join(cwd, 'ocsf.jsonl'), '{"class_uid":6003,"metadata":{"version":"1.3.0"}}\n')
    writeFileSync(join(cwd, 'text.log'), 'GET /rows/7\n')
    writeFileSync(join(cwd, 'idle.jsonl'), `${checkpoint}\n`)
    writeFileSync(join(cwd, 'busy.jsonl'), `${request}\n`)
    writeFileSync(join(cwd, 'empty.jsonl'), '')
    for (const file of ['ocsf.jsonl', 'text.log'])
      expect(await told('--audit', 'busy.jsonl', '--audit', file)).toMatchObject({
        ...{ code: 2, stdout: '' },
        stderr: expect.stringContaining(`\`${file}\` is not an audit log of the format \`iap\``),
      })
    for (const file of ['empty.jsonl', 'idle.jsonl'])
      expect(await told('--audit', file)).toEqual({
        ...{ code: 0, stdout: '✓ nothing found\n' },
        stderr: `note: ${file}: it has no requests\n`,
      })
    expect(await told('--audit', 'busy.jsonl')).toMatchObject({
      stdout: expect.stringContaining('unseen      shop.read'),
      stderr: '',
    })
  })

  test('takes no document for a service that the policy has not, at a host of one that it has', async () => {
    expect(await told('--openapi', 'shopp=more.yaml')).toMatchObject({
      ...{ code: 2, stdout: '' },
      stderr: expect.stringMatching(
        /the policy has no service `shopp`, but has another one at `shop\.example`[\s\S]*did you mean `shop`\?/,
      ),
    })
    expect(await told('--openapi', 'other=more.yaml')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('did you mean `shop`?'),
    })
  })

  test('takes a bundle', async () => {
    expect((await inside(['build', 'p.iap', '-o', 'p.iapb'], { cwd })).code).toBe(0)
    const { code, stdout } = await inside(['inventory', 'p.iapb', '--openapi', 'more.yaml'], { cwd })
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^unknown {5}shop GET \/more: .*\n! 1 unknown\n$/)])
  })

  test('tells of services that nobody has declared, and that nobody deploys', async () => {
    const service = (name: string) => `apiVersion: v1\nkind: Service\nmetadata: { name: ${name}, namespace: eu }\n`
    writeFileSync(join(cwd, 'k8s.yaml'), `${service('shop')}---\n${service('stock')}`)
    expect((await told('--kubernetes', 'k8s.yaml')).stdout).toBe(
      'unknown     stock: the policy has no service at `stock.eu.svc.cluster.local` (in k8s.yaml)\n! 1 unknown\n',
    )
    writeFileSync(join(cwd, 'k8s.yaml'), service('stock'))
    expect((await told('--kubernetes', 'k8s.yaml')).stdout).toContain(
      'unseen      shop: the policy declares this service, but no manifest deploys it\n',
    )
  })

  test.each([
    ['--openapi', 'none.yaml', '`none.yaml` does not exist'],
    ['--openapi', 'p.iap', '`p.iap` cannot be read'],
    ['--audit', 'none.jsonl', '`none.jsonl` does not exist'],
    ['--learned', 'shop.yaml', '`shop.yaml` was not written by `iap run --learn`'],
    ['--kubernetes', 'bad', '`bad` cannot be read: '],
  ])('%s %s is no answer', async (flag, file, message) => {
    writeFileSync(join(cwd, 'bad'), 'a: [')
    expect(await told(flag, file)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(message) })
  })

  test('a policy with mistakes is compared with nothing', async () => {
    writeFileSync(join(cwd, 'p.iap'), policy.replace('shop.read', 'shop.raed'))
    expect(await told()).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('nothing was compared') })
  })

  test('what others have written is no sequence for a terminal', async () => {
    const path = '"/\\u001b]0;x\\u0007{id}"'
    writeFileSync(
      join(cwd, 'evil.json'),
      `{"openapi":"3.1.0","servers":[{"url":"https://shop.example"}],"paths":{"/a":{"get":{"operationId":"\\u001b[31m"}},${path}:{"get":{}}}}`,
    )
    const { stdout, stderr } = await told('--openapi', 'evil.json')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control bytes are just what is looked for
    expect(`${stdout}${stderr}`).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f]/)
  })
})
