// Whether the time that a wrong password takes tells an account's address from one without an account: make bench
// 200 samples of each, interleaved, each of another address of both kinds: nothing of it is throttled.
import { execFileSync } from 'node:child_process';
import { Agent, request } from 'node:http';
import { performance } from 'node:perf_hooks';
import { binary, Server } from './support/server.mjs';

const SAMPLES = 200;
const WARM_UP = 20;
const OWNER = 'ops@northwind.example';
/** The medians may differ by this part. */
const ALIKE = 0.1;

const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const server = await Server.prepare(binary('release'));
server.environment.LATCHKEY_TRUSTED_PROXIES = '127.0.0.0/8';
try {
  await server.createOwner(OWNER, 'verdigris on a brass lock', 'Northwind Robotics');
  seed(server.database);
  await server.serve();
  /** @type {Record<'known' | 'unknown', number[]>} */
  const times = { known: [], unknown: [] };
  for (let number = 0; number < WARM_UP + SAMPLES; number += 1) {
    // Which of the two comes first changes, too.
    const kinds = number % 2 ? /** @type {const} */ (['known', 'unknown']) : /** @type {const} */ (['unknown', 'known']);
    for (const kind of kinds) {
      const time = await signIn(`${kind}${number}@northwind.example`, `10.0.${number % 256}.${kind === 'known' ? 1 : 2}`);
      if (number >= WARM_UP) times[kind].push(time);
    }
  }
  const known = median(times.known);
  const unknown = median(times.unknown);
  const apart = Math.abs(known - unknown) / Math.min(known, unknown);
  console.log(`A wrong password, ${SAMPLES} samples of each: ${known.toFixed(2)} ms for an account, ${unknown.toFixed(2)} ms for none, ${(100 * apart).toFixed(1)} % apart`);
  if (apart > ALIKE) throw new Error('The time tells which address has an account.');
} finally {
  agent.destroy();
  await server.stop();
}

/**
 * Puts accounts straight into the database: nothing in the product makes so many at once.
 * @param {string} database
 */
function seed(database) {
  execFileSync('sqlite3', ['-bail', database], {
    input: `
      WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${WARM_UP + SAMPLES})
      INSERT INTO users (id, email, email_folded, password_hash, created_at)
      SELECT printf('usr_01k9%022d', n), 'known' || n || '@northwind.example', 'known' || n || '@northwind.example', u.password_hash, u.created_at
      FROM numbers, users u WHERE u.email_folded = '${OWNER}';
    `,
  });
}

/**
 * Tries a wrong password: how long the answer takes.
 * @param {string} email
 * @param {string} address
 */
async function signIn(email, address) {
  const body = new URLSearchParams({ email, password: 'not the right password' }).toString();
  const headers = {
    accept: 'application/json',
    'content-length': body.length,
    'content-type': 'application/x-www-form-urlencoded',
    origin: server.url,
    'x-forwarded-for': address,
  };
  const began = performance.now();
  const status = await new Promise((done, fail) => {
    const sent = request(`${server.url}/fn/sign_in`, { agent, method: 'POST', headers }, (answer) => {
      answer.resume().on('end', () => done(answer.statusCode));
    });
    sent.on('error', fail).end(body);
  });
  if (status !== 422) throw new Error(`signing in as ${email} answered ${status}`);
  return performance.now() - began;
}

function median(/** @type {number[]} */ times) {
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)];
}
