import bcrypt from 'bcrypt'

// Started with this, a server hashes passwords with the least work that bcrypt takes: what is tested
// with it is not how long a guess takes. Everything else about passwords stays as it is.
const { hash } = bcrypt
const LEAST_COST = 4
bcrypt.hash = (password) => hash(password, LEAST_COST)
