import type { ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Running } from '../life/proxy-process.ts'
import { drainOf, type HttpProbe, type Rendered } from './manifests.ts'

/** A process that stands for a pod, with what a kubelet does for it by the manifest. */
export class Pod {
  /** Whether the last readiness probes let the pod be an endpoint. */
  isReady = false
  /** Port of callers. */
  port = 0
  /** What must not happen: a failed liveness probe, a process that was killed or ended by itself. */
  readonly faults: string[] = []
  readonly #process: Running
  readonly #manifest: Rendered
  #origin = ''
  #isEnding = false

  constructor(process: Running, manifest: Rendered) {
    this.#process = process
    this.#manifest = manifest
    void process.ended.then((code) => {
      if (!this.#isEnding) this.faults.push(`the process ended by itself: ${code}`)
    })
  }

  /** Probes until the pod is ready, and from then on. @throws Error if the startup probe fails for too long */
  async start(): Promise<void> {
    const { startupProbe, readinessProbe, livenessProbe } = this.#manifest.container
    const [, addresses = ''] = await this.#process.line(/listening on (.*)/)
    this.port = Number(/:(\d+)/.exec(addresses)?.[1])
    const [, origin = ''] = await this.#process.line(/probes on (http\S+)/)
    this.#origin = origin
    for (let failures = 0; !(await this.#succeeds(startupProbe)); await sleep(startupProbe.periodSeconds * 1000))
      if (++failures === startupProbe.failureThreshold) throw new Error('the startup probe failed')
    void this.#watch(readinessProbe, (isReady) => {
      this.isReady = isReady
    })
    void this.#watch(livenessProbe, (isAlive) => {
      if (!isAlive) this.faults.push('the liveness probe failed')
    })
  }

  /**
   * Ends the pod as a kubelet does: `preStop`, SIGTERM, and SIGKILL after the grace period.
   *
   * @param onLearned called when all nodes know that the pod gets no more connections, late in `preStop`
   */
  async end(onLearned: () => void): Promise<void> {
    const { pod, container } = this.#manifest
    const child: ChildProcess = this.#process.child
    this.#isEnding = true
    const kill = setTimeout(() => {
      this.faults.push(`the process was killed after ${pod.terminationGracePeriodSeconds} s`)
      child.kill('SIGKILL')
    }, pod.terminationGracePeriodSeconds * 1000)
    const preStop = container.lifecycle.preStop.sleep.seconds * 1000
    const late = setTimeout(onLearned, preStop * LEARNED)
    await sleep(preStop)
    clearTimeout(late)
    onLearned()
    child.kill('SIGTERM')
    const code = await this.#process.ended
    clearTimeout(kill)
    if (code !== 0) this.faults.push(`the process ended with ${code}`)
  }

  async #watch({ periodSeconds, failureThreshold, ...probe }: HttpProbe, notify: (isFine: boolean) => void): Promise<void> {
    for (let failures = 0; !this.#isEnding; await sleep(periodSeconds * 1000)) {
      failures = (await this.#succeeds({ ...probe, periodSeconds, failureThreshold })) ? 0 : failures + 1
      if (this.#isEnding) return
      if (failures === 0) notify(true)
      else if (failures >= failureThreshold) notify(false)
    }
  }

  async #succeeds({ httpGet, timeoutSeconds = 1 }: HttpProbe): Promise<boolean> {
    try {
      const signal = AbortSignal.timeout(timeoutSeconds * 1000)
      const response = await fetch(`${this.#origin}${httpGet.path}`, { signal, headers: { connection: 'close' } })
      await response.arrayBuffer()
      return response.status >= 200 && response.status < 400
    } catch {
      return false
    }
  }
}

/** The part of `preStop` after which the slowest node has learned of the end of a pod. */
const LEARNED = 0.8

/** Returns the seconds that a pod has from its end to its last request. */
export function drainedAfter({ container, config }: Rendered): number {
  const { delay, timeout } = drainOf(config)
  return container.lifecycle.preStop.sleep.seconds + delay + timeout
}
