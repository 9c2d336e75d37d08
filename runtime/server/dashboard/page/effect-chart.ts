import { byId, element, renew, svg } from './dom.ts'
import type { EffectInterval, RecordedEffect } from './shapes.ts'
import { type Column, tableOr } from './table.ts'
import { number, timeOfDay } from './words.ts'

/** From the bottom of a bar to its top. */
const EFFECTS: readonly RecordedEffect[] = ['permit', 'deny', 'challenge', 'unauthenticated', 'reject']

/** Intervals that the chart has room for, milliseconds of each, and units of the picture's height and of the gap between bars. */
const ROOM = 120
const INTERVAL = 15_000
const HEIGHT = 100
const GAP = 0.2

/** Draws the requests by effect over time, with a legend of totals and a table of the same numbers. */
export function showChart(intervals: readonly EffectInterval[]): void {
  const shown = intervals.slice(-ROOM)
  const rates = shown.map((one) => totalOf(one) / secondsOf(one))
  const most = ceilingOf(Math.max(...rates, 0))
  renew(byId('chart-legend'), legendOf(shown))
  renew(
    byId('chart'),
    shown.length === 0 ? element('p', { class: 'empty' }, 'The proxy has just started.') : chartOf(shown, most),
  )
  renew(byId('chart-table'), tableOr('There are no numbers yet.', 'Requests by effect', COLUMNS, shown.toReversed()))
}

function chartOf(intervals: readonly EffectInterval[], most: number): HTMLElement {
  const end = Date.parse(intervals.at(-1)?.until ?? '')
  const start = new Date(end - ROOM * INTERVAL).toISOString()
  return element(
    'div',
    { class: 'chart' },
    element(
      'div',
      { class: 'scale', 'aria-hidden': 'true' },
      ...[most, most / 2, 0].map((one) => element('span', {}, rate(one))),
    ),
    barsOf(intervals, most),
    element('div', { class: 'times' }, timeOfDay(start), timeOfDay(new Date(end).toISOString())),
  )
}

function barsOf(intervals: readonly EffectInterval[], most: number): SVGElement {
  const total = intervals.reduce((sum, one) => sum + totalOf(one), 0)
  const description = `${number(total)} requests; up to ${rate(most)} per second. The table below has the numbers.`
  const attributes = { role: 'img', viewBox: `0 0 ${ROOM} ${HEIGHT}`, preserveAspectRatio: 'none' }
  const bars = intervals.map((one, at) => barOf(one, ROOM - intervals.length + at, most))
  return svg('svg', attributes, svg('title', {}, `Requests per second by effect: ${description}`), ...bars)
}

function barOf(interval: EffectInterval, x: number, most: number): SVGElement {
  const unit = HEIGHT / most / secondsOf(interval)
  let top = HEIGHT
  const parts = EFFECTS.flatMap((effect) => {
    const height = interval[effect] * unit
    if (height === 0) return []
    top -= height
    const place = { x: x + GAP / 2, y: top.toFixed(2), width: 1 - GAP, height: height.toFixed(2) }
    return [svg('rect', { class: effect, ...place })]
  })
  const said = EFFECTS.filter((effect) => interval[effect] > 0).map((effect) => `${number(interval[effect])} ${effect}`)
  const until = new Date(interval.until).toLocaleTimeString()
  return svg('g', {}, svg('title', {}, `${until}: ${said.join(', ') || 'no requests'}`), ...parts)
}

function legendOf(intervals: readonly EffectInterval[]): HTMLElement {
  const items = EFFECTS.map((effect) => {
    const sum = intervals.reduce((all, one) => all + one[effect], 0)
    const sign = svg(
      'svg',
      { viewBox: '0 0 10 10', 'aria-hidden': 'true' },
      svg('rect', { class: effect, width: 10, height: 10, rx: 2 }),
    )
    return element('li', {}, sign, `${effect} `, element('strong', {}, number(sum)))
  })
  return element('ul', { class: 'legend' }, ...items)
}

const COLUMNS: readonly Column<EffectInterval>[] = [
  { title: 'Until', className: 'time', cell: ({ until }) => timeOfDay(until) },
  ...EFFECTS.map((effect) => ({
    title: effect,
    className: 'number',
    cell: (interval: EffectInterval) => number(interval[effect]),
  })),
]

function totalOf(interval: EffectInterval): number {
  return EFFECTS.reduce((sum, effect) => sum + interval[effect], 0)
}

/** At least one second, as a short last interval would tower over the others. */
function secondsOf({ from, until }: EffectInterval): number {
  return Math.max(1, (Date.parse(until) - Date.parse(from)) / 1000)
}

/** Returns the next round number, so that the scale changes rarely and its half is short. */
function ceilingOf(most: number): number {
  if (most <= 1) return 1
  const power = 10 ** Math.floor(Math.log10(most))
  return ([1, 2, 3, 4, 5, 6, 8, 10].find((step) => step * power >= most) ?? 10) * power
}

function rate(perSecond: number): string {
  return `${number(perSecond)}/s`
}
