// Runs the parts one after the other, each with a desk of its own. `run` says how it is started.
import { close, consoleSaid } from "./browser.mjs";
import { Desk } from "./desk.mjs";
import { count, line } from "./lines.mjs";

const PARTS = ["frame", "first_day", "decision", "second_day", "together", "guard", "looks", "crash"];
const asked = process.argv.slice(2);
for (const name of asked) if (!PARTS.includes(name)) { console.error(`there is no part ${name}: ${PARTS.join(", ")}`); process.exit(2); }

for (const name of asked.length ? asked : PARTS) {
  console.log(`\n-- ${name}`);
  const began = Date.now();
  let desk;
  await line(name, "runs to its end", async () => {
    const part = await import(`./parts/${name}.mjs`);
    desk = await Desk.start(name);
    // A part that starts and kills it itself says which one is there now.
    desk = (await part.default(desk)) ?? desk;
  });
  await line(name, "the desk stops when it is told to, and complained of nothing", async () => {
    const how = await desk?.stop();
    if (how !== 0) throw new Error(`it ended: ${how}`);
    if (desk.told) throw new Error(desk.told);
  });
  console.log(`   ${name}: ${((Date.now() - began) / 1000).toFixed(1)} s`);
}
await line("C", "no page said anything on the console", () => {
  if (consoleSaid.length) throw new Error(`${consoleSaid.length}: ${[...new Set(consoleSaid)].slice(0, 10).join("\n")}`);
});
await close();
console.log(`\n${count.passed} passed, ${count.failed} failed`);
process.exit(count.failed ? 1 : 0);
