import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { changed, objectNamed } from "../local/client/objects";
import { SignInStage } from "../local/sign-in/stage";
import { launchChromium } from "./chromium";
import { watchFaults } from "./faults";
import { ForeignSite } from "./foreignSite";

const HOST = "wiki.localhost";

/** What only a browser can tell: which cookies it sends on the way back from another site, and what a person sees. */
describe("somebody who signs in with a browser", () => {
  let stage: SignInStage;
  let browser: Browser;
  let wiki: ForeignSite;
  let viewer: string;
  let admin: string;

  beforeAll(async () => {
    stage = await SignInStage.open("gitlab");
    [viewer, admin] = [stage.base("viewer"), stage.base("admin")];
    const image = `<img src="${viewer}logout"><img src="${viewer}login">`;
    wiki = await ForeignSite.open([HOST], `<a href="${viewer}tasks">Open the tasks</a>${image}`);
    const providers = stage.providers();
    const rules = providers.map(({ host, port }) => `MAP ${host}:443 127.0.0.1:${port}`).join(",");
    const trusted = [...stage.dashboards(), ...providers, wiki.tls];
    browser = await launchChromium(trusted, [`--host-resolver-rules=${rules}`]);
  });

  afterAll(async () => {
    await browser.close();
    await wiki.close();
    await stage.close();
  });

  /** A page in a profile of its own. */
  async function visit(): Promise<{ context: BrowserContext; page: Page }> {
    const context = await browser.newContext();
    return { context, page: await context.newPage() };
  }

  async function signIn(page: Page, url: string, login: string): Promise<void> {
    await page.goto(url);
    await answer(page, login);
  }

  /** Answers the provider's question and waits until everything has gone on as far as it goes. */
  async function answer(page: Page, login: string): Promise<void> {
    await page.getByLabel("E-mail address").fill(login);
    await page.getByRole("button", { name: "Sign in" }).click();
    // Every page of Flower's has it, a refusal too; the page that only goes on has not.
    await page.locator(".app-navbar").waitFor({ timeout: 20_000 });
  }

  /** Ends the session at the provider, which would answer by itself for somebody who is signed in there. */
  async function forgetAtProvider(context: BrowserContext): Promise<void> {
    await context.clearCookies({ domain: "gitlab.test" });
  }

  async function text(page: Page): Promise<string> {
    return page.locator("body").innerText();
  }

  test("is let in as a viewer, ends on the page that was asked for, and raises no violation of the policy", async () => {
    const { context, page } = await visit();
    const faults = await watchFaults(page);
    await signIn(page, `${viewer}tasks`, "ana@example.com");
    expect(page.url()).toBe(`${viewer}tasks`);
    expect(await page.getByLabel("Log out ana@example.com").count()).toBe(1);
    expect(faults).toEqual([]);
    const cookies = (await context.cookies(viewer)).map(({ name, sameSite, httpOnly, secure }) => ({
      name,
      sameSite,
      httpOnly,
      secure,
    }));
    expect(cookies.find(({ name }) => name === "__Host-user")).toEqual({
      name: "__Host-user",
      sameSite: "Strict",
      httpOnly: true,
      secure: true,
    });
    await context.close();
  });

  test("of another domain is refused on a page that says so", async () => {
    const { context, page } = await visit();
    await signIn(page, viewer, "eve@evil.example");
    expect(await text(page)).toContain("Access denied. Please use another account or contact your admin.");
    await context.close();
  });

  test("is refused at the admin dashboard as a viewer, and let in as the admin", async () => {
    const { context, page } = await visit();
    await signIn(page, admin, "ana@example.com");
    expect(await text(page)).toContain("Access denied");
    await context.close();
    const other = await visit();
    await signIn(other.page, admin, "ada@example.com");
    expect(other.page.url()).toBe(admin);
    expect(await other.page.getByLabel("Log out ada@example.com").count()).toBe(1);
    // Signed in at the provider still, but not at the viewers' dashboard; of example.com, so let in there too.
    await other.page.goto(viewer);
    await other.page.waitForURL(viewer);
    await other.context.close();
  });

  test("comes from a link on another site without a question, and is not logged out by its images", async () => {
    const { context, page } = await visit();
    await signIn(page, viewer, "ana@example.com");
    await page.goto(wiki.url(HOST), { waitUntil: "networkidle" });
    expect((await context.cookies(viewer)).map(({ name }) => name)).toContain("__Host-user");
    await page.getByText("Open the tasks").click();
    await page.waitForURL(`${viewer}tasks`);
    expect(await page.getByLabel("Log out ana@example.com").count()).toBe(1);
    await context.close();
  });

  test("logs out, and is asked again", async () => {
    const { context, page } = await visit();
    await signIn(page, viewer, "ana@example.com");
    await page.getByLabel("Log out ana@example.com").click();
    expect(await text(page)).toContain("You have been logged out");
    expect((await context.cookies(viewer)).map(({ name }) => name)).not.toContain("__Host-user");
    await forgetAtProvider(context);
    await page.goto(viewer);
    expect(new URL(page.url()).hostname).toBe("gitlab.test");
    await context.close();
  });

  test("stays signed in when the pod is replaced, and no longer when the cookie secret is", async () => {
    const { context, page } = await visit();
    await signIn(page, viewer, "ana@example.com");
    const before = stage.demo.objects;
    await stage.demo.roll(before, { gracefully: false });
    await page.goto(`${viewer}workers`);
    expect(page.url()).toBe(`${viewer}workers`);
    // What `rotation` does: a new value in the Secret, and a new pod.
    const rotated = changed(before, (copy) => {
      const secret = objectNamed(copy, "Secret", "queues-cookie") as unknown as { stringData: Record<string, string> };
      secret.stringData = { viewer: randomBytes(32).toString("hex"), admin: randomBytes(32).toString("hex") };
    });
    await stage.demo.roll(rotated, { gracefully: false });
    await forgetAtProvider(context);
    await page.goto(`${viewer}workers`);
    expect(new URL(page.url()).hostname).toBe("gitlab.test");
    await context.close();
  });

  test("reads that the provider is down when it does not answer Flower", async () => {
    const { context, page } = await visit();
    await page.goto(viewer);
    await page.getByLabel("E-mail address").fill("ana+hang@example.com");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("The identity provider gitlab.test does not answer").waitFor({ timeout: 20_000 });
    expect(await text(page)).toContain("You are not signed in; try again later.");
    await context.close();
  });
});
