// Makes the host behave as another version, or over CometD; stands after /config.js and before the host.
const { emulate, comet, intercept, deployment } = document.currentScript.dataset;
const { main, webchat, speechstorm } = window._genesys.widgets;
if (emulate) main.emulate = emulate;
if (comet) {
  const [, gms, service] = /^(.*)\/2\/chat\/([^/]*)/.exec(webchat.dataURL);
  webchat.cometD = { enabled: true, cometURL: `${gms}/cometd`, channel: `/service/chatV2/${service}`, apiURL: `${gms}/2/chat-ntf` };
  // A WebSocket unless the page is told otherwise, as without the option.
  if (new URLSearchParams(window.location.search).has("polling")) webchat.cometD.websocketEnabled = false;
}
if (intercept) speechstorm.intercept = intercept;
if (deployment) main.deploymentID = deployment;
