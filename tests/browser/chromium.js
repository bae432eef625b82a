// How Chromium is started, by the tests and by the gallery.

export const launchOptions = {
  // Debian's browser, since the tools' own cannot be fetched everywhere.
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
};
