import { audit, expect, hydrated, OWNER, PASSWORD, signIn, test, TOKENS } from '../support/test.ts';

test.beforeEach(async ({ server }) => server.createOwner(OWNER, PASSWORD, 'Northwind Robotics'));

test('a wrong password is named at its field, and the address stays', async ({ page }) => {
  await page.goto('/sign-in');
  await expect(page).toHaveTitle('Sign in · Latchkey');
  await hydrated(page);
  await page.getByLabel('Email').fill(OWNER);
  await page.getByLabel('Password', { exact: true }).fill('not the password');
  await page.getByRole('button', { name: 'Continue' }).click();

  const password = page.getByLabel('Password', { exact: true });
  await expect(password).toHaveAttribute('aria-invalid', 'true');
  await expect(password).toHaveAccessibleDescription('Email or password is not right. Check both and try again.');
  await expect(page.getByLabel('Email')).toHaveValue(OWNER);
  await audit(page);

  await password.fill(PASSWORD);
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page).toHaveURL(TOKENS);
});

test('an unknown address is answered like a wrong password', async ({ page }) => {
  await page.goto('/sign-in');
  await hydrated(page);
  await page.getByLabel('Email').fill('nobody@northwind.example');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByLabel('Password', { exact: true })).toHaveAccessibleDescription(
    'Email or password is not right. Check both and try again.',
  );
});

test('who was wrong too often waits and reads how long; a browser that is known does not', async ({ page, browser, server, expected }) => {
  // Without script, the page that says so is answered with it.
  expected.push(/status of 429/);
  await signIn(page, OWNER, PASSWORD);
  await hydrated(page);
  await page.getByRole('button', { name: 'Account menu' }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL('/sign-in');

  const stranger = await browser.newPage();
  const form = { email: OWNER, password: 'not the password' };
  const headers = { accept: 'application/json', origin: server.url };
  for (let count = 0; count < 10; count += 1) {
    const answer = await stranger.request.post(`${server.url}/fn/sign_in`, { form, headers });
    expect(answer.status()).toBe(422);
  }
  await stranger.goto(`${server.url}/sign-in`);
  await hydrated(stranger);
  await stranger.getByLabel('Email').fill(OWNER);
  await stranger.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await stranger.getByRole('button', { name: 'Continue' }).click();
  await expect(stranger.getByLabel('Password', { exact: true })).toHaveAccessibleDescription(
    /^Too many attempts\. Wait (1 minute|\d+ seconds?), until \d\d:\d\d UTC, then try again\.$/,
  );
  await audit(stranger);
  await stranger.close();

  await hydrated(page);
  await page.getByLabel('Email').fill(OWNER);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page).toHaveURL(TOKENS);
});

test('signing in leads to the page that was asked for', async ({ page }) => {
  await page.goto(`${TOKENS}/new`);
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await hydrated(page);
  await page.getByLabel('Email').fill(OWNER);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page).toHaveURL(`${TOKENS}/new`);
  await expect(page.getByRole('dialog', { name: 'New access token' })).toBeVisible();
});

for (const elsewhere of ['https://elsewhere.example/', '//elsewhere.example/', '/\\elsewhere.example/']) {
  test(`signing in never leads to ${elsewhere}`, async ({ page, server }) => {
    await page.goto(`/sign-in?next=${encodeURIComponent(elsewhere)}`);
    await hydrated(page);
    await page.getByLabel('Email').fill(OWNER);
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
    expect(page.url()).toBe(server.url + TOKENS);
  });
}

test('signing out ends the session', async ({ page, context }) => {
  await signIn(page, OWNER, PASSWORD);
  const cookies = await context.cookies();
  await hydrated(page);
  await page.getByRole('button', { name: 'Account menu' }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL('/sign-in');

  // Not only forgotten by the browser: the session is gone.
  await context.addCookies(cookies);
  await page.goto(TOKENS);
  await expect(page).toHaveURL(/\/sign-in/);
});
