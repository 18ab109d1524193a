import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { audit, expect, hydrated, isPlain, type Server, test } from '../support/test.ts';

/** The command line of somebody at a host, with a home of its own. */
function latchkey(server: Server, ...args: string[]) {
  const env = { PATH: process.env.PATH, XDG_CONFIG_HOME: server.folder, LATCHKEY_API_URL: `${server.url}/api/v1` };
  return spawn(server.binary, args, { env });
}

/** Begins to sign in: the address that it shows, and how it ends. */
async function login(server: Server) {
  const command = latchkey(server, 'login');
  const ended = once(command, 'close').then(([code]) => code as number);
  for await (const line of createInterface({ input: command.stderr })) {
    if (line.includes('/device?user_code=')) return { address: line.trim(), ended };
  }
  throw new Error('it showed no address');
}

async function printed(server: Server, ...args: string[]): Promise<string> {
  const command = latchkey(server, ...args);
  let text = '';
  command.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  expect((await once(command, 'close'))[0], args.join(' ')).toBe(0);
  return text.trim();
}

test('a person lets a command line in, works there, and signs it out', async ({ page, server, owner: _ }) => {
  const { address, ended } = await login(server);
  await page.goto(address);
  await hydrated(page);
  const code = new URL(address).searchParams.get('user_code') ?? '';
  await expect(page.getByLabel('Code')).toHaveValue(code);
  await audit(page);
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('heading', { name: 'Let this command line in?' })).toBeVisible();
  await expect(page.getByText(code)).toBeVisible();
  await expect(page.getByText('127.0.0.1')).toBeVisible();
  await audit(page);
  await page.getByRole('button', { name: 'Approve' }).click();
  await expect(page.getByRole('heading', { name: 'The command line is signed in' })).toBeVisible();
  expect(await ended).toBe(0);

  const secret = await printed(server, 'tokens', 'create', 'From a terminal', '--scopes', 'read');
  expect(secret).toMatch(/^sk_live_\w{32}$/);
  const [token] = JSON.parse(await printed(server, 'tokens', 'list', '--json')) as [{ id: string }];
  await printed(server, 'tokens', 'revoke', token.id, '--yes');

  await page.getByRole('link', { name: 'See your sessions' }).click();
  await expect(page.getByText(/^Command line on /)).toBeVisible();
  await printed(server, 'logout');
  await page.reload();
  await expect(page.getByText(/^Command line on /)).toHaveCount(0);
});

test('a person refuses a command line that they have not started', async ({ page, server, owner: _ }) => {
  const { address, ended } = await login(server);
  await page.goto('/device');
  await hydrated(page);
  await page.getByLabel('Code').fill('WDJB-MJHT');
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.locator('#user-code-error')).toBeVisible();
  // A code is never kept on the server, so without script it is typed again.
  await expect(page.getByLabel('Code')).toHaveValue(isPlain() ? '' : 'WDJB-MJHT');
  await page.goto(address);
  await hydrated(page);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Refuse' }).click();
  await expect(page.getByRole('heading', { name: 'The command line was refused' })).toBeVisible();
  expect(await ended).toBe(1);
});
