import { medianOf } from '../median.ts'
import { type Installed, whyMissing } from '../peers/install.ts'
import { type PeerName, peersFor } from '../peers/peers.ts'
import { type Ran, runPeer } from '../peers/run-peer.ts'
import type { Budget } from '../peers/time-questions.ts'

/** The jobs of a policy, written into a folder, and our own answers to them: `1` for permit, else `0`. */
export interface AskedPeers {
  readonly title: string
  readonly graphs: boolean
  readonly folder: string
  readonly answers: string
}

export type PeerRound = ReadonlyMap<PeerName, Ran>
export type AskPeers = (asked: AskedPeers) => PeerRound

/** What one engine took, or why it has no figure. */
export type OfPeer =
  | {
      /** A decision: the median of the rounds. */
      readonly nanoseconds: number
      /** To ours: the median of the ratios within a round. */
      readonly ratio: number
      /** How many answers were compared with ours, in all rounds. */
      readonly compared: number
      readonly version: string
    }
  | { readonly gaveUp: string }

/** Throws where one answers otherwise than we do. */
export function peerAsker(installed: Installed, program: string, budget: Budget): AskPeers {
  return ({ title, graphs, folder, answers }) => {
    const present = peersFor({ graphs }).filter((peer) => whyMissing(installed, peer) === null)
    return new Map(
      present.map((peer) => {
        const ran = runPeer(installed, program, peer, folder, budget)
        if (!('gaveUp' in ran)) compare(title, peer, ran.answers, answers)
        return [peer, ran]
      }),
    )
  }
}

function compare(title: string, peer: PeerName, theirs: string, ours: string): void {
  if (ours.startsWith(theirs)) return
  const at = [...theirs].findIndex((answer, index) => answer !== ours[index])
  throw new Error(`${title}: question ${at} is ${ours[at] === '1' ? 'permitted' : 'refused'}, and ${peer} says otherwise`)
}

export function summarizePeers(rounds: readonly PeerRound[], ours: readonly number[]): Partial<Record<PeerName, OfPeer>> {
  const names = [...(rounds[0]?.keys() ?? [])]
  return Object.fromEntries(
    names.map((name) => [
      name,
      summary(
        rounds.map((round) => round.get(name) as Ran),
        ours,
      ),
    ]),
  )
}

function summary(all: readonly Ran[], ours: readonly number[]): OfPeer {
  const gaveUp = all.find((ran) => 'gaveUp' in ran)
  if (gaveUp !== undefined) return gaveUp
  const outcomes = all.flatMap((ran) => ('gaveUp' in ran ? [] : [ran]))
  return {
    nanoseconds: medianOf(outcomes.map(({ nanoseconds }) => nanoseconds)),
    ratio: medianOf(outcomes.map(({ nanoseconds }, round) => nanoseconds / (ours[round] as number))),
    compared: outcomes.reduce((sum, { answers }) => sum + answers.length, 0),
    version: outcomes[0]?.version ?? '',
  }
}
