/** The chart without Helm: its schema of values, and its golden manifests, which `npm run interop -- helm` compares with Helm's. */
import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { loadConfig } from '../../runtime/server/config/index.ts'
import { CHART, chartDigest, drainOf, GOLDEN, type GoldenName, goldenFile, readGolden } from './manifests.ts'

type Values = Readonly<Record<string, unknown>>

const names = Object.keys(GOLDEN) as readonly GoldenName[]
const validate = new Ajv({ strict: true, strictTypes: false, strictRequired: false, allErrors: true }).compile(
  JSON.parse(readFileSync(`${CHART}/values.schema.json`, 'utf8')),
)
const defaults = valuesOf(`${CHART}/values.yaml`)

function valuesOf(file: string): Values {
  return parse(readFileSync(file, 'utf8')) as Values
}

/** As Helm does: objects are merged, and everything else is replaced. */
function merged(base: Values, over: Values): Values {
  const isObject = (value: unknown): value is Values => typeof value === 'object' && value !== null && !Array.isArray(value)
  const entries = Object.entries(over).map(([key, value]) => {
    const before = base[key]
    return [key, isObject(before) && isObject(value) ? merged(before, value) : value]
  })
  return { ...base, ...Object.fromEntries(entries) }
}

function faultsOf(over: Values): readonly string[] {
  const isValid = validate(merged(defaults, over))
  return isValid ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath}: ${message}`)
}

describe('values', () => {
  test('the default ones are valid', () => expect(faultsOf({})).toEqual([]))
  test.each(names)('those of `%s` are valid', (name) => expect(faultsOf(valuesOf(GOLDEN[name]))).toEqual([]))

  test('those of the page are valid', () => {
    const page = readFileSync(`${CHART}/../../docs/guides/deploy/kubernetes.md`, 'utf8')
    const [, shown = ''] = /^```yaml values\.yaml\n([\s\S]*?)^```$/m.exec(page) ?? []
    expect(faultsOf(parse(shown))).toEqual([])
  })

  const peer = { podSelector: {} }
  const decision = { mode: 'decision', decision: { networks: ['10.0.0.0/8'] }, networkPolicy: { from: [peer] } }
  test('a decision service with the least that it needs is valid', () => expect(faultsOf(decision)).toEqual([]))

  test.each<readonly [string, Values, RegExp]>([
    ['an unknown key', { replica: 3 }, /must NOT have additional properties/],
    ['an unknown key further down', { drain: { delay: 1, preStop: 1, timeout: 1, wait: 1 } }, /\/drain: .*additional/],
    ['an unknown mode', { mode: 'gateway' }, /\/mode/],
    ['listeners, which the chart writes', { config: { listeners: [] } }, /\/config\/listeners/],
    ['a drain beside that of the chart', { config: { drain: { delay: '1m' } } }, /\/config\/drain/],
    ['an address of admin', { config: { admin: { address: '0.0.0.0:9901' } } }, /\/config\/admin\/address/],
    ['a drain in words', { drain: { timeout: '10s' } }, /\/drain\/timeout: must be integer/],
    ['no preStop', { drain: { preStop: 0 } }, /\/drain\/preStop/],
    ['a bundle from two places', { bundle: { source: 'oci://a/b:c', volume: { emptyDir: {} } } }, /\/bundle/],
    ['a bundle from nowhere', { bundle: { source: '' } }, /\/bundle/],
    ['a bundle over http', { bundle: { source: 'http://bundles.example/a.iapb' } }, /\/bundle\/source/],
    ['a source with a password', { bundle: { source: 'https://user:pass@bundles.example/a' } }, /\/bundle\/source/],
    ['a secret in plain text', { secrets: { env: [{ name: 'KEY', value: 'x' }] } }, /\/secrets\/env\/0/],
    ['a private key as a file', { files: { 'a.pem': '-----BEGIN PRIVATE KEY-----' } }, /\/files\/a\.pem/],
    ['a private JWK as a file', { files: { 'a.json': '{"kty":"OKP","d":"x"}' } }, /\/files\/a\.json/],
    ['a decision service for everybody', { ...decision, networkPolicy: { from: [] } }, /\/networkPolicy\/from/],
    ['a decision service without networks', { ...decision, decision: {} }, /\/decision\/networks/],
    ['a decision service without a NetworkPolicy', merged(decision, { networkPolicy: { enabled: false } }), /\/networkPolicy/],
    ['a decision service that nobody can ask', merged(decision, { decision: { grpc: false } }), /\/decision/],
    ['a sidecar without an application', { mode: 'sidecar' }, /\/sidecar\/containers/],
    ['an application with a preStop of its own', sidecar({ lifecycle: {} }), /\/sidecar\/containers\/0\/lifecycle/],
    ['an application with the name of iap', sidecar({ name: 'iap' }), /\/sidecar\/containers\/0\/name/],
    ['metrics for everybody', { metrics: { enabled: true } }, /\/metrics\/from/],
    ['metrics without a NetworkPolicy', metrics({ networkPolicy: { enabled: false } }), /\/networkPolicy\/enabled/],
    ['two pods with one claim', { stateClaim: 'state' }, /\/replicas/],
    ['an empty peer, which is everybody', { networkPolicy: { from: [{}] } }, /\/networkPolicy\/from\/0/],
  ])('%s: refused', (_, over, expected) => expect(faultsOf(over).join('\n')).toMatch(expected))

  function sidecar(over: Values): Values {
    return { mode: 'sidecar', sidecar: { containers: [{ name: 'shop', image: 'shop:1', ...over }] } }
  }

  function metrics(over: Values): Values {
    return { metrics: { enabled: true, from: [peer] }, ...over }
  }
})

test('the golden manifests are those of this chart', () => {
  // If this fails: IAP_UPDATE=1 npm run interop -- helm
  expect(readFileSync(goldenFile('proxy').replace('proxy.yaml', 'digest.txt'), 'utf8').trim()).toBe(chartDigest())
})

describe.each(names)('golden manifest `%s`', (name) => {
  const { text, objects, pod, container, config } = readGolden(name)
  const only = (kind: string) => objects.filter((object) => object.kind === kind)
  const [deployment] = only('Deployment')
  const labels = deployment?.spec.template.metadata.labels as Readonly<Record<string, string>>
  const parsed = parse(config) as { readonly probes: { readonly address: string }; readonly listeners: readonly Listener[] }

  test('its configuration is one', () => {
    const loaded = loadConfig(config, 'iap.yaml')
    expect(loaded.ok ? [] : loaded.errors.map(({ message }) => message)).toEqual([])
  })

  test('it has no secret in plain text, and refers to those that the configuration reads', () => {
    expect(only('Secret')).toEqual([])
    expect(text).not.toMatch(/PRIVATE KEY|"d":|:\/\/[^/@\s]*:[^/@\s]+@/)
    for (const { value, valueFrom } of container.env ?? []) {
      expect(value).toBeUndefined()
      expect(Object.keys(valueFrom ?? {})).toEqual(['secretKeyRef'])
    }
    const variables = [...config.matchAll(/\benv: (\S+)/g)].map(([, variable]) => variable)
    expect((container.env ?? []).map((each) => each.name).sort()).toEqual(variables.sort())
    for (const [, file = ''] of config.matchAll(/(\/run\/secrets\/\S+)/g)) {
      const mount = container.volumeMounts.find(({ mountPath }) => file.startsWith(`${mountPath}/`))
      expect(pod.volumes.find((volume) => volume.name === mount?.name)?.secret).toBeDefined()
    }
  })

  test('it drains within its grace period', () => {
    const { delay, timeout } = drainOf(config)
    const { seconds } = container.lifecycle.preStop.sleep
    expect(seconds).toBeGreaterThan(0)
    // A second for the Close frames of WebSockets, and some for what is written at the end.
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(seconds + delay + timeout + 5)
    // Applications beside it get SIGTERM after it has ended.
    for (const other of pod.containers.filter((each) => each !== container)) {
      const waits = other.lifecycle.preStop.sleep.seconds
      expect(waits).toBeGreaterThan(seconds + delay + timeout)
      expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(waits)
    }
  })

  test('probes ask the listener for probes, and ports are those of listeners', () => {
    const ports = new Map(container.ports.map((port) => [port.name, port.containerPort]))
    expect(parsed.probes.address).toBe(`0.0.0.0:${ports.get('probes')}`)
    const { startupProbe, readinessProbe, livenessProbe } = container
    expect([startupProbe, readinessProbe, livenessProbe].map(({ httpGet }) => [httpGet.path, httpGet.port])).toEqual([
      ['/livez', 'probes'],
      ['/readyz', 'probes'],
      ['/livez', 'probes'],
    ])
    const callers = [...ports].filter(([port]) => port !== 'probes' && port !== 'metrics')
    expect(callers.map(([, port]) => `0.0.0.0:${port}`).sort()).toEqual(parsed.listeners.map(({ address }) => address).sort())
    const targets = only('Service').flatMap((service) => service.spec.ports.map((port: Target) => port.targetPort))
    expect(targets.sort()).toEqual([...ports.keys()].filter((port) => port !== 'probes').sort())
  })

  test('the container is hardened', () => {
    expect(container.securityContext).toEqual({
      runAsNonRoot: true,
      runAsUser: 65_532,
      runAsGroup: 65_532,
      privileged: false,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    })
    expect(pod.securityContext).toEqual({ fsGroup: 65_532, seccompProfile: { type: 'RuntimeDefault' } })
    expect(pod.automountServiceAccountToken).toBe(false)
    const writable = container.volumeMounts.filter(({ readOnly }) => readOnly !== true)
    expect(writable.map(({ mountPath }) => mountPath)).toEqual(['/var/lib/iap'])
  })

  test('selectors select its pods', () => {
    const spread = (deployment?.spec.template.spec.topologySpreadConstraints ?? []) as readonly Spread[]
    const selectors = [
      deployment?.spec.selector.matchLabels,
      ...only('Service').map(({ spec }) => spec.selector),
      ...only('PodDisruptionBudget').map(({ spec }) => spec.selector.matchLabels),
      ...only('NetworkPolicy').map(({ spec }) => spec.podSelector.matchLabels),
      ...spread.map(({ labelSelector }) => labelSelector.matchLabels),
    ]
    expect(selectors.length).toBeGreaterThanOrEqual(6)
    for (const selector of selectors) expect(labels).toMatchObject(selector)
    for (const { spec } of only('HorizontalPodAutoscaler')) expect(deployment?.spec.replicas, spec.kind).toBeUndefined()
    for (const { spec } of only('ServiceMonitor'))
      expect(only('Service').filter((service) => contains(service.metadata.labels, spec.selector.matchLabels))).toHaveLength(1)
  })
})

interface Listener {
  readonly address: string
}

interface Target {
  readonly targetPort: string
}

interface Spread {
  readonly labelSelector: { readonly matchLabels: Readonly<Record<string, string>> }
}

function contains(labels: Readonly<Record<string, string>>, selector: Readonly<Record<string, string>>): boolean {
  return Object.entries(selector).every(([name, value]) => labels[name] === value)
}
