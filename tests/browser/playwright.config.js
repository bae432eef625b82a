import { defineConfig } from "@playwright/test";

import { launchOptions } from "./chromium.js";

export default defineConfig({
  testDir: ".",
  timeout: 60_000,
  workers: 1,
  reporter: "list",
  use: {
    acceptDownloads: true,
    launchOptions,
  },
});
