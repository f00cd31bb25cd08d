import * as v from 'valibot'

/*
 * What the doctor asks a running server: how does a request of mine look to you? With the request comes a token that only whoever can
 * write to the database can have made, and that holds once.
 */

export const PROBE_PATH = '/api/probe'
export const PROBE_HEADER = 'x-chatbox-probe'

export const probeAnswer = v.object({
  /** By which limits count. */
  address: v.string(),
  /** Whose connection it was: the proxy's, where one is in front. */
  peer: v.string(),
  /** What came as X-Forwarded-For and X-Forwarded-Proto. */
  forwardedFor: v.nullable(v.string()),
  forwardedProto: v.nullable(v.string()),
  /** Whether the connection was one of TLS here. */
  isEncrypted: v.boolean(),
})
export type ProbeAnswer = v.InferOutput<typeof probeAnswer>
