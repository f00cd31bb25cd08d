import bcrypt from 'bcrypt'

// Started with this, a server hashes passwords with the least work that bcrypt takes, on the thread on which it does: what is
// tested with it is not how long a guess takes. Everything else about passwords stays as it is.
const { hashSync } = bcrypt
const LEAST_COST = 4
bcrypt.hashSync = (password) => hashSync(password, LEAST_COST)
