import { audit, call, expect, fillToken, hydrated, isPlain, revealed, test, TOKENS } from '../support/test.ts';

test.beforeEach(({ owner }) => owner);

test('the reveal waits for the first call and says when it came', async ({ page, server }) => {
  await fillToken(page, 'Deploy from CI', 'read');
  await page.getByRole('button', { name: 'Generate token' }).click();
  const secret = await revealed(page).innerText();
  if (isPlain()) {
    const ownPage = page.getByRole('link', { name: 'its own page (opens a new tab)' });
    await expect(ownPage).toHaveAttribute('href', new RegExp(`^${TOKENS}/tok_[0-9a-z]{26}$`));
    await audit(page);
    return;
  }
  await hydrated(page);
  const light = page.locator('output.live');
  await expect(light).toHaveText('Waiting for the first call…');
  await expect(light).toHaveAttribute('data-state', 'waiting');
  await audit(page);
  await page.evaluate(() => ((window as unknown as { same: boolean }).same = true));

  expect((await call(server, '/whoami', secret, { 'User-Agent': 'curl/8.11' })).status).toBe(200);
  await expect(light).toHaveText('Used just now from 127.0.0.1, curl', { timeout: 15_000 });
  await expect(light).toHaveAttribute('data-state', 'seen');
  expect(await page.evaluate(() => (window as unknown as { same: boolean }).same)).toBe(true);
  await expect(revealed(page)).toHaveText(secret);
  await audit(page);
});

test('the own page tells of calls a day and of the last calls, refusals with their reason', async ({ page, server }) => {
  await fillToken(page, 'Deploy from CI', 'deploy');
  await page.getByText('Add a passphrase').click();
  await page.getByLabel('Passphrase', { exact: true }).fill('one more word');
  await page.getByRole('button', { name: 'Generate token' }).click();
  const secret = await revealed(page).innerText();
  const id = new URL(page.url()).searchParams.get('id');
  const right = { 'Latchkey-Passphrase': 'one more word', 'User-Agent': 'curl/8.11' };

  expect((await call(server, '/whoami', secret)).status).toBe(401);
  for (let calls = 0; calls < 2; calls += 1) expect((await call(server, '/whoami', secret, right)).status).toBe(200);
  expect((await call(server, '/workspaces/northwind-robotics', secret, right)).status).toBe(403);

  page.on('dialog', (dialog) => dialog.accept());
  const calls = page.getByRole('table', { name: 'Last calls and refusals, newest first' });
  // Calls are written in batches, a moment after they were made.
  await expect(async () => {
    await page.goto(`${TOKENS}/${id}`);
    await expect(calls.getByRole('row', { name: /northwind-robotics/ })).toBeVisible({ timeout: 500 });
  }).toPass();
  await hydrated(page);
  await expect(page.getByText('2 calls in 30 days, 2 at most in a day')).toBeVisible();
  await expect(page.getByRole('img', { name: /^Calls a day for 30 days, most on .* with 2$/ })).toBeVisible();
  await expect(calls.getByRole('row', { name: /northwind-robotics/ })).toContainText(/Refused\s*Scope missing: .*read/);
  const whoami = calls.getByRole('row', { name: /whoami/ });
  await expect(whoami.filter({ hasText: 'Refused' })).toContainText('Passphrase missing or wrong');
  await expect(whoami.filter({ hasText: 'Accepted' })).toContainText('127.0.0.1');
  await expect(whoami.filter({ hasText: 'Accepted' })).toContainText('curl/8.11');
  await audit(page);
});
