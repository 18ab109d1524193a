import { audit, expect, hydrated, isPlain, OWNER, PASSWORD, test, TOKENS } from '../support/test.ts';

test('the set-up link makes the first owner and workspace, once', async ({ page, server, expected }) => {
  await page.goto(server.setupLink);
  await expect(page).toHaveTitle('Set up · Latchkey');
  await hydrated(page);
  await audit(page);
  await page.getByLabel('Email').fill(OWNER);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('Workspace name').fill('Northwind Robotics');
  await page.getByRole('button', { name: 'Create owner and workspace' }).click();

  await expect(page).toHaveURL(TOKENS);
  await expect(page.getByRole('heading', { name: 'No tokens yet' })).toBeVisible();

  expected.push(/status of 404/);
  const again = await page.goto(server.setupLink);
  expect(again?.status()).toBe(404);
  await expect(page.getByRole('heading', { name: 'This page is not here' })).toBeVisible();
});

test('a refused set-up says why and keeps what was typed, but for the password', async ({ page, server }) => {
  await page.goto(server.setupLink);
  await hydrated(page);
  await page.getByLabel('Email').fill(OWNER);
  await page.getByLabel('Password', { exact: true }).fill(OWNER);
  await page.getByLabel('Workspace name').fill('Northwind Robotics');
  await page.getByRole('button', { name: 'Create owner and workspace' }).click();

  const password = page.getByLabel('Password', { exact: true });
  await expect(password).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByLabel('Email')).toHaveValue(OWNER);
  await expect(page.getByLabel('Workspace name')).toHaveValue('Northwind Robotics');
  if (isPlain()) await expect(password).toHaveValue('');
  else await expect(password).toBeFocused();
  await audit(page);

  await password.fill(PASSWORD);
  await page.getByRole('button', { name: 'Create owner and workspace' }).click();
  await expect(page).toHaveURL(TOKENS);
});

test('a link with another code leads nowhere', async ({ page, server, expected }) => {
  expected.push(/status of 404/);
  const answer = await page.goto(server.setupLink.replace(/code=.*/, 'code=guessed'));
  expect(answer?.status()).toBe(404);
});
