// A MicroApp with a fault (`--fault malformed-progress`): says what no protocol knows, to see that a page minds nothing of it.
const { parent } = window;
const { domain } = document.body.dataset;
const nonsense = [
  "microapp:progress:",
  "microapp:progress:blocks:Welcome",
  "microapp:progress:block:",
  "microapp:progress:block:\u0000Welcome",
  `microapp:progress:block:${"x".repeat(2000)}`,
  "MICROAPP:PROGRESS:ENDED",
  "microapp:progress:ended ",
  "speechstorm:closed\n",
  { type: "progress", text: "Welcome" },
  { speechstorm: 2, nonce: "guessed" },
  ["microapp:progress:ended"],
  null,
  42,
];
for (const words of nonsense) {
  parent.postMessage(words, domain);
}
document.body.dataset.said = String(nonsense.length);
