import type { Browser, Page } from '@playwright/test';
import { anHourAgo, audit, expect, fillToken, hydrated, isPlain, join, OWNER, PASSWORD, revealed, row, type Server, signIn, test, TOKENS } from '../support/test.ts';

const SESSIONS = '/account/sessions';
const PROFILE = '/account/profile';
const NEW_PASSWORD = 'a new brass key for the old latch';

test.beforeEach(({ owner }) => owner);

/** The same person in another browser. */
async function elsewhere(browser: Browser, server: Server, userAgent?: string): Promise<Page> {
  const context = await browser.newContext({ baseURL: server.url, javaScriptEnabled: !isPlain(), ...(userAgent ? { userAgent } : {}) });
  const page = await context.newPage();
  await signIn(page, OWNER, PASSWORD);
  return page;
}

test('sessions are seen and signed out, one and all others, with effect at once', async ({ page, browser, server }) => {
  const phone = await elsewhere(
    browser,
    server,
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
  );
  const other = await elsewhere(browser, server);
  await page.getByRole('button', { name: 'Account menu' }).click();
  await page.getByRole('link', { name: 'Sessions' }).click();
  await expect(page).toHaveURL(SESSIONS);
  const devices = page.getByRole('list', { name: 'Signed-in devices' }).getByRole('listitem');
  await expect(devices).toHaveCount(3);
  await expect(devices.first()).toContainText(/Chrome on Linux\s*This device/);
  await expect(devices.filter({ hasText: 'Safari on iPhone' })).toContainText('127.0.0.1');
  await hydrated(page);
  await audit(page);

  await page.getByRole('button', { name: 'Sign out Safari on iPhone' }).click();
  await expect(devices).toHaveCount(2);
  await expect(page).toHaveURL(SESSIONS);
  await phone.goto(TOKENS);
  await expect(phone.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await hydrated(page);
  await page.getByRole('button', { name: 'Sign out all others' }).click();
  await expect(devices).toHaveCount(1);
  await expect(page.getByRole('button', { name: 'Sign out all others' })).toHaveCount(0);
  await other.goto(TOKENS);
  await expect(other.getByRole('heading', { name: 'Sign in' })).toBeVisible();

  await page.getByRole('navigation').getByRole('link', { name: 'Account activity' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Account activity' })).toBeVisible();
  await expect(page.getByRole('listitem').filter({ hasText: 'signed out another session' })).toContainText('Safari on iPhone');
  await hydrated(page);
  await audit(page);
});

test('email and password are changed, with the password; elsewhere one is signed out', async ({ page, browser, server }) => {
  const other = await elsewhere(browser, server);
  await page.goto(PROFILE);
  await hydrated(page);
  await audit(page);
  const email = page.getByRole('region', { name: 'Email' });
  await email.getByLabel('Email').fill('ada@northwind.example');
  await email.getByLabel('Password, to confirm').fill('not the password');
  await email.getByRole('button', { name: 'Change email' }).click();
  await expect(email.getByText('That is not your password.')).toBeVisible();
  await expect(email.getByLabel('Email')).toHaveValue('ada@northwind.example');
  await hydrated(page);
  await audit(page);
  await email.getByLabel('Password, to confirm').fill(PASSWORD);
  await email.getByRole('button', { name: 'Change email' }).click();
  await expect(page.getByText('Email changed.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Account menu' })).toContainText('ada@northwind.example');

  await hydrated(page);
  const password = page.getByRole('region', { name: 'Password' });
  await password.getByLabel('Password now').fill(PASSWORD);
  await password.getByLabel('New password').fill('short');
  await password.getByRole('button', { name: 'Change password' }).click();
  await expect(password.getByLabel('New password')).toHaveAttribute('aria-invalid', 'true');
  await hydrated(page);
  await password.getByLabel('Password now').fill(PASSWORD);
  await password.getByLabel('New password').fill(NEW_PASSWORD);
  await password.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByText('Password changed. Your other sessions are signed out.')).toBeVisible();
  await hydrated(page);
  await audit(page);
  await other.goto(TOKENS);
  await expect(other.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await signIn(other, 'ada@northwind.example', NEW_PASSWORD);
});

test('a sensitive scope asks for the password again, and what was typed stays', async ({ page, server }) => {
  await fillToken(page, 'Provisioning agent', 'admin');
  await anHourAgo(server);
  await page.getByRole('button', { name: 'Generate token' }).click();
  await expect(page.getByRole('heading', { name: 'Confirm that it is you' })).toBeVisible();
  await hydrated(page);
  await audit(page);
  const confirm = page.getByRole('button', { name: 'Confirm' });
  const typed = isPlain() ? page.getByLabel('Password') : page.getByRole('dialog', { name: 'Confirm that it is you' }).getByLabel('Password');
  await typed.fill('not the password');
  await confirm.click();
  await expect(page.getByText('That is not your password.')).toBeVisible();
  await typed.fill(PASSWORD);
  await confirm.click();
  if (isPlain()) {
    await expect(page.getByText('It is you. Send the form once more.')).toBeVisible();
    await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Provisioning agent');
    await page.getByRole('button', { name: 'Generate token' }).click();
  }
  await expect(revealed(page)).toBeVisible();

  // Leaving the question leaves the form as it was.
  if (isPlain()) return;
  await page.getByRole('checkbox', { name: 'I have stored it' }).check();
  await page.getByRole('button', { name: 'Done' }).click();
  await fillToken(page, 'Another one', 'admin');
  await anHourAgo(server);
  await page.getByRole('button', { name: 'Generate token' }).click();
  await page.getByRole('dialog', { name: 'Confirm that it is you' }).getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('dialog', { name: 'Confirm that it is you' })).toHaveCount(0);
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Another one');
  await expect(page.getByText('Confirm that it is you: this needs a sign-in')).toBeVisible();
});

test('a member who forgot the password gets a link, chooses another, and is told at the next sign-in', async ({ page, browser, server }) => {
  const context = await browser.newContext({ baseURL: server.url, javaScriptEnabled: !isPlain() });
  const sam = await context.newPage();
  await join(page, sam, 'sam@northwind.example', 'the password that was forgotten');

  await page.goto('/w/northwind-robotics/members');
  await hydrated(page);
  await page.getByRole('button', { name: 'More for sam@northwind.example' }).click();
  await page.getByRole('link', { name: 'Reset password' }).click();
  const question = page.getByRole('dialog');
  await expect(question).toContainText('Reset the password of sam@northwind.example?');
  await hydrated(page);
  await audit(page);
  await question.getByRole('button', { name: 'Make reset link' }).click();
  const link = page.getByRole('status', { name: 'Reset link' });
  const url = await link.innerText();
  expect(url).toMatch(/\/reset\/[0-9A-Za-z]{26}$/);
  await hydrated(page);
  await audit(page);
  await page.reload();
  await expect(page.getByText('Already shown: the link for sam@northwind.example.')).toBeVisible();

  await sam.goto(url);
  await hydrated(sam);
  await audit(sam);
  await sam.getByLabel('New password').fill('short');
  await sam.getByRole('button', { name: 'Set password' }).click();
  await expect(sam.getByLabel('New password')).toHaveAttribute('aria-invalid', 'true');
  await hydrated(sam);
  await sam.getByLabel('New password').fill(NEW_PASSWORD);
  await sam.getByRole('button', { name: 'Set password' }).click();
  await expect(sam.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await signIn(sam, 'sam@northwind.example', NEW_PASSWORD);
  const notices = sam.getByRole('region', { name: 'Since your last sign-in' });
  await expect(notices).toContainText('Password reset');
  await hydrated(sam);
  await audit(sam);
  await notices.getByRole('button', { name: 'It was me' }).click();
  await expect(notices).toHaveCount(0);
  await sam.goto(url);
  await expect(sam.getByRole('heading', { name: 'This link does not work' })).toBeVisible();
  await expect(row(page, 'sam@northwind.example')).toBeVisible();
});
