/** Where a passkey is used, as its browser signs it: the name that it belongs to, and the origins of our pages under that name. */
export interface Place {
  rpId: string
  origins: string[]
}

/** The same that `own-origin.ts` takes for our own pages. */
export function toPlace(host: string | undefined, config: { publicUrl: URL | undefined }): Place {
  if (config.publicUrl !== undefined) return { rpId: config.publicUrl.hostname, origins: [config.publicUrl.origin] }
  const name = host ?? 'localhost'
  return { rpId: name.replace(/:\d+$/, ''), origins: [`http://${name}`, `https://${name}`] }
}
