import { equal, match } from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parts } from '../scripts/release/parts.ts'
import { CHART, chartDigest, GOLDEN, type GoldenName, goldenFile } from '../tests/chart/manifests.ts'
import { downloadModule } from './gateways/go-module.ts'
import { writeSchemas } from './helm/kubernetes-schemas.ts'
import { goInstall } from './support/go-install.ts'
import type { InteropRun } from './support/interop-run.ts'
import { root } from './support/root.ts'
import type { Suite } from './support/suite.ts'

const HELM = ['helm.sh/helm/v3/cmd/helm', 'v3.22.0'] as const
const KUBECONFORM = ['github.com/yannh/kubeconform/cmd/kubeconform', 'v0.8.0'] as const
const KUBERNETES = ['k8s.io/kubernetes', 'v1.37.2'] as const
/** It has the definition of ServiceMonitor. */
const PROMETHEUS_OPERATOR = ['github.com/prometheus-operator/prometheus-operator', 'v0.85.0'] as const

/** The newest one whose schemas are used. A Helm that is built without its release's flags takes the cluster to be 1.20. */
const CLUSTER = ['--kube-version', KUBERNETES[1].slice(1)]

/** Values that templates refuse, which the schema cannot. */
const REFUSED: readonly (readonly [string, readonly string[], RegExp])[] = [
  ['an unknown key', ['replica=3'], /'replica' not allowed/],
  ['a password in an address', ['config.sessions.store=rediss://:hunter2@redis:6379'], /an address has a password/],
  ['metrics for everybody', ['metrics.enabled=true'], /metrics\/from/],
]

export const helm: Suite = {
  summary: 'the chart: helm lint, helm template against the golden manifests, kubeconform with the schemas of Kubernetes',
  async run(run) {
    const helmPath = await programOf(run, 'helm', HELM)
    const kubeconform = await programOf(run, 'kubeconform', KUBECONFORM)
    const operator = await downloadModule(run, ...PROMETHEUS_OPERATOR)
    const schemas = writeSchemas(
      join(run.scratch, 'schemas'),
      await downloadModule(run, ...KUBERNETES),
      `${operator}/example/prometheus-operator-crd`,
    )
    const conform = ['-strict', '-summary', '-schema-location', schemas]
    for (const name of Object.keys(GOLDEN) as GoldenName[]) await manifestCases(run, name, helmPath, [kubeconform, conform])
    await run.check('helm lint with the default values', async () => {
      const { code, output } = await run.exec(helmPath, ['lint', '--strict', CHART])
      equal(code, 0, output)
    })
    for (const [name, sets, expected] of REFUSED)
      await run.check(`helm template refuses ${name}`, async () => {
        const options = sets.flatMap((set) => ['--set', set])
        const { code, output } = await run.exec(helmPath, ['template', 'iap', CHART, ...CLUSTER, ...options])
        equal(code, 1)
        match(output, expected)
      })
    await run.check('helm template of the packed chart makes the golden manifest', async () => {
      await parts.chart?.({ root, folder: run.scratch, version: '' })
      const [file = ''] = readdirSync(run.scratch).filter((name) => /-chart-.*\.tgz$/.test(name))
      const args = ['template', 'iap', file, '--namespace', 'shop', ...CLUSTER, '-f', GOLDEN.proxy]
      const { code, output } = await run.exec(helmPath, args)
      equal(code, 0, output)
      equal(output, readFileSync(goldenFile('proxy'), 'utf8'))
    })
    await faultyCases(run, kubeconform, conform)
    await run.check('the digest of the chart is that of the golden manifests', () => {
      const file = join(dirname(goldenFile('proxy')), 'digest.txt')
      if (process.env.IAP_UPDATE === '1') writeFileSync(file, `${chartDigest()}\n`)
      equal(readFileSync(file, 'utf8').trim(), chartDigest())
    })
  },
}

/** Returns the path of a program: the one in `PATH` if it has this version, else one that is built. */
async function programOf(run: InteropRun, name: string, [path, version]: readonly [string, string]): Promise<string> {
  const { output: found } = await run.exec('sh', ['-c', `command -v ${name}`])
  if (found !== '') {
    const { output } = await run.exec('go', ['version', '-m', found.trim()])
    if (output.includes(`\tpath\t${path}\n`) && output.includes(`\t${version}\t`)) return found.trim()
  }
  const [built] = await goInstall(run, [path], version)
  return built as string
}

async function manifestCases(
  run: InteropRun,
  name: GoldenName,
  helmPath: string,
  [kubeconform, conform]: readonly [string, readonly string[]],
): Promise<void> {
  await run.check(`${name}: helm lint`, async () => {
    const { code, output } = await run.exec(helmPath, ['lint', '--strict', CHART, '-f', GOLDEN[name]])
    equal(code, 0, output)
  })
  await run.check(`${name}: helm template makes the golden manifest`, async () => {
    const args = ['template', 'iap', CHART, '--namespace', 'shop', ...CLUSTER, '-f', GOLDEN[name]]
    const { code, output } = await run.exec(helmPath, args)
    equal(code, 0, output)
    if (process.env.IAP_UPDATE === '1') writeFileSync(goldenFile(name), output)
    equal(output, readFileSync(goldenFile(name), 'utf8'))
  })
  await run.check(`${name}: kubeconform`, async () => {
    const { code, output } = await run.exec(kubeconform, [...conform, goldenFile(name)])
    equal(code, 0, output)
    match(output, /Invalid: 0, Errors: 0, Skipped: 0/)
  })
}

/** A manifest with a mistake is refused, or the cases above would show nothing. */
async function faultyCases(run: InteropRun, kubeconform: string, conform: readonly string[]): Promise<void> {
  for (const [from, to] of [
    ['readOnlyRootFilesystem', 'readOnlyFilesystem'],
    ['unhealthyPodEvictionPolicy', 'evictionPolicy'],
    ['sleep: { seconds: 5 }', 'sleep: { seconds: "5" }'],
    ['port: metrics, path', 'portName: metrics, path'],
  ] as const)
    await run.check(`kubeconform refuses \`${to}\``, async () => {
      const text = readFileSync(goldenFile('proxy'), 'utf8')
      equal(text.includes(from), true)
      const file = join(run.scratch, 'faulty.yaml')
      writeFileSync(
        file,
        text.replace(from, () => to),
      )
      const { code, output } = await run.exec(kubeconform, [...conform, file])
      equal(code, 1, output)
    })
}
