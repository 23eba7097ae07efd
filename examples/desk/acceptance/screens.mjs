// Every screen and state, for what looks at all of them: the acceptance and the pictures. `then` brings a page into the state.
const open = (panel) => async (page) => page.goto(`${new URL(page.url()).pathname}?open=${panel}`);
const submit = (panel) => async (page) => {
  await open(panel)(page);
  await page.locator("#panel button.primary").first().click();
  await page.locator(".problem").first().waitFor();
};

export const SCREENS = [
  { name: "my-cases", actor: "petra", at: "/" },
  { name: "my-cases-held", actor: "amara", at: "/?of=held" },
  { name: "my-cases-empty", actor: "amara", at: "/" },
  { name: "case-request-untaken", actor: "petra", at: "/find?q=WEB-2046" },
  { name: "case-request-identified", actor: "petra", at: "/find?q=WEB-2048" },
  { name: "case-request-approved", actor: "petra", at: "/find?q=WEB-2050" },
  { name: "case-request-four-eyes", actor: "petra", at: "/find?q=WEB-2051" },
  { name: "case-request-released", actor: "petra", at: "/find?q=WEB-2041" },
  { name: "case-request-no-data", actor: "petra", at: "/find?q=WEB-2042" },
  { name: "case-request-denied", actor: "petra", at: "/find?q=WEB-2043" },
  { name: "case-request-failed", actor: "petra", at: "/find?q=WEB-2044" },
  { name: "case-request-source-failed", actor: "petra", at: "/find?q=WEB-2052" },
  { name: "panel-identification", actor: "petra", at: "/find?q=WEB-2049", then: open("identification") },
  { name: "panel-identification-error", actor: "petra", at: "/find?q=WEB-2049", then: submit("identification") },
  { name: "case-thread", actor: "amara", at: "/cases/C-000043" },
  { name: "case-long", actor: "amara", at: "/cases/C-000044" },
  { name: "case-complaint", actor: "amara", at: "/cases/C-000007" },
  { name: "case-as-auditor", actor: "ines", at: "/cases/C-000043" },
  { name: "palette", actor: "petra", at: "/", then: async (page) => { await page.keyboard.press("Control+k"); await page.keyboard.type("refund"); await page.locator("#palette li").first().waitFor(); await page.waitForTimeout(250); } },
  { name: "keys", actor: "petra", at: "/", then: async (page) => { await page.keyboard.press("?"); await page.locator("#keys").waitFor(); } },
  { name: "menu", actor: "petra", at: "/", then: (page) => page.locator(".who summary").click() },
  { name: "not-found", actor: "petra", at: "/cases/C-999999" },
];
