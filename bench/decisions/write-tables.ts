import { PEERS, type PeerName } from '../peers/peers.ts'
import { tableOf } from '../table.ts'
import type { Case, Measured, Ratio } from './measure.ts'
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
  const known = scenario === 'caller' ? 'route known, facts at hand' : 'route known'
  return row === 'hot' ? `${known}, hot` : known
}

function ownTable(figures: readonly Measured[], graphs: boolean): string {
  if (figures.length === 0) return ''
  const others = graphs ? (['by-hand'] as const) : (['by-hand', 'bit-test', 'iap-of-40'] as const)
  const rows = figures.map(({ nanoseconds, ratios, ...one }) => [
    one.scenario,
    titleOf(one),
    sizeOf(one, graphs),
    (nanoseconds.iap as number).toFixed(1),
    ...others.flatMap((other) => [nanoseconds[other]?.toFixed(1) ?? '', spreadOf(ratios[other])]),
  ])
  const titles = others.flatMap((other) => [`${TITLES[other]} ns`, 'iap is'])
  return tableOf(['policy', '', sizeTitle(graphs), 'iap ns', ...titles], rows)
}

const TITLES = { 'by-hand': 'by hand', 'bit-test': 'bit test', 'iap-of-40': 'iap of 40 rules' } as const

function spreadOf(ratio: Ratio | undefined): string {
  if (ratio === undefined) return ''
  const [low, high] = ratio.range
  return `${ratio.median.toFixed(2)}× (${low.toFixed(2)}–${high.toFixed(2)})`
}

function sizeTitle(graphs: boolean): string {
  return graphs ? 'entities a type' : 'rules'
}

function sizeOf(one: Pick<Measured, 'size' | 'rules'>, graphs: boolean): string {
  return String(graphs ? one.size : one.rules)
}

/** Of each peer what it takes, and how many times what ours takes with the route known. */
function peerTable(all: readonly Measured[], graphs: boolean): string {
  const figures = all.filter(({ peers }) => Object.keys(peers).length > 0)
  const names = (Object.keys(PEERS) as PeerName[]).filter((name) => figures.some(({ peers }) => peers[name] !== undefined))
  if (names.length === 0) return ''
  const rows = figures.map((one) => [
    one.scenario,
    sizeOf(one, graphs),
    `${(one.nanoseconds.iap as number).toFixed(0)} ns`,
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
