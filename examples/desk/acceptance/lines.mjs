// The lines of the acceptance: each is an assertion with the number that the design gives it.
import { join } from "node:path";
import { mkdirSync } from "node:fs";
import { out } from "./desk.mjs";

export const count = { passed: 0, failed: 0 };
let looking;

/** The pages that are photographed when a line fails. */
export const look = (...pages) => { looking = pages; };

/** An assertion. One that fails is said, with a picture of what was there, and the next goes on. */
export async function line(number, what, act) {
  try {
    await act();
    count.passed += 1;
    console.log(`ok      ${number.padEnd(6)} ${what}`);
  } catch (error) {
    count.failed += 1;
    const first = (error.stack ?? String(error)).split("\n").filter((one) => !one.includes("node_modules") && !one.includes("node:internal"));
    console.log(`FAILED  ${number.padEnd(6)} ${what}\n        ${first.slice(0, 14).join("\n        ")}`);
    await Promise.all((looking ?? []).map(async (page, place) => {
      if (page.isClosed()) return;
      mkdirSync(join(out, "failed"), { recursive: true });
      const file = join(out, "failed", `${number}-${place + 1}.png`);
      await page.screenshot({ path: file, fullPage: true, timeout: 4000 }).then(() => console.log(`        ${page.url()}: ${file}`), () => undefined);
    }));
  }
}
