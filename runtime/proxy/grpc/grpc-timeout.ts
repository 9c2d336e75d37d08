/**
 * Milliseconds in which a call must be over (`grpc-timeout`, gRPC over HTTP/2: up to eight digits and a unit); null where none is
 * given, or none that can be read.
 */
export function grpcTimeout(value: string | undefined): number | null {
  const [, digits, unit] = /^([0-9]{1,8})([HMSmun])$/.exec(value ?? '') ?? []
  return digits === undefined ? null : Number(digits) * (units[unit as keyof typeof units] as number)
}

const units = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 } as const
