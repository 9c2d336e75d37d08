import { dirname, join, relative, resolve } from 'node:path'
import { reasonOf } from '../../runtime/base/errors.ts'
import { CliError } from '../cli-error.ts'
import { defineCommand } from '../command.ts'
import { kindOfFile } from '../files/read-file.ts'
import type { Io } from '../io.ts'
import { paint } from '../style.ts'

const NOTHING_WRITTEN = 'nothing was written; give a new folder: `iap init demo`'

const SYSTEMS = ['github', 'gitlab', 'pre-commit'] as const

/** Folder of the steps that a CI system runs; null for one that runs none of them. */
const STEPS: Readonly<Record<(typeof SYSTEMS)[number], string | null>> = {
  github: '.github/actions/iap',
  gitlab: 'ci/iap',
  'pre-commit': null,
}

const PROVIDERS = ['keycloak', 'entra', 'okta', 'auth0', 'google']

export const init = defineCommand({
  name: 'init',
  summary: 'Create a working project: policy, tests, configuration and CI script',
  operands: '[DIR]',
  takes: { least: 0, most: 1 },
  flags: {
    with: {
      type: 'string',
      value: 'PROVIDER',
      oneOf: PROVIDERS,
      help: 'Configure sign-in and access tokens of this identity provider',
    },
    ci: {
      type: 'string',
      multiple: true,
      value: SYSTEMS.join('|'),
      oneOf: SYSTEMS,
      help: 'Also write what this CI system runs; repeat it for several',
    },
  },
  more: `The files are written to DIR (default: the current folder). Existing files are not overwritten.

With --ci, they include a workflow of GitHub and its action, a pipeline of GitLab, or the configuration of pre-commit: checks
and tests, a comment on each pull request that says what it permits, and a signed bundle for each commit that has landed. If
DIR has an iap.yaml or iap.json, only these files are written.

With --with, the configuration, the policy and its tests fit the tokens of that provider, and README.md says what to create
there and which values to fill in:

  keycloak  roles of the realm, from the claim realm_access.roles
  entra     Microsoft Entra ID: app roles by value, and groups by object id
  okta      groups, from a claim of a custom authorization server
  auth0     roles and email, from claims that an Action adds under a namespace
  google    Google Workspace: the domain from hd, and email addresses, as there are no groups

  iap init demo --with keycloak`,
  async run(io, { flags, operands }) {
    const target = operands[0] ?? '.'
    const folder = resolve(io.cwd, target)
    const systems = SYSTEMS.filter((system) => flags.ci.includes(system))
    const isThere = (name: string) => kindOfFile(io, join(target, name)) === 'file'
    const isOnlyCi = systems.length > 0 && ['iap.yaml', 'iap.json'].some(isThere)
    if (isOnlyCi && flags.with !== undefined)
      throw new CliError(
        `\`${target}\` is a project already, which \`--with\` cannot change`,
        'give `--ci` alone, or a new folder',
      )
    const files = [...(isOnlyCi ? [] : projectFiles(io, flags.with)), ...systems.flatMap((system) => ciFiles(io, system))]
    for (const path of new Set(files.map((file) => dirname(join(target, file.path)))))
      if ((kindOfFile(io, path) ?? 'folder') !== 'folder') throw new CliError(`\`${path}\` is not a folder`, NOTHING_WRITTEN)
    for (const path of files.map((file) => join(target, file.path)))
      if (kindOfFile(io, path) !== null) throw new CliError(`\`${path}\` already exists`, NOTHING_WRITTEN)
    const style = paint(io.stdout)
    for (const { path, bytes } of files) {
      try {
        // Scripts must be executable.
        io.files.create(join(folder, path), bytes, path.endsWith('.sh') ? 0o755 : 0o644)
      } catch (error) {
        throw new CliError(
          `\`${join(target, path)}\` cannot be written: ${reasonOf(error)}`,
          path === files[0]?.path ? null : 'remove the files that were written before you try again',
        )
      }
      io.stdout.write(`${style.green('+')} ${join(target, path)}\n`)
    }
    if (isOnlyCi) return 0
    const enter = folder === io.cwd ? '' : `  cd ${relative(io.cwd, folder)}\n`
    // Sign-in with a browser needs it in development.
    const install = flags.with === undefined ? '' : '  npm install --save-dev oidc-provider\n'
    io.stderr.write(`\nnext:\n${enter}  iap test policies\n${install}  iap run --dev\n`)
    return 0
  },
})

interface ProjectFile {
  readonly path: string
  readonly bytes: Uint8Array
}

/** Sorted by path. A provider's project has the files of the default one that do not depend on tokens. */
function projectFiles(io: Io, provider: string | undefined): readonly ProjectFile[] {
  const files = templateFiles(io, 'default')
  if (provider === undefined) return files
  const parts = new Map(
    [...templateFiles(io, 'provider'), ...templateFiles(io, `providers/${provider}`)].map(({ path, bytes }) => [path, bytes]),
  )
  const part = (path: string): string => {
    const text = Buffer.from(parts.get(path) as Uint8Array).toString('utf8')
    parts.delete(path)
    return text
  }
  const [identities, ...sections] = [part('identities.yaml'), part('provider.md'), part('sign-in.md')]
  const shared = files.flatMap(({ path, bytes }) => {
    const text = Buffer.from(bytes).toString('utf8')
    if (path === 'iap.yaml') return [{ path, bytes: Buffer.from(text.replace(/^identities:\n(?: .*\n)+/m, () => identities)) }]
    if (path === 'README.md')
      return [{ path, bytes: Buffer.from([text, ...sections.map((section) => `#${section}`)].join('\n')) }]
    return /^(?:policies|dev)\//.test(path) ? [] : [{ path, bytes }]
  })
  const others = [...parts].map(([path, bytes]) => ({ path, bytes }))
  return [...shared, ...others].sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** The files of a CI system: its configuration, and the steps that it runs. */
function ciFiles(io: Io, system: (typeof SYSTEMS)[number]): readonly ProjectFile[] {
  const folder = STEPS[system]
  const steps = folder === null ? [] : templateFiles(io, 'ci/steps')
  // The action itself is GitHub's.
  const needed = steps.filter(({ path }) => system === 'github' || path !== 'action.yml')
  return [...templateFiles(io, `ci/${system}`), ...needed.map(({ path, bytes }) => ({ path: join(folder ?? '', path), bytes }))]
}

/** Sorted by path. npm would omit a `.gitignore` from the package, so its template has no dot. */
function templateFiles(io: Io, template: string): readonly ProjectFile[] {
  const root = join(io.home, 'templates', template)
  const found: ProjectFile[] = []
  const visit = (folder: string): void => {
    for (const { name, kind } of io.files.list(folder)) {
      const path = join(folder, name)
      if (kind === 'folder') visit(path)
      else
        found.push({
          path: relative(root, path).replace(/^gitignore$/, '.gitignore'),
          bytes: io.files.readBytes(path) as Uint8Array,
        })
    }
  }
  visit(root)
  return found
}
