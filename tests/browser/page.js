// The page of a report, opened from its file and watched for whatever it should not do.

import { expect, test as base } from "@playwright/test";
import { pathToFileURL } from "node:url";

/** The folder of a report that `scripts/browser-tests` has made. */
export function folder(name) {
  const path = process.env[name];
  if (!path) throw new Error(`run scripts/browser-tests, which sets ${name}`);
  return path;
}

/** Opens the page, and after the test holds it to its promises: no error, no request, no script of a post. */
export const test = base.extend({
  report: ["REPORT", { option: true }],
  page: async ({ page, report }, use) => {
    const url = pathToFileURL(`${folder(report)}/report.html`).href;
    const faults = [];
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) faults.push(message.text());
    });
    page.on("pageerror", (error) => faults.push(String(error)));
    page.on("dialog", (dialog) => {
      faults.push(`dialog: ${dialog.message()}`);
      dialog.dismiss();
    });
    page.on("request", (request) => {
      const isOwn = request.url().split("#")[0] === url || /^(data|blob):/.test(request.url());
      if (!isOwn) faults.push(`request: ${request.url()}`);
    });
    await page.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) => {
        console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`);
      });
    });
    await page.goto(url);
    await expect(page.locator("#queue-rows tr").first()).toBeVisible();
    await use(page);
    expect(faults).toEqual([]);
  },
});

/** What the page's script reads. */
export const dataOf = (page) =>
  page.evaluate(() => JSON.parse(document.querySelector("script#data").textContent));

/** The ids of the rows in sight. */
export const ids = (page) =>
  page.locator("#queue-rows tr[data-id]").evaluateAll((rows) => rows.map((row) => row.dataset.id));

export { expect };
