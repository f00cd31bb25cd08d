import * as v from 'valibot'

/** Who may make an account. */
export const registrationMode = v.picklist(['open', 'invitation', 'email', 'sso', 'closed'])
export type RegistrationMode = v.InferOutput<typeof registrationMode>
