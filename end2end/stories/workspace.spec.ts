import { audit, createToken, expect, hydrated, isPlain, row, send, test, TOKENS } from '../support/test.ts';

const GENERAL = '/w/northwind-robotics/settings/general';

test.beforeEach(async ({ owner }) => owner);

test('another workspace is made, found in the switcher, renamed and deleted', async ({ page }) => {
  await page.getByRole('button', { name: 'Switch workspace' }).click();
  await page.getByRole('link', { name: 'New workspace' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'New workspace' })).toBeVisible();
  await hydrated(page);
  await audit(page);
  await page.getByRole('button', { name: 'Create workspace' }).click();
  await expect(page.getByText('The workspace name is missing.')).toBeVisible();
  await page.getByLabel('Workspace name').fill('Northwind Labs');
  await page.getByRole('button', { name: 'Create workspace' }).click();
  await expect(page).toHaveURL('/w/northwind-labs/settings/access-tokens');
  await expect(page.getByRole('heading', { name: 'No tokens yet' })).toBeVisible();
  await page.getByRole('button', { name: 'Switch workspace' }).click();
  await page.getByRole('link', { name: 'Northwind Robotics' }).click();
  await expect(page).toHaveURL(TOKENS);

  await page.goto('/w/northwind-labs/settings/general');
  await hydrated(page);
  await audit(page);
  await page.getByLabel('Workspace name').fill('Northwind Research');
  await page.getByRole('button', { name: 'Save name' }).click();
  await expect(page.getByRole('button', { name: 'Switch workspace' })).toContainText('Northwind Research');
  await expect(page).toHaveURL('/w/northwind-labs/settings/general');

  await page.getByRole('link', { name: 'Delete workspace' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Delete Northwind Research?' })).toBeVisible();
  await hydrated(page);
  await audit(page);
  const confirmation = page.getByLabel('to confirm');
  await confirmation.fill('northwind');
  await page.getByRole('button', { name: 'Delete workspace' }).click();
  await expect(page.getByText('Type northwind-labs to confirm.')).toBeVisible();
  await expect(confirmation).toHaveValue('northwind');
  await confirmation.fill('northwind-labs');
  await page.getByRole('button', { name: 'Delete workspace' }).click();
  await expect(page).toHaveURL(TOKENS);
  await page.getByRole('button', { name: 'Switch workspace' }).click();
  await expect(page.getByRole('link', { name: 'Northwind Research' })).toHaveCount(0);
});

test('at the limit the button is off, and a larger plan opens it again', async ({ page, server }) => {
  const secret = await createToken(page, 'Maker', 'admin');
  // What a token makes ends no later than it does.
  const expires_at = new Date(Date.now() + 30 * 86_400_000).toISOString();
  for (let number = 1; number <= 4; number += 1) {
    const made = await send(server, 'POST', '/workspaces/northwind-robotics/access-tokens', secret, { name: `Job ${number}`, scopes: ['deploy'], expires_at });
    expect(made.status).toBe(201);
  }
  await page.goto(TOKENS);
  const more = page.getByRole('button', { name: 'New token' });
  await expect(more).toBeDisabled();
  await expect(page.getByText('All 5 tokens of the Free plan are in use.')).toBeVisible();

  await page.goto(GENERAL);
  await hydrated(page);
  await page.getByRole('radio', { name: /^Pro/ }).check();
  await page.getByRole('button', { name: 'Change plan' }).click();
  await expect(page.getByRole('button', { name: 'Switch workspace' })).toContainText('Pro plan');
  await page.goto(TOKENS);
  await expect(page.getByRole('link', { name: 'New token' })).toBeVisible();
  await expect(page.getByText('5 of 50').first()).toBeVisible();

  // A smaller plan revokes nothing.
  await page.goto(GENERAL);
  await hydrated(page);
  await page.getByRole('radio', { name: /^Free/ }).check();
  await page.getByRole('button', { name: 'Change plan' }).click();
  await expect(page.getByRole('button', { name: 'Switch workspace' })).toContainText('Free plan');
  await page.goto(TOKENS);
  await expect(more).toBeDisabled();
  await expect(row(page, 'Job 1')).toBeVisible();
});

test('another catalog is shown before it is chosen', async ({ page }) => {
  await createToken(page, 'Deploy from CI', 'deploy', 'read');
  await page.goto(GENERAL);
  await hydrated(page);
  await page.getByRole('link', { name: 'See what changes with Bootload' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Change the catalog to Bootload?' })).toBeVisible();
  await hydrated(page);
  await audit(page);
  await expect(page.getByText('The tab stays for the 1 token, but no new ones can be made.')).toBeVisible();
  await expect(page.getByRole('list', { name: 'Scopes that will grant nothing' }).getByRole('listitem')).toHaveCount(2);
  await page.getByRole('link', { name: 'Cancel' }).click();
  await expect(page.getByText('Standard').first()).toBeVisible();

  await page.goto(`${GENERAL}/catalog?to=bootload`);
  await hydrated(page);
  await page.getByRole('button', { name: 'Change catalog' }).click();
  await expect(page).toHaveURL(GENERAL);
  await expect(page.getByRole('definition').filter({ hasText: 'Bootload' })).toBeVisible();
  await page.goto(TOKENS);
  await expect(row(page, 'Deploy from CI')).toBeVisible();
  await expect(page.getByRole('link', { name: 'New token' })).toHaveCount(0);
  if (!isPlain()) await audit(page);
});
