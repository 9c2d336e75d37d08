import { PEERS, type PeerName } from '../peers/peers.ts'
import { tableOf } from '../table.ts'
import type { Case, Measured } from './measure.ts'
import type { OfPeer } from './measure-peers.ts'
import { hasGraphs } from './scenarios.ts'

/** Ours and by hand, then the peers, each for policies of rules and for graphs; then what could not be had. */
export function writeTables(all: readonly Measured[], missing: readonly string[]): string {
  const [rules, graphs] = [false, true].map((graphs) => all.filter(({ scenario }) => hasGraphs(scenario) === graphs)) as [
    Measured[],
    Measured[],
  ]
  const notes = [...missing, ...all.flatMap(gaveUp)].map((one) => `not measured: ${one}`)
  const tables = [ownTable(rules, false), ownTable(graphs, true), peerTable(rules, false), peerTable(graphs, true)]
  return [...tables.filter((table) => table !== ''), ...(notes.length === 0 ? [] : [notes.join('\n')])].join('\n\n')
}

/** What the rows are called in the goals. */
function titleOf({ scenario, row }: Case): string {
  if (row === 'routed') return 'routing included'
  return scenario === 'caller' ? 'route known, facts at hand' : 'route known'
}

function ownTable(figures: readonly Measured[], graphs: boolean): string {
  if (figures.length === 0) return ''
  const engines = graphs ? (['iap', 'by-hand'] as const) : (['iap', 'by-hand', 'bit-test'] as const)
  const rows = figures.map((one) => [
    one.scenario,
    titleOf(one),
    sizeOf(one, graphs),
    ...engines.map((engine) => one.engines[engine]?.toFixed(1) ?? ''),
    `${one.ratio.toFixed(2)}×`,
    ...(graphs ? [] : [ofForty(one, figures)]),
  ])
  const head = ['policy', '', sizeTitle(graphs), ...engines.map((engine) => `${engine} ns`), 'iap / by hand']
  return tableOf(graphs ? head : [...head, 'iap, of 40 rules'], rows)
}

function sizeTitle(graphs: boolean): string {
  return graphs ? 'entities a type' : 'rules'
}

function sizeOf(one: Measured, graphs: boolean): string {
  return String(graphs ? one.size : one.rules)
}

/** How many times what the same costs at 40 rules. */
function ofForty(one: Measured, figures: readonly Measured[]): string {
  const small = figures.find(({ scenario, row, size }) => scenario === one.scenario && row === one.row && size === 40)
  return small === undefined || one.size <= 40
    ? ''
    : `${((one.engines.iap as number) / (small.engines.iap as number)).toFixed(2)}×`
}

/** Of each peer what it takes, and how many times what ours takes with the route known. */
function peerTable(all: readonly Measured[], graphs: boolean): string {
  const figures = all.filter(({ peers }) => Object.keys(peers).length > 0)
  const names = (Object.keys(PEERS) as PeerName[]).filter((name) => figures.some(({ peers }) => peers[name] !== undefined))
  if (names.length === 0) return ''
  const rows = figures.map((one) => [
    one.scenario,
    sizeOf(one, graphs),
    `${(one.engines.iap as number).toFixed(0)} ns`,
    ...names.map((name) => cellOf(one.peers[name])),
  ])
  return tableOf(['policy, route known', sizeTitle(graphs), 'iap', ...names], rows)
}

function cellOf(peer: OfPeer | undefined): string {
  if (peer === undefined || 'gaveUp' in peer) return '–'
  return `${timeOf(peer.nanoseconds)} (${ratioOf(peer.ratio)}×)`
}

/** Two digits that count, or three. */
function timeOf(nanoseconds: number): string {
  if (nanoseconds < 1_000) return `${nanoseconds.toFixed(0)} ns`
  if (nanoseconds < 1_000_000) return `${(nanoseconds / 1_000).toPrecision(3)} µs`
  return `${(nanoseconds / 1_000_000).toPrecision(3)} ms`
}

function ratioOf(ratio: number): string {
  return ratio < 10 ? ratio.toFixed(1) : Math.round(ratio).toLocaleString('en')
}

function gaveUp({ scenario, size, peers }: Measured): string[] {
  return Object.entries(peers).flatMap(([name, peer]) =>
    'gaveUp' in peer ? [`${name} on ${scenario}, ${size}: ${peer.gaveUp}`] : [],
  )
}
