import type { ConfigPath } from '../../../base/config-error.ts'
import { nearest } from '../../../base/nearest.ts'
import { DEFAULT_ROLLOUT, type Group, type RolloutConfig, type StepConfig } from '../../../policy/rollout/rollout-config.ts'
import type { RawConfig, RawRollout } from '../raw-config.ts'
import { items, type Reading, readDuration } from './reading.ts'

export function readRollout({ rollout = {}, services = {} }: RawConfig, reading: Reading): RolloutConfig {
  const { promote, requests, rollback = {}, order } = rollout
  const otherwise = DEFAULT_ROLLOUT.rollback
  if (order !== undefined && !rollout.steps?.some((step) => step?.percent !== undefined))
    reading.problem(['rollout', 'order'], '`rollout.order` needs `rollout.steps` with a `percent`', true)
  return {
    steps: readSteps(rollout, reading),
    order: items(order, ['rollout', 'order']).map(([group, path]) => readGroup(group, path, Object.keys(services), reading)),
    promote: promote ?? DEFAULT_ROLLOUT.promote,
    requests: requests ?? DEFAULT_ROLLOUT.requests,
    rollback: {
      newlyPermitted: partsOf(rollback.newlyPermitted) ?? otherwise.newlyPermitted,
      newlyDenied: partsOf(rollback.newlyDenied) ?? otherwise.newlyDenied,
      other: partsOf(rollback.other) ?? otherwise.other,
      refusals: partsOf(rollback.refusals) ?? otherwise.refusals,
      failed: rollback.failed ?? otherwise.failed,
      after: rollback.after ?? otherwise.after,
    },
  }
}

type RawStep = NonNullable<NonNullable<RawRollout['steps']>[number]>

/** The first step is shadow, so that no candidate decides before it is compared; shares then increase. */
function readSteps({ steps }: RawRollout, reading: Reading): readonly StepConfig[] {
  let most = 0
  return items(steps, ['rollout', 'steps']).map(([step, path]) => {
    const isFirst = path.at(-1) === 0
    const read = readStep(step, path, reading)
    if (isFirst && Object.hasOwn(step, 'percent'))
      reading.problem(
        path,
        'the first of `rollout.steps` must be `{ shadow: … }`: a candidate must be compared before it decides',
      )
    else if (!isFirst && Object.hasOwn(step, 'shadow'))
      reading.problem(path, 'only the first of `rollout.steps` may be `{ shadow: … }`')
    else if (read.parts < most || (!isFirst && read.parts === most))
      reading.problem(path, 'each of `rollout.steps` must have a greater `percent` than the previous one')
    most = Math.max(most, read.parts)
    return read
  })
}

function readStep(step: RawStep, path: ConfigPath, reading: Reading): StepConfig {
  const time = (text: string | undefined, key: string) =>
    readDuration(text, [...path, key], { otherwise: '10m', least: '1s', most: '30d' }, reading)
  const [isShadow, isShare] = [Object.hasOwn(step, 'shadow'), Object.hasOwn(step, 'percent')]
  if (isShadow === isShare || (isShadow && Object.hasOwn(step, 'for')))
    reading.problem(path, 'a step of `rollout.steps` must be `{ shadow: 10m }`, or have `percent` and `for`')
  else if (isShare && !Object.hasOwn(step, 'for')) reading.problem(path, 'a step with `percent` needs `for`, its duration', true)
  return isShadow
    ? { parts: 0, time: time(step.shadow, 'shadow') }
    : { parts: Math.round((step.percent ?? 100) * 100), time: time(step.for, 'for') }
}

function readGroup(
  { labels, services }: NonNullable<NonNullable<RawRollout['order']>[number]>,
  path: ConfigPath,
  known: readonly string[],
  reading: Reading,
): Group {
  const named = items(services, [...path, 'services'])
  for (const [name, at] of named) {
    if (known.includes(name)) continue
    const meant = nearest(name, known)
    reading.problem(
      at,
      'the configuration has no service ' +
        `\`${name}\`${meant === null ? ': name one of `services`' : `: did you mean \`${meant}\`?`}`,
    )
  }
  return { labels: items(labels, path).map(([label]) => label), services: named.map(([name]) => name) }
}

/** Of 10,000. */
function partsOf(percentage: string | undefined): number | undefined {
  return percentage === undefined ? undefined : Math.round(Number.parseFloat(percentage) * 100)
}
