// What `iap init --ci` writes, run in a scratch repository as the runners of GitHub and GitLab run it.

import { spawnSync } from 'node:child_process'
import { createPublicKey, verify } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { emptyFolder } from '../cli/iap.ts'
import { inside } from '../cli/inside.ts'
import { outputFaults } from '../support/cli-schemas.ts'
import { validateJunit } from '../support/junit/validate-junit.ts'
import { hasRegistry, startRegistry } from '../support/registry.ts'
import { codeQualityFaults } from '../support/validate-code-quality.ts'
import { validateSarif } from '../support/validate-sarif.ts'
import { startCodeHost } from './code-host.ts'
import { readAction, runAction, runnerEnvironment, runShell } from './run-steps.ts'

/** No test of the template sees this change: it opens a rule for one more post. */
const WIDER = ['when    params.id <= 10', 'when    params.id <= 10 && params.id != 5'] as const
/** The base branch: git permits the name, and a shell must not run it. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: the text is for a shell
const BASE = 'main;touch${IFS}pwned;`touch${IFS}pwned`$(touch${IFS}pwned)'

/** A repository with a new project on its base branch, and a branch with an edit of the policy. */
async function repository(system: string, edit: readonly [string, string] | null): Promise<string> {
  const cwd = emptyFolder()
  const { code, stderr } = await inside(['init', '.', '--ci', system], { cwd })
  expect(code, stderr).toBe(0)
  git(cwd, 'init', '-q')
  commit(cwd, 'a project')
  git(cwd, 'update-ref', `refs/remotes/origin/${BASE}`, 'HEAD')
  const file = join(cwd, 'policies/hello.iap')
  const text = readFileSync(file, 'utf8')
  if (edit !== null) expect(text).toContain(edit[0])
  writeFileSync(file, edit === null ? `${text}\n// A comment.\n` : text.replace(...edit))
  commit(cwd, 'an edit')
  return cwd
}

function git(cwd: string, ...words: string[]): string {
  const identity = ['-c', 'user.name=ann', '-c', 'user.email=ann@shop.example', '-c', 'commit.gpgsign=false']
  const { status, stdout, stderr } = spawnSync('git', ['-C', cwd, ...identity, ...words], { encoding: 'utf8' })
  expect([words[0], status], stderr).toEqual([words[0], 0])
  return stdout.trim()
}

function commit(cwd: string, subject: string): void {
  git(cwd, 'add', '.')
  git(cwd, 'commit', '-q', '-m', subject)
}

const githubEnvironment = (origin: string) => ({
  ...runnerEnvironment(),
  ...{ GITHUB_ACTIONS: 'true', GITHUB_API_URL: origin, GITHUB_SERVER_URL: 'https://github.example' },
  ...{ GITHUB_REPOSITORY: 'shop/policies', GITHUB_REF: 'refs/pull/7/merge', GITHUB_BASE_REF: BASE },
})

const ACTION = '.github/actions/iap'
/** The last part of `diff.sh`, without another comparison. */
const COMMENT = 'node "$FOLDER/comment.mjs" iap-reports/difference.md iap-reports/difference.json'
const codes = (results: Readonly<Record<string, { code: number | null }>>) =>
  Object.fromEntries(Object.entries(results).map(([name, { code }]) => [name, code]))

async function checkReports(cwd: string): Promise<void> {
  const read = (name: string) => readFileSync(join(cwd, 'iap-reports', name), 'utf8')
  expect(validateSarif(JSON.parse(read('check.sarif'))), JSON.stringify(validateSarif.errors)).toBe(true)
  expect(codeQualityFaults(JSON.parse(read('check.gitlab.json')))).toEqual([])
  expect(await validateJunit(read('test.junit.xml'))).toEqual([])
  expect(outputFaults('diff', read('difference.json'))).toEqual([])
  expect(read('coverage.lcov')).toContain('SF:policies/hello.iap')
  expect(read('coverage.html')).toContain('<html')
}

describe('a pull request of GitHub', () => {
  test('that widens access: a comment, the reports, and a red gate; and again when it is narrowed', async () => {
    const cwd = await repository('github', WIDER)
    const host = await startCodeHost()
    const env = githubEnvironment(host.origin)
    const given = { 'github-token': 'token', 'min-coverage': '90' }
    const results = await runAction(join(cwd, ACTION), cwd, given, env)
    expect(codes(results)).toEqual({ setup: 0, check: 0, test: 0, diff: 1 })
    expect(results.diff?.stdout).toMatch(
      /^::error file=policies\/hello\.iap,line=\d+.*more permissive: `hello\.retract` for staff/m,
    )
    await checkReports(cwd)
    // The base branch is only a name.
    expect(readdirSync(cwd)).not.toContain('pwned')

    const [comment] = host.comments
    expect(host.comments).toHaveLength(1)
    expect(comment?.body).toMatch(/^<!-- iap-diff [0-9a-f]{16} -->\n### Policy change: `` origin\/main;touch/)
    expect(comment?.body).toContain('| `hello.retract` | `staff` | **more permissive** |')
    expect(comment?.body).toContain('**The gate is red:** ')
    expect(comment?.body).not.toMatch(/https?:\/\/(?!hello\.localhost)/)
    expect(new Set(host.requests.map((line) => line.replace(/\?.*? /, ' ')))).toEqual(
      new Set([
        'GET /repos/shop/policies/issues/7/comments Bearer token',
        'POST /repos/shop/policies/issues/7/comments Bearer token',
      ]),
    )

    // Somebody who has seen what it permits lets it pass. The comment is the same one.
    const allowed = await runAction(join(cwd, ACTION), cwd, { ...given, steps: 'diff', 'allow-more': 'true' }, env)
    expect(codes(allowed)).toEqual({ setup: 0, diff: 0 })
    expect([host.comments.length, host.comments[0]?.body.includes('The gate is red')]).toEqual([1, false])

    git(cwd, 'revert', '--no-edit', 'HEAD')
    const narrowed = await runAction(join(cwd, ACTION), cwd, { ...given, steps: 'diff' }, env)
    expect(codes(narrowed)).toEqual({ setup: 0, diff: 0 })
    expect(host.comments).toEqual([expect.objectContaining({ body: expect.stringContaining('equivalent, in ') })])
  })

  test('that permits nothing more: all is green, and no comment; that of somebody else is left alone', async () => {
    const cwd = await repository('github', null)
    const host = await startCodeHost()
    for (let n = 0; n < 100; n++) host.add('another')
    host.add('<!-- iap-diff 0000000000000000 -->\n')
    const results = await runAction(join(cwd, ACTION), cwd, { 'github-token': 'token' }, githubEnvironment(host.origin))
    expect(codes(results)).toEqual({ setup: 0, check: 0, test: 0, diff: 0 })
    await checkReports(cwd)
    expect(results.diff?.stderr).toContain('no comment: nothing changed')
    expect(host.requests.map((line) => line.split(' ')[0])).toEqual(['GET', 'GET'])
  })

  test('of a fork, whose token may not write: the gate alone decides', async () => {
    const cwd = await repository('github', WIDER)
    const host = await startCodeHost()
    host.isReadOnly = true
    const summary = join(emptyFolder(), 'summary.md')
    const env = { ...githubEnvironment(host.origin), GITHUB_STEP_SUMMARY: summary }
    const { diff } = await runAction(join(cwd, ACTION), cwd, { 'github-token': 'token', steps: 'diff' }, env)
    expect([diff?.code, diff?.stderr]).toEqual([1, expect.stringContaining('comments answers 403')])
    expect(readFileSync(summary, 'utf8')).toContain('**more permissive**')
  })

  test('with the first policies: the gate is red until somebody lets them pass, and the comment says why', async () => {
    const cwd = emptyFolder()
    git(cwd, 'init', '-q')
    git(cwd, 'commit', '-q', '--allow-empty', '-m', 'no policies')
    git(cwd, 'update-ref', `refs/remotes/origin/${BASE}`, 'HEAD')
    expect((await inside(['init', '.', '--ci', 'github'], { cwd })).code).toBe(0)
    commit(cwd, 'a project')
    const host = await startCodeHost()
    const run = (given: Readonly<Record<string, string>>) =>
      runAction(join(cwd, ACTION), cwd, { 'github-token': 'token', ...given }, githubEnvironment(host.origin))
    const first = await run({})
    expect(codes(first)).toEqual({ setup: 0, check: 0, test: 0, diff: 1 })
    expect(first.diff?.stderr).toContain(' has no policies, so that all that these permit is new\n')
    expect(host.comments.map(({ body }) => body.replace(/<!--.*-->/, ''))).toEqual([
      expect.stringMatching(/^\n### Policy change\n\nThe base branch has no policies: .*\n\n\*\*The gate is red:/),
    ])
    expect(codes(await run({ steps: 'diff', 'allow-more': 'true' }))).toEqual({ setup: 0, diff: 0 })
    expect(host.comments.map(({ body }) => body.includes('The gate is red'))).toEqual([false])
    // Without the commit that both have in common, nothing is known of the base.
    git(cwd, 'update-ref', `refs/remotes/origin/${BASE}`, git(cwd, 'commit-tree', '-m', 'another', 'HEAD^{tree}'))
    expect(codes(await run({ steps: 'diff', 'allow-more': 'true' }))).toEqual({ setup: 0, diff: 2 })
  })

  test('with errors: each gate is red, and the comment says that nothing was compared', async () => {
    const cwd = await repository('github', ['to     editor', 'to     edtior'])
    const host = await startCodeHost()
    const env = githubEnvironment(host.origin)
    const results = await runAction(join(cwd, ACTION), cwd, { 'github-token': 'token', steps: 'check diff' }, env)
    expect(codes(results)).toEqual({ setup: 0, check: 1, diff: 1 })
    expect(results.check?.stdout).toMatch(/^::error file=policies\/hello\.iap,line=\d+/m)
    expect(host.comments[0]?.body).toContain('The policies could not be compared')
    // One that begins as ours does, by somebody else.
    host.comments.splice(0, 1, { ...(host.comments[0] as (typeof host.comments)[0]), user: { login: 'eve' } })
    const again = await runShell(COMMENT, cwd, { ...env, IAP_GITHUB_TOKEN: 'token', FOLDER: ACTION })
    expect(again.stderr).toBe('the comment is written\n')
    expect(host.comments.map(({ user }) => user.login)).toEqual(['eve', 'github-actions[bot]'])
    expect(validateSarif(JSON.parse(readFileSync(join(cwd, 'iap-reports/check.sarif'), 'utf8')))).toBe(true)
  })
})

test('the action has no logic, and no text of others in its scripts', () => {
  const folder = new URL('../../deploy/github-action', import.meta.url).pathname
  const { runs } = readAction(folder)
  for (const { run, uses, env = {} } of runs.steps) {
    if (run !== undefined) expect(run).toMatch(/^sh "\$GITHUB_ACTION_PATH\/\w+\.sh"$/)
    else expect(uses).toMatch(/@[0-9a-f]{40}$/)
    for (const value of Object.values(env)) expect(value).toMatch(/^\$\{\{ inputs\.[\w-]+ \}\}$/)
  }
  const workflow = readFileSync(new URL('../../cli/templates/ci/github/.github/workflows/policy.yml', import.meta.url), 'utf8')
  const { permissions, jobs } = parse(workflow)
  expect(permissions).toEqual({})
  expect(jobs.review.permissions).toEqual({ contents: 'read', 'pull-requests': 'write', 'security-events': 'write' })
  expect(workflow).not.toMatch(/pull_request_target|\brun:/)
  expect(JSON.stringify(jobs.review)).not.toContain('secrets.')
})

/** Without a registry only on a machine that is not CI. */
test.skipIf(!hasRegistry() && process.env.CI === undefined)('what has landed is published, signed and attested', async () => {
  const cwd = await repository('github', null)
  const registry = await startRegistry()
  onTestFinished(() => registry.close())
  const keys = emptyFolder()
  await inside(['keygen', '-o', 'key.jwk', '--public', 'key.pem'], { cwd: keys })
  const sha = git(cwd, 'rev-parse', 'HEAD')
  const [output, reference] = [join(keys, 'output'), `oci://${registry.host}/shop/policies:production`]
  const env = {
    ...runnerEnvironment(),
    ...{ GITHUB_ACTIONS: 'true', GITHUB_SERVER_URL: 'https://github.example', GITHUB_REPOSITORY: 'shop/policies' },
    ...{ GITHUB_REF: 'refs/heads/main', GITHUB_SHA: sha, GITHUB_RUN_ID: '99', GITHUB_RUN_NUMBER: '12', GITHUB_OUTPUT: output },
    GITHUB_WORKFLOW_REF: 'shop/policies/.github/workflows/policy.yml@refs/heads/main',
  }
  const given = { steps: 'publish', reference, 'signing-key': readFileSync(join(keys, 'key.jwk'), 'utf8') }
  const { publish } = await runAction(join(cwd, ACTION), cwd, given, env)
  expect(publish?.code, publish?.stderr).toBe(0)
  const [, digest = ''] = /^reference=oci:\/\/.*@sha256:([0-9a-f]{64})\n$/.exec(readFileSync(output, 'utf8')) ?? []
  const get = async (path: string) =>
    await (
      await fetch(`http://${registry.host}/v2/shop/policies/${path}`, {
        headers: { accept: 'application/vnd.oci.image.manifest.v1+json' },
      })
    ).text()
  const { layers } = JSON.parse(await get(`manifests/sha256-${digest}.att`))
  const { payload, payloadType, signatures } = JSON.parse(await get(`blobs/${layers[0].digest}`))
  const body = Buffer.from(payload, 'base64')
  const signed = Buffer.concat([Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${body.length} `), body])
  const key = createPublicKey(readFileSync(join(keys, 'key.pem')))
  expect(verify(null, signed, key, Buffer.from(signatures[0].sig, 'base64'))).toBe(true)
  expect(JSON.parse(body.toString()).predicate).toMatchObject({
    buildDefinition: {
      externalParameters: { sequence: 12 },
      resolvedDependencies: [{ uri: 'git+https://github.example/shop/policies', digest: { gitCommit: sha } }],
    },
    runDetails: {
      builder: { id: 'https://github.example/shop/policies/.github/workflows/policy.yml@refs/heads/main' },
      metadata: { invocationId: 'https://github.example/shop/policies/actions/runs/99/attempts/1' },
    },
  })
  // No secret is in the log, or in what is kept.
  const secret = JSON.parse(given['signing-key']).d as string
  expect(JSON.stringify(publish)).not.toContain(secret)
  expect(readdirSync(join(cwd, 'iap-reports'))).toEqual(['policy.iapb'])

  const unset = await runAction(join(cwd, ACTION), cwd, { steps: 'publish', reference }, env)
  expect(unset.publish).toMatchObject({ code: 2, stderr: 'publish: IAP_SIGNING_KEY is not set\n' })
})

test('a merge request of GitLab', async () => {
  const cwd = await repository('gitlab', WIDER)
  const host = await startCodeHost()
  const pipeline = parse(readFileSync(join(cwd, '.gitlab-ci.yml'), 'utf8')) as Record<string, { script?: string[] }>
  expect(existsSync(join(cwd, 'ci/iap/action.yml'))).toBe(false)
  const env = {
    ...{ ...runnerEnvironment(), CI_PROJECT_DIR: cwd, CI_API_V4_URL: host.origin, CI_PROJECT_ID: '3', CI_MERGE_REQUEST_IID: '4' },
    ...{ CI_MERGE_REQUEST_DIFF_BASE_SHA: git(cwd, 'rev-parse', 'HEAD~1'), IAP_GITLAB_TOKEN: 'token' },
  }
  const run = async (name: string) => {
    const lines = [
      ...((pipeline['.policy'] as { before_script: string[] }).before_script ?? []),
      ...(pipeline[name]?.script ?? []),
    ]
    return await runShell(lines.join('\n'), cwd, env)
  }
  expect([(await run('policy check')).code, (await run('policy diff')).code]).toEqual([0, 1])
  expect(codeQualityFaults(JSON.parse(readFileSync(join(cwd, 'iap-reports/check.gitlab.json'), 'utf8')))).toEqual([])
  // The reports that the jobs name are those that the steps write.
  expect(JSON.stringify(pipeline).match(/iap-reports\/[\w.]+/g)).toEqual([
    'iap-reports/check.gitlab.json',
    'iap-reports/test.junit.xml',
  ])
  expect(host.comments).toEqual([expect.objectContaining({ body: expect.stringContaining('**more permissive**') })])
  expect((await runShell(COMMENT, cwd, { ...env, FOLDER: 'ci/iap' })).code).toBe(0)
  expect(host.requests.map((line) => line.replace(/\?.*? /, ' '))).toEqual([
    'GET /user token',
    'GET /projects/3/merge_requests/4/notes token',
    'POST /projects/3/merge_requests/4/notes token',
    'GET /user token',
    'GET /projects/3/merge_requests/4/notes token',
    'PUT /projects/3/merge_requests/4/notes/1000 token',
  ])

  // More than a host takes is not sent.
  writeFileSync(join(cwd, 'iap-reports/difference.md'), 'x'.repeat(65_536))
  expect((await runShell(COMMENT, cwd, { ...env, FOLDER: 'ci/iap' })).code).toBe(0)
  expect(host.comments.map(({ body }) => body.replace(/<!--.*-->/, ''))).toEqual([
    '\n### Policy change\n\nThe comparison is too long for a comment. Run `iap diff`.\n',
  ])
})

describe('docs/guides/policies/ci.md', () => {
  const page = readFileSync(new URL('../../docs/guides/policies/ci.md', import.meta.url), 'utf8')
  const block = (language: string) => new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'm').exec(page)?.[1] ?? ''

  test('shows how the steps run without GitHub, and what they print', async () => {
    const cwd = await repository('github', WIDER)
    git(cwd, 'update-ref', 'refs/remotes/origin/main', 'HEAD~1')
    const { code, stdout, stderr } = await runShell(block('sh'), cwd, runnerEnvironment())
    expect([code, stderr]).toEqual([1, expect.stringContaining('no comment: this is no pull or merge request')])
    expect(stdout).toContain('more permissive  hello.retract for staff\n')
    const comment = readFileSync(join(cwd, 'iap-reports/difference.md'), 'utf8')
    expect(comment.replaceAll('\r', '')).toContain(block('markdown').trim())
  })

  test('has each setting of the steps, and each input of the action', () => {
    const folder = new URL('../../deploy/github-action/', import.meta.url).pathname
    const scripts = readdirSync(folder).filter((name) => /\.(?:sh|mjs)$/.test(name))
    const used = new Set(scripts.flatMap((name) => readFileSync(join(folder, name), 'utf8').match(/\bIAP_[A-Z_]+\b/g) ?? []))
    expect([...used].filter((name) => !page.includes(`\`${name}\``))).toEqual([])
    expect(Object.keys(readAction(folder).inputs).filter((name) => !page.includes(`\`${name}\``))).toEqual([])
  })

  test('shows a configuration of pre-commit whose hooks are there', () => {
    const hooks = parse(readFileSync(new URL('../../.pre-commit-hooks.yaml', import.meta.url), 'utf8')) as { id: string }[]
    const { repos } = parse(block('yaml')) as { repos: { hooks: { id: string }[] }[] }
    expect(repos[0]?.hooks.map(({ id }) => id)).toEqual(hooks.map(({ id }) => id))
    const template = readFileSync(new URL('../../cli/templates/ci/pre-commit/.pre-commit-config.yaml', import.meta.url), 'utf8')
    expect(parse(template).repos[0].hooks.map(({ id }: { id: string }) => id)).toEqual(hooks.map(({ id }) => id))
  })
})

test('iap is installed from a package, or asked for', async () => {
  const cwd = emptyFolder()
  const setup = new URL('../../deploy/github-action/setup.sh', import.meta.url).pathname
  const { PATH = '' } = process.env
  const [prefix, added] = [join(cwd, 'prefix'), join(cwd, 'added')]
  writeFileSync(join(cwd, 'iap.js'), '#!/usr/bin/env node\n')
  writeFileSync(join(cwd, 'package.json'), JSON.stringify({ name: 'stub', version: '1.0.0', bin: { iap: 'iap.js' } }))
  const env = { PATH, HOME: cwd, IAP_PREFIX: prefix, GITHUB_PATH: added }
  const installed = await runShell(`sh '${setup}'`, cwd, { ...env, IAP_PACKAGE: cwd })
  expect([installed.code, installed.stdout.split('\n').at(-2)], installed.stderr).toEqual([0, `${prefix}/bin/iap`])
  expect(readFileSync(added, 'utf8')).toBe(`${prefix}/bin\n`)
  const missing = await runShell(`sh '${setup}'`, cwd, { ...env, IAP: 'iap-that-nobody-has' })
  expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('iap was not found: set IAP_PACKAGE')])
  const flag = await runShell(`sh '${setup}'`, cwd, { ...env, IAP_PACKAGE: '--registry=https://evil.example' })
  expect([flag.code, flag.stderr]).toEqual([2, expect.stringContaining('IAP_PACKAGE must be a package')])
})
